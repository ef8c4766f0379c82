import { expect, test } from 'vitest';
import { inviterDaysFor } from '../../../src/modules/owner-referrals/owner-referral.ts';

const ZONE = 'Asia/Tashkent';
const daysFor = (inviterDays: number, from: string, months: number) =>
  inviterDaysFor({ inviterDays, friendDays: 0 }, { from: new Date(from), months }, ZONE);

test.each([
  ['a month of 30 days', 15, '2026-11-21T09:00:00Z', 1, 15],
  ['a month of 31 days', 15, '2026-12-21T09:00:00Z', 1, 15],
  ['February', 15, '2027-02-01T09:00:00Z', 1, 14],
  ['February of a leap year, half of which is half a day more', 15, '2028-02-01T09:00:00Z', 1, 14],
  ['a month that ends on its clamped day', 15, '2027-01-31T09:00:00Z', 1, 14],
  ['more than half a month is offered', 365, '2026-11-21T09:00:00Z', 1, 15],
  ['half a year', 365, '2026-11-21T09:00:00Z', 6, 90],
  ['a year', 365, '2026-11-21T09:00:00Z', 12, 182],
  ['less is offered', 3, '2026-11-21T09:00:00Z', 12, 3],
  ['nothing is offered', 0, '2026-11-21T09:00:00Z', 12, 0],
  ['an evening that is the next day in Tashkent', 365, '2026-11-30T20:00:00Z', 1, 15],
])('never more than half of what was bought: %s', (_what, offered, from, months, days) => {
  expect(daysFor(offered, from, months)).toBe(days);
});
