import { z } from 'zod';
import { SESSION_KINDS } from '../../modules/panel-access/session.ts';
import { LANGUAGES } from '../../shared/languages.ts';
import { instant, person } from './shapes.ts';

/** Of what Telegram gave to a Mini App, of a link, or of what was read from another screen. However long: it is none then. */
export const signInBody = z.union([
  z.strictObject({ initData: z.string() }),
  z.strictObject({ token: z.string() }),
  z.strictObject({ code: z.string() }),
]);

const bot = z.strictObject({
  /** Telegram's. */
  id: z.string(),
  username: z.string(),
  name: z.string(),
  role: z.enum(['owner', 'receipts', 'support', 'all']),
  state: z.enum(['sells', 'setup', 'paused', 'dead']),
  /** Receipts under review. */
  waiting: z.int(),
});

const session = z.strictObject({ id: z.int(), kind: z.enum(SESSION_KINDS), expiresAt: instant });

/** Who is signed in, and what they may look at. */
export const me = z.strictObject({
  person,
  roles: z.array(z.enum(['owner', 'moderator'])),
  bots: z.array(bot),
  timeZone: z.string(),
  features: z.array(z.string()),
  mainBot: z.string(),
  session,
});
export type Me = z.infer<typeof me>;

export const signedIn = z.strictObject({
  /** The token of a Mini App only: a browser has its cookie. */
  session: session.extend({ token: z.string().optional() }),
  me,
});

export const languageBody = z.strictObject({ language: z.enum(LANGUAGES) });

export const devices = z.strictObject({
  items: z.array(
    z.strictObject({
      id: z.int(),
      kind: z.enum(SESSION_KINDS),
      browser: z.string().nullable(),
      createdAt: instant,
      lastSeenAt: instant,
      current: z.boolean(),
    }),
  ),
});
export type Devices = z.infer<typeof devices>;

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
