import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** What somebody carries who is signed in. */
export function makeSessionToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What is kept of it. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
