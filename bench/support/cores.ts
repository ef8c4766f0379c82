import { execFileSync, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** What is measured has a core to itself; load, Telegram, Postgres and Redis share the rest. */
export interface Cores {
  pinned: boolean;
  /** In words, for the report. */
  description: string;
  /** The command that runs another on the measured core. */
  measured: readonly string[];
  /** What is started by it may use every core. */
  onAll<T>(start: () => Promise<T>): Promise<T>;
}

/** Moves this process and what it starts from now on away from the core that is measured. */
export function divideCores(): Cores {
  const count = availableParallelism();
  const allowed = count < 2 ? null : allowedCores();
  const core = allowed?.pop();
  if (allowed === null || core === undefined || allowed.length === 0) {
    return {
      pinned: false,
      description: `${count} core(s), nothing pinned`,
      measured: [],
      onAll: (start) => start(),
    };
  }
  const stayOn = (cores: readonly number[]) =>
    execFileSync('taskset', ['-a', '-p', '-c', cores.join(','), String(process.pid)], { stdio: 'ignore' });
  stayOn(allowed);
  return {
    pinned: true,
    description: `what is measured on core ${core}, the rest on ${allowed.join(', ')}`,
    measured: ['taskset', '-c', String(core)],
    async onAll(start) {
      stayOn([...allowed, core]);
      try {
        return await start();
      } finally {
        stayOn(allowed);
      }
    },
  };
}

/** Null where there is no taskset. */
function allowedCores(): number[] | null {
  const { status, stdout } = spawnSync('taskset', ['-p', '-c', String(process.pid)], { encoding: 'utf8' });
  if (status !== 0) return null;
  return (stdout.split(':').at(-1) ?? '')
    .trim()
    .split(',')
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, place) => first + place);
    });
}
