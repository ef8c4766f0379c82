import { expect, test } from 'vitest';
import { batchLoader } from '../../../../src/shared/async/batch-loader.ts';

test('questions that come at once go together, and each gets its own answer', async () => {
  const trips: number[][] = [];
  const double = batchLoader(async (numbers: readonly number[]) => {
    trips.push([...numbers]);
    return numbers.map((number) => number * 2);
  });
  expect(await Promise.all([double(1), double(2), double(3)])).toEqual([2, 4, 6]);
  expect(trips).toEqual([[1, 2, 3]]);
  expect(await double(4)).toBe(8);
  expect(trips).toHaveLength(2);
});

test('two are under way at most; what comes meanwhile waits and goes as one', async () => {
  const trips: (() => void)[] = [];
  const sizes: number[] = [];
  const ask = batchLoader(async (numbers: readonly number[]) => {
    sizes.push(numbers.length);
    await new Promise<void>((resolve) => trips.push(resolve));
    return numbers;
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const answers = [ask(1)];
  await turn();
  answers.push(ask(2));
  await turn();
  answers.push(ask(3), ask(4));
  await turn();
  expect(sizes).toEqual([1, 1]);
  trips.shift()?.();
  await turn();
  await turn();
  expect(sizes).toEqual([1, 1, 2]);
  for (const finish of trips) finish();
  expect(await Promise.all(answers)).toEqual([1, 2, 3, 4]);
});

test('no trip takes more than a hundred', async () => {
  const sizes: number[] = [];
  const ask = batchLoader(async (numbers: readonly number[]) => {
    sizes.push(numbers.length);
    return numbers;
  });
  const numbers = Array.from({ length: 250 }, (_, number) => number);
  expect(await Promise.all(numbers.map(ask))).toEqual(numbers);
  expect(sizes).toEqual([100, 100, 50]);
});

test('a trip that fails, fails for those who were on it, and for nobody after', async () => {
  let isUnavailable = true;
  const ask = batchLoader(async (numbers: readonly number[]) => {
    if (isUnavailable) throw new Error('unavailable');
    return numbers;
  });
  const outcomes = await Promise.allSettled([ask(1), ask(2)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isUnavailable = false;
  expect(await ask(3)).toBe(3);
});
