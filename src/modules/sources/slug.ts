/** How Cyrillic is written in Latin letters, that of Uzbek and of its neighbours included. */
const LATIN_OF: Readonly<Record<string, string>> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ё: 'yo',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'y',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
  қ: 'q',
  ғ: 'g',
  ҳ: 'h',
  ў: 'o',
  ә: 'a',
  і: 'i',
  ї: 'yi',
  є: 'ye',
  ґ: 'g',
  ң: 'ng',
  ө: 'o',
  ұ: 'u',
  ү: 'u',
};

/** What stands within a word: `oʻ`, `maʼlum`, `don't`. */
const APOSTROPHES = /['`´ʻʼʹʽ‘’‛′＇]/gu;
const MARKS = /\p{M}/gu;

const MAX_SLUG_LENGTH = 24;
const SLUG = /^[a-z0-9-]{2,24}$/;

/**
 * What the link of a source ends in: its name in Latin letters and digits. Where no letter is left it is `s1`, `s2`, …; one
 * that is taken gets `-2`, `-3`, ….
 */
export function makeSlug(name: string, taken: ReadonlySet<string>): string {
  const written = inLatin(name);
  if (!/[a-z]/.test(written) || !SLUG.test(written)) return firstFree((number) => `s${number}`, taken);
  if (!taken.has(written)) return written;
  return firstFree((number) => withTail(written, `-${number + 1}`), taken);
}

function inLatin(name: string): string {
  const composed = name.normalize('NFC').toLowerCase().replace(APOSTROPHES, '');
  const letters = Array.from(composed, (letter) => LATIN_OF[letter] ?? letter).join('');
  // Accents come off, and letters that only look different become what they are.
  const plain = letters.normalize('NFKD').toLowerCase().replace(MARKS, '').replaceAll('ı', 'i');
  return withTail(plain.replace(/[^a-z0-9]+/g, '-').replace(/^-/, ''), '');
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
