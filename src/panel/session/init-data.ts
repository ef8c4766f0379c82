import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { HOUR_MS, SECOND_MS } from '../../shared/durations.ts';

/** Telegram's own are well below one. */
const MAX_BYTES = 8_192;
/** Several apps hand out init data of hours ago: less would lock honest people out. */
const MAX_AGE_MS = 24 * HOUR_MS;
const MAX_EARLY_MS = 60 * SECOND_MS;
const MAX_USER_ID = 2 ** 52;

/** Who opened the Mini App, as Telegram says and signed. */
export interface SignedUser {
  telegramUserId: bigint;
  signed: {
    /** When it was opened, to the second. */
    at: Date;
    /** Of all of it: no two openings have the same. */
    hash: string;
  };
}

export type InitDataFault = 'bad' | 'stale';

const user = z.object({
  id: z.int().positive().lt(MAX_USER_ID),
  is_bot: z.literal(false).optional(),
});

/**
 * Reads and judges what Telegram gave to a Mini App of the bot with that token, by
 * https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app. The signature for third parties
 * is a pair like any other: we have the token.
 */
export function readInitData(
  initData: string,
  { botToken, now }: { botToken: string; now: Date },
): SignedUser | InitDataFault {
  if (Buffer.byteLength(initData) > MAX_BYTES) return 'bad';
  const pairs = [...new URLSearchParams(initData)];
  const fields = new Map(pairs);
  const hash = fields.get('hash') ?? '';
  if (fields.size !== pairs.length || !/^[0-9a-f]{64}$/.test(hash)) return 'bad';
  if (!timingSafeEqual(Buffer.from(hash, 'hex'), sign(pairs, botToken))) return 'bad';
  const authDate = Number(fields.get('auth_date') ?? Number.NaN) * SECOND_MS;
  const ageMs = now.getTime() - authDate;
  if (!Number.isFinite(authDate) || ageMs < -MAX_EARLY_MS) return 'bad';
  if (ageMs > MAX_AGE_MS) return 'stale';
  const signed = user.safeParse(parseJson(fields.get('user') ?? ''));
  if (!signed.success) return 'bad';
  return { telegramUserId: BigInt(signed.data.id), signed: { at: new Date(authDate), hash } };
}

function sign(pairs: readonly (readonly [string, string])[], botToken: string): Buffer {
  const checked = pairs
    .filter(([name]) => name !== 'hash')
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('\n');
  const key = createHmac('sha256', 'WebAppData').update(botToken).digest();
  return createHmac('sha256', key).update(checked).digest();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no user, either.
    return undefined;
  }
}
