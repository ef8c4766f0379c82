import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { trackedFiles } from '../support/tracked-files.ts';

/** These words by themselves or within a longer name. */
function named(words: string): RegExp {
  return new RegExp(`(?:^|-)(?:${words})(?:-|$)`);
}

/** Words that were ours alone, and the field's for each: in names of files and of whatever has one in the program. */
const WORDS: readonly { old: RegExp; now: string; where?: RegExp }[] = [
  { old: named('promises?'), now: 'outbox message' },
  { old: named('keepers?'), now: 'handler' },
  { old: named('nudge[sd]?'), now: 'wake' },
  { old: named('together'), now: 'settleAll' },
  { old: named('ahead'), now: 'prefetch' },
  { old: named('batched'), now: 'batchLoader' },
  { old: named('away'), now: 'unavailable' },
  { old: named('deaf'), now: 'disconnected' },
  { old: named('books?'), now: 'database' },
  { old: named('figures?'), now: 'metric' },
  // A measurement has rounds; what happens by the clock is a job.
  { old: named('rounds'), now: 'job', where: /^src\// },
  { old: named('bot-share'), now: 'bulkhead' },
  { old: named('allowance'), now: 'rate limiter' },
  { old: named('pace'), now: 'throttle' },
  { old: named('readers?'), now: 'viewer' },
  { old: named('meanwhile|crossings?|crowd(?:ed)?|storms?'), now: 'what it is about' },
];

/** JavaScript's own, and the key of a stored payload that an older process may still read. */
const KNOWN_NAMES = /^Promise|^promiseId$/;

/** In prose most of the words are plain English; these would be taken for a part of the program. */
const IN_PROSE = /\b(?:keepers?|nudg(?:e[sd]?|ing)|promis(?:e[sd]?|ing))\b/gi;

/** A program's parts, as far as it takes to tell a name from a comment and from words in quotes. */
const PARTS =
  /(?<comment>\/\*[\s\S]*?\*\/|\/\/.*)|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|(?<=[(,=:[!&|?{;]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/|(?<name>[A-Za-z_$][\w$]*)/g;

/** `toldAhead`, `TOLD_AHEAD` and `told-ahead.ts` are one name. */
function faultsOfName(name: string, file: string): string[] {
  if (KNOWN_NAMES.test(name)) return [];
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/[^A-Za-z\d]+/g, '-')
    .toLowerCase();
  return WORDS.filter(({ old, where }) => old.test(words) && (where?.test(file) ?? true)).map(
    ({ now }) => `${file}: ${name} (${now})`,
  );
}

function faultsOfProse(text: string, file: string): string[] {
  return (text.replace(/`[^`]*`/g, '').match(IN_PROSE) ?? []).map((word) => `${file}: “${word}”`);
}

function faultsOf(file: string, text: string): string[] {
  const names = new Set([file]);
  const prose: string[] = [];
  if (file.endsWith('.md')) prose.push(text.replace(/^```[\s\S]*?^```/gm, ''));
  if (file.endsWith('.ts')) {
    for (const { groups: { comment, name } = {} } of text.matchAll(PARTS)) {
      if (comment) prose.push(comment);
      if (name) names.add(name);
    }
  }
  return [
    ...[...names].flatMap((name) => faultsOfName(name, file)),
    ...prose.flatMap((part) => faultsOfProse(part, file)),
  ];
}

test('names and comments are in the field’s words', async () => {
  const files = await trackedFiles('src', 'sandbox', 'test', 'bench', 'docs', 'README.md');
  const faults = await Promise.all(
    files.map(async (file) => faultsOf(file, /\.(?:ts|md)$/.test(file) ? await readFile(file, 'utf8') : '')),
  );
  expect(faults.flat()).toEqual([]);
});

test.each([
  ['a function', 'src/a.ts', 'async function readAhead() {}', 'src/a.ts: readAhead (prefetch)'],
  ['a constant', 'src/a.ts', 'const MAX_PROMISES = 3;', 'src/a.ts: MAX_PROMISES (outbox message)'],
  ['a type', 'src/a.ts', 'interface Keeper {}', 'src/a.ts: Keeper (handler)'],
  ['two words', 'src/a.ts', 'const botShare = 3;', 'src/a.ts: botShare (bulkhead)'],
  ['what runs by the clock', 'src/a.ts', 'startRounds();', 'src/a.ts: startRounds (job)'],
  [
    'a file',
    'test/meanwhile.test.ts',
    '',
    'test/meanwhile.test.ts: test/meanwhile.test.ts (what it is about)',
  ],
  ['a comment', 'src/a.ts', '/** Wakes the\n * keeper. */', 'src/a.ts: “keeper”'],
  ['the end of a line', 'src/a.ts', 'wake(); // so that promises are kept', 'src/a.ts: “promises”'],
  ['a guide', 'docs/a.md', 'Each promise has one.', 'docs/a.md: “promise”'],
])('an old word is found: %s', (_what, file, text, fault) => {
  expect(faultsOf(file, text)).toEqual([fault]);
});

test.each([
  ['JavaScript’s own', 'src/a.ts', 'const all: Promise<void> = Promise.all([]);'],
  ['a module of Node', 'src/a.ts', "import { rm } from 'node:fs/promises';"],
  ['a stored name', 'src/a.ts', 'db`UPDATE promises SET done_at = now()`; // the table `promises`'],
  ['plain English', 'src/a.ts', '// Both are read together, ahead of the rest.'],
  ['words that people read', 'src/a.ts', "say('Throws nothing away'); match(/the books/);"],
  ['rounds of a measurement', 'bench/a.ts', 'const ROUNDS = 5;'],
  ['part of another word', 'src/a.ts', 'const spaceAfter = alreadyRead;'],
])('and nothing else: %s', (_what, file, text) => {
  expect(faultsOf(file, text)).toEqual([]);
});
