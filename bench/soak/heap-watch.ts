import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface HeapSample {
  atMinutes: number;
  megabytes: number;
}

export interface HeapWatch {
  look(): Promise<void>;
  readonly samples: HeapSample[];
}

const MEGABYTE = 1024 * 1024;
/** What comes with the first use of everything is no leak. */
const SETTLING_SHARE = 0.2;
const LOOK_AGAIN_MS = 100;
const LOOKS = 100;

/** Asks a server that has the probe for its heap. */
export function watchHeap(pid: number, file: string): HeapWatch {
  const startedAt = performance.now();
  const samples: HeapSample[] = [];
  const read = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);
  return {
    samples,
    async look() {
      const before = read().length;
      process.kill(pid, 'SIGUSR2');
      for (let look = 0; look < LOOKS && read().length === before; look += 1) await sleep(LOOK_AGAIN_MS);
      const atMinutes = (performance.now() - startedAt) / 60_000;
      samples.push({ atMinutes, megabytes: Number(read().at(-1)) / MEGABYTE });
    },
  };
}

/** The line of least squares through the heap since it has settled, in megabytes a minute. */
export function growthPerMinute(samples: readonly HeapSample[]): number {
  const settled = samples.slice(Math.floor(samples.length * SETTLING_SHARE));
  const mean = (pick: (sample: HeapSample) => number) =>
    settled.reduce((sum, sample) => sum + pick(sample), 0) / settled.length;
  const meanAt = mean(({ atMinutes }) => atMinutes);
  const meanMegabytes = mean(({ megabytes }) => megabytes);
  const above = mean(({ atMinutes, megabytes }) => (atMinutes - meanAt) * (megabytes - meanMegabytes));
  return above / mean(({ atMinutes }) => (atMinutes - meanAt) ** 2);
}
