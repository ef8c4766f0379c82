import { createHash, randomBytes } from 'node:crypto';

/** Enough that nobody guesses one. */
const TOKEN_BYTES = 16;

export function makeManagerToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What is kept of it. */
export function hashManagerToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest());
}

/** Opens the main bot for whoever is to help with a bot. */
export function managerLink(mainBotUsername: string, token: string): string {
  return `https://t.me/${mainBotUsername}?start=m_${token}`;
}

/** The token in what a link says behind `?start=`; null where it is no such link. */
export function readManagerPayload(payload: string): string | null {
  return /^m_([\w-]{22})$/.exec(payload)?.[1] ?? null;
}
