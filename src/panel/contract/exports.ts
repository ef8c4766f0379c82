import { z } from 'zod';
import { paymentFilter } from './payments.ts';

/** What is to be sent to their chat as a file. */
export const exportBody = z.strictObject({
  what: z.literal('payments'),
  filter: paymentFilter.default({}),
});
export type ExportBody = z.infer<typeof exportBody>;
