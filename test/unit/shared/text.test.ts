import { expect, test } from 'vitest';
import { shorten } from '../../../src/shared/text.ts';

test.each([
  ['short', 10, 'short'],
  ['exactly te', 10, 'exactly te'],
  ['one too many', 10, 'one too m…'],
  ['👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 3, '👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦'],
  ['👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 3, '👨‍👩‍👧‍👦👨‍👩‍👧‍👦…'],
])('%j within %i is %j', (text, length, shown) => {
  expect(shorten(text, length)).toBe(shown);
});

test.each(['x', '\u202e', '\ud800', '😀', 'e\u0301\u0301'])(
  'of a text without end (%j) no more than needed is looked at',
  (piece) => {
    const began = process.cpuUsage();
    for (let time = 0; time < 100; time += 1)
      expect(shorten(piece.repeat(100_000), 64).length).toBeLessThan(1_100);
    // The whole of it a hundred times would be minutes.
    expect(process.cpuUsage(began).user).toBeLessThan(10_000_000);
  },
);
