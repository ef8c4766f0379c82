const graphemes = new Intl.Segmenter();

/** Of one character that people see: an emoji of a family has eleven. What needs more is no name. */
const MAX_UNITS_OF_CHARACTER = 16;

/** Cuts between whole characters, as people see them, and says that it did. Looks no further than it has to. */
export function shorten(text: string, length: number): string {
  // As many characters have at least as many units: what is short enough needs no counting.
  if (text.length <= length) return text;
  const beginning = text.slice(0, length * MAX_UNITS_OF_CHARACTER);
  const characters: string[] = [];
  for (const { segment } of graphemes.segment(beginning)) {
    characters.push(segment);
    if (characters.length > length) break;
  }
  if (characters.length <= length && beginning.length === text.length) return text;
  return `${characters.slice(0, length - 1).join('')}…`;
}

/** Controls that turn the text behind them around, to the end of the line or of the message. */
const DIRECTION_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;
/** Hebrew, Arabic and their neighbours, and the marks that count as their letters. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08FF\u200F\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** Somebody's own words without what would turn ours around. */
function withoutControls(text: string): string {
  return text.replace(DIRECTION_CONTROLS, '');
}

/**
 * Somebody's own words among ours. Written from right to left, they would draw numbers beside them into their own
 * direction; between isolates each line keeps it to itself.
 */
export function isolate(text: string): string {
  const plain = withoutControls(text);
  return RIGHT_TO_LEFT.test(plain) ? plain.replace(/[^\n]+/g, '\u2068$&\u2069') : plain;
}

/** Blanks, controls, and letters that draw nothing: names may be made of them. */
const SEEN = /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** A name as it can be read; empty where nothing of it can be seen. */
export function readable(name: string): string {
  return SEEN.test(name) ? withoutControls(name).trim() : '';
}

/** Whether Postgres can keep it: no text of its holds a null character or half of a pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

/** A text in Telegram's HTML as people read it. */
export function plainText(html: string): string {
  return html
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
