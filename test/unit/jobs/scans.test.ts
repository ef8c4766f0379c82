import { expect, test } from 'vitest';
import { scanAll } from '../../../src/jobs/scans.ts';

test('a round goes through all that there is, however much fits into one page', async () => {
  const enqueued: number[] = [];
  const everything = Array.from({ length: 12_001 }, (_, index) => ({ id: index + 1, rank: 1 }));
  const list = async (after: number, limit: number) =>
    everything.filter(({ id }) => id > after).slice(0, limit);
  const enqueue = async (_job: string, items: readonly { id: number }[]) => {
    enqueued.push(...items.map(({ id }) => id));
  };
  await scanAll(enqueue, 'checkBot', list);
  expect(enqueued).toEqual(everything.map(({ id }) => id));
});
