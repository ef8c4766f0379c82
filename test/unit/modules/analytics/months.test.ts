import { expect, test } from 'vitest';
import { resolvePeriod } from '../../../../src/modules/statistics/analytics/reports/months.ts';
import { TASHKENT } from '../../../support/analytics/facts.ts';

const NOW = new Date('2026-03-31T19:00:00Z');

test.each([
  ['nothing', {}, { from: '2025-05', to: '2026-04' }],
  ['an end', { to: '2025-12' }, { from: '2025-01', to: '2025-12' }],
  ['a beginning', { from: '2024-01' }, { from: '2024-01', to: '2026-04' }],
  ['one month', { from: '2026-02', to: '2026-02' }, { from: '2026-02', to: '2026-02' }],
  ['sixty months', { from: '2020-02', to: '2025-01' }, { from: '2020-02', to: '2025-01' }],
])('whoever asks for %s is told of months that end with the present one', (_what, asked, months) => {
  expect(resolvePeriod(asked, NOW, TASHKENT)).toEqual(months);
});

test.each([
  ['backwards', { from: '2026-03', to: '2026-02' }],
  ['from one that is still to come', { from: '2026-05' }],
  ['more than sixty', { from: '2020-01', to: '2025-01' }],
])('no months: %s', (_what, asked) => {
  expect(resolvePeriod(asked, NOW, TASHKENT)).toBeNull();
});
