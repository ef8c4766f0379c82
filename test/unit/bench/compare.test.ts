import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareRuns, readRun } from '../../../bench/support/compare.ts';
import { once, type Row } from '../../../bench/support/report.ts';

const MACHINE = 'a machine with two cores';
const run = (...results: Row[]) => ({ machine: MACHINE, results });
const ROWS = {
  speed: (value: number): Row => ({ part: 'a', what: 'full way', value: once(value), unit: 'updates/s' }),
  time: (value: number): Row => ({ part: 'd', what: 'p99', value: once(value), unit: 'ms' }),
  memory: (value: number): Row => ({
    part: 'f',
    what: 'process',
    value: once(value),
    unit: 'MB',
    target: { atMost: 260 },
  }),
  share: (value: number): Row => ({
    part: 'a',
    what: 'to an echo',
    value: once(value),
    unit: 'ratio',
    target: { atLeast: 1 },
  }),
};
const fallen = (before: Row, now: Row) =>
  compareRuns(run(before), run(now)).map(({ hasFallen }) => hasFallen);

test.each<[string, Row, Row, boolean]>([
  ['fewer updates by a ninth', ROWS.speed(1_000), ROWS.speed(890), true],
  ['fewer updates by a twentieth', ROWS.speed(1_000), ROWS.speed(950), false],
  ['more updates', ROWS.speed(1_000), ROWS.speed(2_000), false],
  ['a longer time by a ninth', ROWS.time(9), ROWS.time(10), true],
  ['a longer time by a twentieth', ROWS.time(20), ROWS.time(21), false],
  ['a shorter time', ROWS.time(20), ROWS.time(5), false],
  ['more memory, though it is within its target', ROWS.memory(200), ROWS.memory(230), true],
  ['a smaller share, though it is within its target', ROWS.share(1.5), ROWS.share(1.2), true],
])('%s', (_, before, now, expected) => {
  expect(fallen(before, now)).toEqual([expected]);
});

test('what one run has alone, and what has no better side, is not compared', () => {
  const count: Row = { part: 'g', what: 'bots', value: once(5), unit: 'count' };
  expect(compareRuns(run(ROWS.speed(1), count), run(ROWS.time(1), count))).toEqual([]);
  const named: Row = { ...count, unit: 'ratio', better: 'less' };
  expect(fallen(named, { ...named, value: once(6) })).toEqual([true]);
});

test('a run on another machine is not compared with', () => {
  expect(() => compareRuns({ ...run(), machine: 'another' }, run())).toThrow(/another machine/);
});

test('a file that holds no run, or is not there, is told with the command that writes one', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = join(directory, 'run.json');
  expect(readRun(file)).toMatch(/no file.*--json/);
  for (const text of ['', '{}', '{"machine": 1}']) {
    writeFileSync(file, text);
    expect(readRun(file)).toMatch(/no stored run.*--json/s);
  }
  writeFileSync(file, JSON.stringify(run(ROWS.speed(1))));
  expect(readRun(file)).toMatchObject({ machine: MACHINE, results: [{ what: 'full way' }] });
});
