import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { panel } from './panel/panel.ts';
import { analytics } from './parts/analytics.ts';
import { broadcast } from './parts/broadcast.ts';
import { callbacks } from './parts/callbacks.ts';
import { ends } from './parts/ends.ts';
import { fairness } from './parts/fairness.ts';
import { firstUpdate } from './parts/first-update.ts';
import { latency } from './parts/latency.ts';
import { processMemory } from './parts/process-memory.ts';
import { processes } from './parts/processes.ts';
import { residentBots } from './parts/resident-bots.ts';
import { throughput } from './parts/throughput.ts';
import { compareRuns, readRun } from './support/compare.ts';
import { type Ground, prepareGround } from './support/ground.ts';
import { isMet, type Row, toComparison, toTable } from './support/report.ts';

/**
 * `npm run bench`, for a person; `npm run bench --json`, as data; `npm run bench -- panel`, the budgets of the panel alone.
 * `npm run bench -- --compare <file>` fails where something is worse than in the run that the file holds. For a quick look: `PARTS=ad` runs those two, and `ROUNDS`, `SECONDS` (of a round) and `SUBSCRIPTIONS` may be fewer.
 */
const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const ROUNDS = number('ROUNDS', 5);
const SECONDS = number('SECONDS', 3);
const SUBSCRIPTIONS = number('SUBSCRIPTIONS', 1_000_000);

/** Every part, in the order of the report. */
const PARTS: Record<string, (ground: Ground) => Promise<Row[]>> = {
  a: (ground) => throughput(ground, { rounds: ROUNDS, seconds: SECONDS }),
  b: firstUpdate,
  c: residentBots,
  d: (ground) => latency(ground, { rounds: ROUNDS, seconds: SECONDS * 2 }),
  e: (ground) => ends(ground, { subscriptions: SUBSCRIPTIONS }),
  f: (ground) => processMemory(ground, { seconds: SECONDS * 2 }),
  g: fairness,
  h: (ground) => analytics(ground, { subscriptions: SUBSCRIPTIONS }),
  i: (ground) => callbacks(ground, { rounds: ROUNDS, seconds: SECONDS }),
  j: (ground) => processes(ground, { rounds: ROUNDS, seconds: SECONDS }),
  k: (ground) => broadcast(ground, { rounds: ROUNDS, seconds: SECONDS * 2 }),
  p: (ground) =>
    panel(ground, {
      rounds: ROUNDS,
      seconds: SECONDS * 4,
      subscriptions: number('SUBSCRIPTIONS', 1_100_000),
    }),
};

await main();

async function main(): Promise<void> {
  // `npm run bench --json` keeps the flag for itself, and tells it so.
  const asData = process.argv.includes('--json') || process.env['npm_config_json'] === 'true';
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const compared = process.argv.indexOf('--compare');
  // Before anything is measured: a wrong name is told at once.
  const before = compared < 0 ? null : readRun(process.argv[compared + 1] ?? '');
  if (typeof before === 'string') {
    say(before);
    process.exitCode = 2;
    return;
  }
  const everything = process.argv.includes('panel') ? 'p' : Object.keys(PARTS).join('');
  const wanted = process.env['PARTS'] ?? everything;
  if (wanted.includes('a')) installOthers();
  const ground = await prepareGround(say);
  const rows: Row[] = [];
  try {
    for (const name of wanted) {
      say(`(${name}) ...`);
      rows.push(...((await PARTS[name]?.(ground)) ?? []));
    }
  } finally {
    await ground.close();
  }
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${ground.cores.description}, Node ${process.version}`;
  if (asData) {
    const results = rows.map((row) => ({ ...row, met: isMet(row) }));
    process.stdout.write(`${JSON.stringify({ machine, rounds: ROUNDS, results }, null, 2)}\n`);
  } else {
    process.stdout.write(`${machine}\n\n${toTable(rows)}\n`);
  }
  if (!before) return;
  const comparison = compareRuns(before, { machine, results: rows });
  say(toComparison(comparison));
  if (comparison.some(({ hasFallen }) => hasFallen)) process.exitCode = 1;
}

/** What we compare with is no part of us: it is fetched when it is needed. */
function installOthers(): void {
  const { status, stderr } = spawnSync(
    'npm',
    ['ci', '--prefix', 'bench/others', '--no-audit', '--no-fund', '--loglevel=error'],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`The packages of bench/others could not be installed:\n${stderr}`);
}
