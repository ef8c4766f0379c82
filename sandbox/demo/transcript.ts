import { styleText } from 'node:util';
import type { SandboxMessage } from '../world/conversation.ts';

const WIDTH = 96;
const BUBBLE = '      ';

type Button = SandboxMessage['buttons'][number][number];
type Style = Parameters<typeof styleText>[0];

/** Writes the story as lines for a terminal; in colour only where somebody looks. */
export class Transcript {
  readonly #write: (line: string) => void;
  readonly #inColour: boolean;

  constructor(write: (line: string) => void, inColour: boolean) {
    this.#write = write;
    this.#inColour = inColour;
  }

  title(text: string): void {
    this.#line(this.#paint('bold', text));
  }

  chapter(number: number, title: string): void {
    this.#line('');
    this.#line(this.#paint(['bold', 'cyan'], `${number}. ${title}`));
  }

  /** What the storyteller says. */
  tells(text: string): void {
    for (const line of wrap(text, WIDTH - 2)) this.#line(this.#paint('dim', `  ${line}`));
  }

  /** What somebody does. */
  acts(who: string, text: string): void {
    const [first = '', ...rest] = text.split('\n').flatMap((line) => wrap(line, WIDTH - 4 - who.length));
    this.#line('');
    this.#line(`  ${this.#paint('yellow', who)} ${first}`);
    for (const line of rest) this.#line(`${' '.repeat(3 + who.length)}${line}`);
  }

  /** What a bot wrote, with the buttons under it. */
  bubble(bot: string, viewer: string, message: SandboxMessage, isEdit: boolean): void {
    const how = isEdit ? ' (changes the message)' : message.silent ? ' (without a sound)' : '';
    this.#line(`    ${this.#paint('green', `@${bot} → ${viewer}`)}${this.#paint('dim', how)}`);
    if (message.media) this.#line(`${BUBBLE}${this.#paint('dim', `(a ${message.media.kind})`)}`);
    for (const line of message.text.split('\n').flatMap((text) => wrap(text, WIDTH - BUBBLE.length))) {
      this.#line(BUBBLE + line);
    }
    for (const row of message.buttons) {
      const labels = row.map((button) => this.#paint('cyan', `[${button.text}${signOf(button)}]`));
      this.#line(BUBBLE + labels.join(' '));
    }
  }

  /** What came up over the chat for a moment. */
  toast(bot: string, viewer: string, text: string): void {
    this.#line(`    ${this.#paint('green', `@${bot} → ${viewer}`)}${this.#paint('dim', ' (over the chat)')}`);
    for (const line of wrap(text, WIDTH - BUBBLE.length)) this.#line(BUBBLE + line);
  }

  /** Rows in columns, each as wide as its widest cell; the first row says what they are. */
  table(rows: readonly (readonly string[])[]): void {
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => (row[column] ?? '').length)),
    );
    this.#line('');
    for (const row of rows) {
      const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
      this.#line(`    ${cells.join('   ').trimEnd()}`);
    }
  }

  #line(text: string): void {
    this.#write(text.trimEnd());
  }

  #paint(style: Style, text: string): string {
    return this.#inColour ? styleText(style, text) : text;
  }
}

/** Telegram's own sign in the corner of a button that opens an address, or copies something. */
function signOf({ url, copyText }: Button): string {
  if (url !== undefined) return ' ↗';
  return copyText === undefined ? '' : ' ⧉';
}

/** Breaks a line between words, and an address that is longer than a line where the line ends. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((one) => cut(one, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function cut(word: string, width: number): string[] {
  return word.length <= width ? [word] : [word.slice(0, width), ...cut(word.slice(width), width)];
}
