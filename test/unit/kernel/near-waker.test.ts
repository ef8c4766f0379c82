import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createNearWaker } from '../../../src/kernel/outbox/near-waker.ts';
import type { DueMessage } from '../../../src/kernel/outbox/outbox-message.ts';
import { MINUTE_MS, SECOND_MS } from '../../../src/shared/durations.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const messages = (count: number): DueMessage[] =>
  Array.from({ length: count }, (_, nth) => ({ id: BigInt(nth + 1), botId: 1 }));

function begin({ takes = true } = {}) {
  const here: bigint[] = [];
  const elsewhere: { ids: bigint[]; delayMs: number }[] = [];
  const waker = createNearWaker(
    ({ id }) => {
      if (takes) here.push(id);
      return takes;
    },
    {
      wake: async (due, delayMs = 0) => void elsewhere.push({ ids: due.map(({ id }) => id), delayMs }),
    },
  );
  return { waker, here, elsewhere };
}

test('before it works, and where it takes nothing more, another process is woken', async () => {
  const early = begin();
  await early.waker.wake(messages(2), SECOND_MS);
  expect(early.elsewhere).toEqual([{ ids: [1n, 2n], delayMs: SECOND_MS }]);
  const late = begin({ takes: false });
  late.waker.start();
  await late.waker.wake(messages(1));
  expect(late.elsewhere).toEqual([{ ids: [1n], delayMs: 0 }]);
  expect(late.here).toEqual([]);
});

test('what is due is delivered here at once, and no more of it than a flood may hold', async () => {
  const { waker, here, elsewhere } = begin();
  waker.start();
  await waker.wake(messages(1_500));
  expect(here).toHaveLength(1_000);
  expect(elsewhere).toEqual([]);
});

test('what is tried again comes by itself, and never before its moment', async () => {
  const { waker, here, elsewhere } = begin();
  waker.start();
  await waker.wake(messages(1), 1_440.3);
  vi.advanceTimersByTime(1_441);
  expect(here).toEqual([]);
  vi.advanceTimersByTime(SECOND_MS);
  expect(here).toEqual([1n]);
  expect(elsewhere).toEqual([]);
});

test('of more than a process can keep in mind the rest is for whichever works', async () => {
  const { waker, elsewhere } = begin();
  waker.start();
  for (const message of messages(50_001)) await waker.wake([message], MINUTE_MS);
  expect(elsewhere).toEqual([{ ids: [50_001n], delayMs: MINUTE_MS }]);
});

test('a process that stops tries nothing again', async () => {
  const { waker, here } = begin();
  waker.start();
  await waker.wake(messages(1), SECOND_MS);
  waker.close();
  vi.advanceTimersByTime(MINUTE_MS);
  expect(here).toEqual([]);
});
