import type { MessageEntity } from 'grammy/types';
import { callersBug } from '../server/api-error.ts';

export interface FormattedText {
  text: string;
  entities: MessageEntity[];
}

type SimpleEntity = 'bold' | 'italic' | 'underline' | 'strikethrough' | 'spoiler';

const SIMPLE_TAGS: Readonly<Record<string, SimpleEntity>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
};
const OTHER_TAGS = new Set(['a', 'code', 'pre', 'blockquote', 'span', 'tg-emoji']);

const CHARACTERS: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

interface OpenTag {
  name: string;
  attributes: ReadonlyMap<string, string>;
  /** UTF-16 units into the plain text. */
  offset: number;
  /** Set on a `pre` by the `code` inside it. */
  language?: string;
}

/** Telegram names positions in bytes. */
function broken(source: string, index: number, problem: string): Error {
  const offset = Buffer.byteLength(source.slice(0, index));
  return callersBug(`can't parse entities: ${problem} at byte offset ${offset}`);
}

function parseAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const match of text.matchAll(/([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)) {
    const value = match[2] ?? match[3] ?? match[4] ?? '';
    attributes.set((match[1] ?? '').toLowerCase(), unescapeHtml(value));
  }
  return attributes;
}

function unescapeHtml(text: string): string {
  return text.replaceAll(/&(lt|gt|amp|quot);/g, (whole, name: string) => CHARACTERS[name] ?? whole);
}

function entityOf(tag: OpenTag, text: string): MessageEntity {
  const at = { offset: tag.offset, length: text.length - tag.offset };
  const simple = SIMPLE_TAGS[tag.name];
  if (simple !== undefined) return { type: simple, ...at };
  switch (tag.name) {
    case 'span':
      return { type: 'spoiler', ...at };
    case 'a':
      return { type: 'text_link', ...at, url: tag.attributes.get('href') ?? text.slice(tag.offset) };
    case 'tg-emoji':
      return { type: 'custom_emoji', ...at, custom_emoji_id: tag.attributes.get('emoji-id') ?? '' };
    case 'blockquote':
      return { type: tag.attributes.has('expandable') ? 'expandable_blockquote' : 'blockquote', ...at };
    case 'pre':
      return tag.language === undefined
        ? { type: 'pre', ...at }
        : { type: 'pre', ...at, language: tag.language };
    default:
      return { type: 'code', ...at };
  }
}

/** The plain text and entities of Telegram's HTML. Throws the error that Telegram answers to broken markup. */
export function parseHtml(source: string): FormattedText {
  const entities: MessageEntity[] = [];
  const open: OpenTag[] = [];
  let text = '';
  let index = 0;

  const openTag = (name: string, attributes: Map<string, string>): void => {
    const isKnown = name in SIMPLE_TAGS || OTHER_TAGS.has(name);
    const isOtherSpan = name === 'span' && attributes.get('class') !== 'tg-spoiler';
    if (!isKnown || isOtherSpan) throw broken(source, index, `Unsupported start tag "${name}"`);
    open.push({ name, attributes, offset: text.length });
  };

  const closeTag = (name: string): void => {
    const tag = open.pop();
    if (tag === undefined) throw broken(source, index, 'Unexpected end tag');
    if (name !== '' && name !== tag.name) {
      throw broken(source, index, `Unmatched end tag, expected "</${tag.name}>", found "</${name}>"`);
    }
    const parent = open.at(-1);
    const language = /^language-(.+)$/.exec(tag.attributes.get('class') ?? '')?.[1];
    if (tag.name === 'code' && parent?.name === 'pre' && language !== undefined) {
      parent.language = language;
      return;
    }
    const entity = entityOf(tag, text);
    if (entity.length > 0) entities.push(entity);
  };

  while (index < source.length) {
    const rest = source.slice(index);
    if (rest.startsWith('<')) {
      const tag = /^<(\/?)([a-zA-Z-]*)((?:\s+[^<>]*)?)\/?>/.exec(rest);
      if (tag === null) {
        const name = /^<([^\s<>]*)/.exec(rest)?.[1] ?? '';
        throw broken(
          source,
          index,
          rest.includes('>') ? `Unsupported start tag "${name}"` : 'Unclosed start tag',
        );
      }
      const name = (tag[2] ?? '').toLowerCase();
      if (tag[1] === '/') closeTag(name);
      else openTag(name, parseAttributes(tag[3] ?? ''));
      index += tag[0].length;
    } else if (rest.startsWith('&')) {
      const named = /^&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/.exec(rest);
      // Telegram itself lets a stray "&" pass; here it shows that somebody forgot to escape.
      if (named === null) throw broken(source, index, 'Unescaped "&"');
      const code = named[2] !== undefined ? Number(named[2]) : Number.parseInt(named[3] ?? '', 16);
      text += named[1] !== undefined ? (CHARACTERS[named[1]] ?? '') : String.fromCodePoint(code);
      index += named[0].length;
    } else {
      const plain = /^[^<&]+/.exec(rest)?.[0] ?? '';
      text += plain;
      index += plain.length;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) {
    throw callersBug(
      `can't parse entities: Can't find end tag corresponding to start tag "${unclosed.name}"`,
    );
  }
  entities.sort((a, b) => a.offset - b.offset || b.length - a.length);
  return { text, entities };
}

/** What Telegram recognises in words that a person types: the bot commands. */
export function commandsIn(text: string): MessageEntity[] {
  return [...text.matchAll(/(?<=^|\s)\/[A-Za-z0-9_]{1,64}(?:@\w+)?/g)].map((match) => ({
    type: 'bot_command',
    offset: match.index,
    length: match[0].length,
  }));
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** As Telegram counts for its limits: what lies outside the basic plane is one character too. */
export function characterCount(text: string): number {
  return Array.from(text).length;
}
