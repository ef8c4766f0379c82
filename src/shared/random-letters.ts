import { randomInt } from 'node:crypto';

/** So many of these letters, as nobody can guess. */
export function randomLetters(letters: string, count: number): string {
  return Array.from({ length: count }, () => letters.charAt(randomInt(letters.length))).join('');
}
