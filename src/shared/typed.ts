/**
 * What a keyboard, a bank's app or a website puts into a value beside its characters. Each set is a string, because
 * Postgres folds the names it has by the same sets.
 */
function between(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).join('');
}

/** Draw nothing: soft hyphens, fillers, joiners, marks of direction, variation selectors, the mark of byte order. */
const INVISIBLE = [
  '\u00ad\u034f\u061c\u115f\u1160\u180e\u3164\ufeff\uffa0',
  between(0x200b, 0x200f),
  between(0x202a, 0x202e),
  between(0x2060, 0x206f),
  between(0xfe00, 0xfe0f),
].join('');
const DASHES = `${between(0x2010, 0x2015)}\u2043\u2212\ufe58\ufe63\uff0d`;
const APOSTROPHES = '\u02bb\u02bc\u02b9\u02bd\u2018\u2019\u201b\u2032\u00b4\u0060\uff07';
const SPACES = `\u00a0${between(0x2000, 0x200a)}\u202f\u205f\u3000`;

const oneOf = (set: string): RegExp => new RegExp(`[${set}]`, 'gu');
const INVISIBLES = oneOf(INVISIBLE);
const ANY_DASH = oneOf(DASHES);
const ANY_APOSTROPHE = oneOf(APOSTROPHES);
const ANY_SPACE = oneOf(SPACES);

/**
 * A value as people see it when they type it: a number, a name, a token. Not for prose, where a joiner holds an emoji
 * together.
 */
export function asSeen(typed: string): string {
  return typed.replace(INVISIBLES, '').replace(ANY_DASH, '-');
}

/** The same for a search, where any apostrophe is one as well: `O'tkir` and `Oʻtkir` are one name. */
export function foldForSearch(text: string): string {
  return asSeen(text).replace(ANY_APOSTROPHE, "'").replace(ANY_SPACE, ' ');
}

/** The same of a column in Postgres: `translate(column, from, to)`. What has no counterpart in `to` goes. */
export const SEARCH_FOLDING = {
  from: `${DASHES}${APOSTROPHES}${SPACES}${INVISIBLE}`,
  to: `${'-'.repeat(DASHES.length)}${"'".repeat(APOSTROPHES.length)}${' '.repeat(SPACES.length)}`,
} as const;
