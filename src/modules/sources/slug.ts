import { inLatin } from '../../infra/i18n/latin.ts';

const MAX_SLUG_LENGTH = 24;
const SLUG = /^[a-z0-9-]{2,24}$/;

/**
 * What the link of a source ends in: its name in Latin letters and digits. Where no letter is left it is `s1`, `s2`, …; one
 * that is taken gets `-2`, `-3`, ….
 */
export function makeSlug(name: string, taken: ReadonlySet<string>): string {
  const written = withTail(inLatin(name), '');
  if (!/[a-z]/.test(written) || !SLUG.test(written)) return firstFree((number) => `s${number}`, taken);
  if (!taken.has(written)) return written;
  return firstFree((number) => withTail(written, `-${number + 1}`), taken);
}

function withTail(beginning: string, tail: string): string {
  return beginning.slice(0, MAX_SLUG_LENGTH - tail.length).replace(/-$/, '') + tail;
}

function firstFree(nth: (number: number) => string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const slug = nth(number);
    if (!taken.has(slug)) return slug;
  }
}
