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

/** A name in lower-case Latin letters and digits, with one hyphen for all else between them; empty where none is left. */
export function inLatin(name: string): string {
  const composed = name.normalize('NFC').toLowerCase().replace(APOSTROPHES, '');
  const letters = Array.from(composed, (letter) => LATIN_OF[letter] ?? letter).join('');
  // Accents come off, and letters that only look different become what they are.
  const plain = letters.normalize('NFKD').toLowerCase().replace(MARKS, '').replaceAll('ı', 'i');
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}
