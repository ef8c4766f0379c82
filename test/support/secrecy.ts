import type { Sandbox } from '../../sandbox/sandbox.ts';
import { parseCardNumber } from '../../src/shared/card-number.ts';

/** Shorter ones are words that anybody may use. */
const MIN_TEXT_LENGTH = 8;
const MIN_NAME_LENGTH = 4;

/**
 * Throws where something that left the program holds a secret of this Telegram: a token, a file, an invite link, a card, a
 * person's name, what somebody wrote, or one of `keys`. Says where, and only the kind of what.
 */
export function expectKeptSecrets(
  { confidences }: Sandbox,
  keys: readonly string[],
  told: Readonly<Record<string, readonly string[]>>,
): void {
  // Ids are whole words wherever they stand, so that thousands of them cost one look at each word.
  const words = new Map<string, string>();
  for (const token of confidences.tokens) words.set(token.slice(token.indexOf(':') + 1), 'a token');
  for (const fileId of confidences.fileIds) words.set(fileId, 'a file id');
  for (const link of confidences.links) words.set(link.slice(link.indexOf('+') + 1), 'an invite link');
  for (const key of keys) words.set(key.replace(/=+$/, ''), 'a key');
  for (const name of confidences.names) {
    if (/^\p{Lu}\p{L}+$/u.test(name) && name.length >= MIN_NAME_LENGTH) words.set(name, 'a name');
  }
  const phrases = new Set([...confidences.texts, ...keys].flatMap(phrasesOf));
  for (const [place, texts] of Object.entries(told)) {
    for (const text of texts) {
      // An escaped colon must not grow together with the word behind it.
      const plain = text.replaceAll(/%[\dA-F]{2}/gi, ' ');
      const word = plain.match(/[\p{L}\d_-]{4,}/gu)?.find((one) => words.has(one));
      if (word !== undefined) throw new Error(`${place} holds ${words.get(word)}: ${blacken(text, word)}`);
    }
    const everything = texts.join('\n');
    for (const phrase of phrases) {
      if (everything.includes(phrase)) throw new Error(`${place} holds what somebody wrote: ${phrase}`);
    }
  }
}

/** A card as it was typed and as it is kept; any other words as they are. Commands and amounts are no secret. */
function phrasesOf(text: string): string[] {
  const card = parseCardNumber(text);
  if (card) return [text, card.digits];
  const isOwn = text.length >= MIN_TEXT_LENGTH && !text.startsWith('/') && /\p{L}/u.test(text);
  return isOwn ? [text, JSON.stringify(text).slice(1, -1)] : [];
}

function blacken(text: string, word: string): string {
  return text.replaceAll(word, '█'.repeat(word.length)).slice(0, 1_000);
}
