import { createHash, timingSafeEqual } from 'node:crypto';

/** What an `Authorization: Basic` holds, `login:password` in its bytes; empty where it is none. */
export function readBasic(authorization: string | undefined): Buffer {
  const [, encoded = ''] = /^basic\s+(\S+)\s*$/i.exec(authorization ?? '') ?? [];
  return Buffer.from(encoded, 'base64');
}

/**
 * Whether it is that of an account; takes as long whatever is wrong with it.
 * @param expected null: there is none, and it is compared all the same
 */
export function isCredential(given: Buffer, expected: string | null): boolean {
  const isSame = timingSafeEqual(digest(given), digest(Buffer.from(expected ?? '')));
  return isSame && expected !== null;
}

const digest = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
