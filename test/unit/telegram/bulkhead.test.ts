import { expect, test } from 'vitest';
import { createBulkhead } from '../../../src/telegram/intake/bulkhead.ts';

/** Works that last until the test ends them. */
function slowWorks() {
  const begun: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => begun.push(resolve));
  return { begun, work };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a bot has its share at work and the rest waits in order; another bot’s does not wait', async () => {
  const shares = createBulkhead();
  const { begun, work } = slowWorks();
  const order: number[] = [];
  const all = Array.from({ length: 20 }, (_, number) =>
    shares.atWork(1n, async () => {
      order.push(number);
      await work();
    }),
  );
  await settled();
  expect(begun).toHaveLength(16);
  void shares.atWork(2n, work);
  await settled();
  expect(begun).toHaveLength(17);
  for (let ended = 0; ended < 21; ended += 1) {
    begun[ended]?.();
    await settled();
  }
  await Promise.all(all);
  expect(order).toEqual(Array.from({ length: 20 }, (_, number) => number));
});

test('a place that is handed on is not taken by whoever comes at the same moment', async () => {
  const shares = createBulkhead();
  const { begun, work } = slowWorks();
  for (let number = 0; number < 17; number += 1) void shares.atWork(1n, work);
  await settled();
  begun[0]?.();
  void shares.atWork(1n, work);
  await settled();
  expect(begun).toHaveLength(17);
});

test('a bot is full at forty in hand, and has room again when one is done, even by failing', async () => {
  const shares = createBulkhead();
  const { begun, work } = slowWorks();
  const failing = shares.inHand(1n, async () => {
    await work();
    throw new Error('failed');
  });
  for (let number = 1; number < 40; number += 1) void shares.inHand(1n, work);
  expect(shares.isFull(1n)).toBe(true);
  expect(shares.isFull(2n)).toBe(false);
  begun[0]?.();
  await expect(failing).rejects.toThrow('failed');
  expect(shares.isFull(1n)).toBe(false);
});
