import { MINUTE_MS } from '../../shared/durations.ts';
import { randomLetters } from '../../shared/random-letters.ts';
import { hashToken, makeSessionToken } from './session-token.ts';

/** Handed-out ways in that were not used, by their hashes; for as long as they last. */
export interface EntryStore {
  /** The pair takes the place of whatever the person was given before. */
  offer(person: string, hashes: readonly [string, string], lastsMs: number): Promise<void>;
  /** One use for both of a pair. @returns whose it is; null of what is used, over or nobody's */
  take(hash: string): Promise<string | null>;
}

/** Two ways to the same: a link for this device, a code for another one. */
export interface Entry {
  token: string;
  /** `XXXX-XXXX`. */
  code: string;
}

const LASTS_MS = 5 * MINUTE_MS;
/** Crockford's: none of them is read as another. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 8;
const CODE = new RegExp(`^[${LETTERS}]{${CODE_LENGTH}}$`);

/** Hands out ways into the panel: nobody asks for one from outside, so nobody can be made to confirm a stranger's. */
export function createPanelEntryService({ entries }: { entries: EntryStore }) {
  return {
    async offer({ telegramUserId }: { telegramUserId: bigint }): Promise<Entry> {
      const token = makeSessionToken();
      const letters = randomLetters(LETTERS, CODE_LENGTH);
      await entries.offer(String(telegramUserId), [hashOf(token), hashOf(letters)], LASTS_MS);
      return { token, code: `${letters.slice(0, 4)}-${letters.slice(4)}` };
    },

    /** Uses a way in up. @returns null of what is none, or none any more */
    async take(entry: { token: string } | { code: string }): Promise<{ telegramUserId: bigint } | null> {
      const secret = 'token' in entry ? entry.token : readCode(entry.code);
      const person = secret === null ? null : await entries.take(hashOf(secret));
      return person === null ? null : { telegramUserId: BigInt(person) };
    },
  };
}

/** As people type it: in small letters, without the dash, with letters that look like digits. */
function readCode(typed: string): string | null {
  const letters = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return CODE.test(letters) ? letters : null;
}

const hashOf = (secret: string): string => hashToken(secret).toString('hex');
