import { type Fernet, InvalidTokenError } from './fernet.ts';

/** Content as whoever looks into the database finds it. */
export function sealJson(fernet: Fernet, content: unknown): string {
  return fernet.encrypt(JSON.stringify(content));
}

/**
 * @returns null: its key was taken away since, so nobody knows it any more
 * @throws what `read` throws of content that it does not know
 */
export function unsealJson<T>(fernet: Fernet, sealed: string, read: (content: unknown) => T): T | null {
  try {
    return read(JSON.parse(fernet.decrypt(sealed)));
  } catch (error) {
    if (error instanceof InvalidTokenError) return null;
    throw error;
  }
}
