import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Row } from './report.ts';

/** What a run writes with `--json`, as far as it is compared with. */
const storedRun = z.object({
  machine: z.string(),
  results: z.array(
    z.object({
      part: z.string(),
      what: z.string(),
      note: z.string().optional(),
      value: z.object({ median: z.number() }),
    }),
  ),
});
type StoredRun = z.infer<typeof storedRun>;

/** Of what is wrong with a file, so much is shown. */
const SHOWN = 200;
/** A figure may be worse by this share of what it was: rounds of one machine lie that far apart. */
const MAX_LOSS = 0.1;

/** One figure of both runs. */
export interface Compared {
  part: string;
  what: string;
  before: number;
  now: number;
  unit: Row['unit'];
  /** How much better it is, as a share of what it was; below 0: worse. */
  gain: number;
  hasFallen: boolean;
}

/** @returns what the file holds, or a sentence that says why nothing can be compared with it */
export function readRun(file: string): StoredRun | string {
  const store = 'One is stored by: npm run --silent bench --json > run.json';
  if (!existsSync(file)) return `There is no file ${file} to compare with. ${store}`;
  try {
    return storedRun.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    return `${file} holds no stored run: ${String(error).slice(0, SHOWN)}\n${store}`;
  }
}

/**
 * Each figure that both runs have and that has a better side.
 * @throws Error where the other run was on another machine: its times say nothing about this one's
 */
export function compareRuns(
  before: StoredRun,
  now: { machine: string; results: readonly Row[] },
): Compared[] {
  if (before.machine !== now.machine) {
    throw new Error(`The stored run was on another machine: ${before.machine}; this one is ${now.machine}`);
  }
  const known = new Map(before.results.map((row) => [nameOf(row), row.value.median]));
  return now.results.flatMap((row): Compared[] => {
    const better = betterOf(row);
    const was = known.get(nameOf(row));
    if (better === null || was === undefined) return [];
    const is = row.value.median;
    const gain = better === 'more' ? is / was - 1 : 1 - is / was;
    // Of nothing everything is a loss, and nothing is none.
    const hasFallen = was === 0 ? better === 'less' && is > 0 : gain < -MAX_LOSS;
    return [{ part: row.part, what: nameOf(row), before: was, now: is, unit: row.unit, gain, hasFallen }];
  });
}

/** The same in every run; the note tells sizes apart. */
function nameOf({ what, note }: { what: string; note?: string | undefined }): string {
  return note === undefined ? what : `${what}, ${note}`;
}

/** Which side is the better one; null: neither is. */
function betterOf({ unit, target, better }: Row): 'more' | 'less' | null {
  if (better) return better;
  if (target) return 'atLeast' in target ? 'more' : 'less';
  if (unit === 'updates/s' || unit === 'a second') return 'more';
  return unit === 'ratio' || unit === 'count' ? null : 'less';
}
