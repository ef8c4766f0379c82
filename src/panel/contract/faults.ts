import { z } from 'zod';

/** What a page says of itself; whoever sends more than this sends something else. */
const words = z.string().max(200);

/** A fault of the page, as it happened to somebody. */
export const pageFault = z.strictObject({
  name: words,
  message: words,
  /** `<file>.js:<line>:<column>` of the page's own files; empty where that is not known. */
  at: words,
  /** The address, without what is open there. */
  screen: words,
});
export type PageFault = z.infer<typeof pageFault>;
