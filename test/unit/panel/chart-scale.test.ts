import { expect, test } from 'vitest';
import { labelEvery, marksUpTo } from '../../../web/charts/scale.ts';

test.each([
  ['nothing', 0, 1, [0, 1]],
  ['a few people', 3, 1, [0, 1, 2, 3]],
  ['people', 97, 1, [0, 25, 50, 75, 100]],
  ['no halves of people', 7, 1, [0, 2, 4, 6, 8]],
  ['money', 1_000_000, 1_000, [0, 250_000, 500_000, 750_000, 1_000_000]],
  ['little money', 900, 1_000, [0, 1_000]],
  ['all of it', 1, 0.01, [0, 0.25, 0.5, 0.75, 1]],
])('a chart of %s has round marks that hold the largest value', (_what, largest, least, marks) => {
  expect(marksUpTo(largest, least)).toEqual(marks);
});

test('a share has marks of whole percents', () => {
  const marks = marksUpTo(0.3333, 0.01);
  expect(marks.map((mark) => Math.round(mark * 100))).toEqual([0, 10, 20, 30, 40]);
});

test('labels are left out where they would touch each other', () => {
  expect(labelEvery(12, 600, 40)).toBe(1);
  expect(labelEvery(12, 300, 40)).toBe(2);
  expect(labelEvery(90, 250, 50)).toBe(18);
  expect(labelEvery(12, 0, 40)).toBeGreaterThan(12);
});
