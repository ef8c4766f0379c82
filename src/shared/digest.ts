import { createHash } from 'node:crypto';

/** A name for what must not be named: the same for the same text, without the text itself. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
