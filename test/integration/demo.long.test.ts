import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { STORY } from '../../sandbox/demo/story.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'sandbox/demo/main.ts');
const LIMIT_MS = 180_000;
const WIDTH = 100;

interface Showing {
  child: ChildProcess;
  /** What was written so far: the transcript. */
  output(): string;
  /** The same, and what was complained of. */
  everything(): string;
  /** The exit code, once it has ended. */
  ended: Promise<number | null>;
}

const showings: Showing[] = [];
/** Where the demo puts what is temporary. */
let temporary: string;

/** One place for all of them: in it tsx finds what it compiled before. */
beforeAll(async () => {
  temporary = await makeTemporary();
});
afterAll(() => rm(temporary, { recursive: true, force: true }));

afterEach(async () => {
  for (const { child, ended } of showings.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  }
});

describe('the story as it is told', () => {
  let code: number | null;
  let transcript: string;
  let everything: string;
  let left: string[];

  beforeAll(async () => {
    const showing = show('npx', ['tsx', MAIN]);
    code = await showing.ended;
    transcript = showing.output();
    everything = showing.everything();
    left = await leftIn(temporary);
  }, LIMIT_MS);

  test('every step comes out', () => {
    expect(code, everything).toBe(0);
    expect(transcript.trimEnd().endsWith('Every step came out.'), transcript).toBe(true);
  });

  test('its chapters come in their order', () => {
    const headings = transcript.split('\n').filter((line) => /^\d+\. /.test(line));
    expect(headings).toEqual(STORY.map(({ title }, index) => `${index + 1}. ${title}`));
  });

  test('people speak three languages in it', () => {
    for (const button of ['[💬 Support]', '[💬 Yordam]', '[💬 Поддержка]'])
      expect(transcript).toContain(button);
  });

  test('no text is missing and nothing is left unfilled', async () => {
    const locale: unknown = JSON.parse(await readFile(join(ROOT, 'locales/en.json'), 'utf8'));
    const words = new Set(transcript.split(/[^\w.]+/));
    expect(keysOf(locale).filter((key) => words.has(key))).toEqual([]);
    expect(transcript).not.toMatch(/undefined|\bnull\b|\bNaN\b|\[object|\{\{|\}\}/);
  });

  test('no token and no line of the log is shown', () => {
    expect(everything).not.toMatch(/\d{6,}:[\w-]{20,}/);
    expect(transcript).toMatch(/\d{4}…:\*\*\*/);
    expect(transcript).not.toContain('"level":');
  });

  test('it is plain text that a narrow terminal shows', () => {
    expect(transcript).not.toContain('\u001b');
    const characters = new Intl.Segmenter();
    const isWide = (line: string) => Array.from(characters.segment(line)).length > WIDTH;
    expect(transcript.split('\n').filter(isWide)).toEqual([]);
  });

  test('nothing of it stays on the machine', () => {
    expect(left).toEqual([]);
  });
});

describe('a showing that does not come to its end', () => {
  test('says which step failed and what was expected', { timeout: LIMIT_MS }, async () => {
    const showing = show(process.execPath, [
      '--import',
      'tsx',
      '--import',
      inFrontOf(`STORY.splice(1, STORY.length, { title: 'Snow in July', async play(stage, { owner, mainBot }) {
        await owner.writes(mainBot, '/menu');
        stage.expect(false, 'it snows');
      } });`),
      MAIN,
    ]);
    expect(await showing.ended, showing.everything()).toBe(1);
    expect(showing.output()).toContain(
      'In chapter 2, “Snow in July”, after “Aziz writes to @getolog_bot: /menu”, it was expected that it snows.\n',
    );
    expect(showing.output()).toContain('@getolog_bot sendMessage: done');
    expect(showing.output()).not.toContain('Every step came out.');
    expect(await leftIn(temporary)).toEqual([]);
  });

  test('stops cleanly when somebody presses Ctrl-C', { timeout: LIMIT_MS }, async () => {
    const showing = show(process.execPath, [
      '--import',
      'tsx',
      '--import',
      inFrontOf(`STORY.splice(0, STORY.length, { title: 'For ever', play: () => new Promise(() => {}) });`),
      MAIN,
    ]);
    await untilWritten(showing, '1. For ever');
    showing.child.kill('SIGINT');
    expect(await showing.ended, showing.everything()).toBe(130);
    expect(showing.output().trimEnd().endsWith('Stopped before the end.'), showing.output()).toBe(true);
    expect(await leftIn(temporary)).toEqual([]);
  });
});

/** Starts the demo; what it finds temporary goes to the test's directory. */
function show(command: string, args: string[]): Showing {
  const child = spawn(command, args, {
    cwd: ROOT,
    // Nothing is configured: what a developer has in the environment must not decide.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const showing = { child, output: () => output, everything: () => `${output}\n${complaints}`, ended };
  showings.push(showing);
  return showing;
}

/** A module that changes the story before it is told. */
function inFrontOf(change: string): string {
  const story = pathToFileURL(join(ROOT, 'sandbox/demo/story.ts')).href;
  return `data:text/javascript,${encodeURIComponent(`import { STORY } from '${story}'; ${change}`)}`;
}

async function untilWritten(showing: Showing, text: string): Promise<void> {
  const written = new Promise<void>((resolve) => {
    const look = (): void => {
      if (showing.output().includes(text)) resolve();
    };
    showing.child.stdout?.on('data', look);
    look();
  });
  const gone = showing.ended.then((code) => {
    throw new Error(`It ended with ${code}: ${showing.everything()}`);
  });
  await Promise.race([written, gone]);
}

/** Postgres may run as another user, who has to pass through. */
async function makeTemporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'getolog-demo-'));
  await chmod(directory, 0o711);
  return directory;
}

/** What is there but the compiled sources that tsx keeps. */
async function leftIn(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => !/^tsx-\d+$/.test(name));
}

/** `a.b.c` for every text. */
function keysOf(texts: unknown, path = ''): string[] {
  if (typeof texts !== 'object' || texts === null) return [path];
  return Object.entries(texts).flatMap(([key, value]) => keysOf(value, path === '' ? key : `${path}.${key}`));
}
