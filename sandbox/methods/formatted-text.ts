import type { MessageEntity } from 'grammy/types';
import { callersBug } from '../server/api-error.ts';
import { characterCount, escapeHtml, type FormattedText, parseHtml } from '../world/entities.ts';

/** Characters, after the markup is taken out. */
const LONGEST_TEXT = 4_096;
const LONGEST_CAPTION = 1_024;

interface WrittenText extends FormattedText {
  /** The same as HTML, as the bot wrote it where it wrote HTML. */
  html: string;
}

export function readText(
  source: string,
  parseMode?: string,
  entities?: readonly MessageEntity[],
): WrittenText {
  const written = read(source, parseMode, entities);
  if (written.text.trim() === '') throw callersBug('message text is empty');
  if (characterCount(written.text) > LONGEST_TEXT) throw callersBug('message is too long');
  return written;
}

export function readCaption(
  source: string | undefined,
  parseMode?: string,
  entities?: readonly MessageEntity[],
): WrittenText {
  const written = read(source ?? '', parseMode, entities);
  if (characterCount(written.text) > LONGEST_CAPTION) throw callersBug('message caption is too long');
  return written;
}

function read(source: string, parseMode?: string, entities?: readonly MessageEntity[]): WrittenText {
  if (parseMode === undefined || parseMode === '') {
    const text = source.trimEnd();
    return { text, entities: [...(entities ?? [])], html: escapeHtml(text) };
  }
  // Markdown exists at Telegram; whoever needs it here has to teach the sandbox first.
  if (parseMode !== 'HTML') throw callersBug('unsupported parse_mode');
  const parsed = parseHtml(source);
  const text = parsed.text.trimEnd();
  const fitting = parsed.entities
    .map((entity) => ({ ...entity, length: Math.min(entity.length, text.length - entity.offset) }))
    .filter(({ length }) => length > 0);
  return { text, entities: fitting, html: source.trimEnd() };
}
