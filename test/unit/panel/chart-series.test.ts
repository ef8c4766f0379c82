import { expect, test } from 'vitest';
import { addAmounts } from '../../../web/charts/series.ts';

test('amounts are added up to what the server would say: to the tiyin, and of Stars to whole ones', () => {
  expect(addAmounts(['50000.00', '0', '0.05'], 'UZS')).toBe('50000.05');
  expect(addAmounts(['150', '0', '75'], 'XTR')).toBe('225');
  expect([addAmounts([], 'UZS'), addAmounts([], 'XTR')]).toEqual(['0.00', '0']);
});
