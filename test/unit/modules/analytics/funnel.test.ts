import { expect, test } from 'vitest';
import type { PeopleFact } from '../../../../src/modules/statistics/analytics/facts.ts';
import { reportFunnel } from '../../../../src/modules/statistics/analytics/reports/funnel.ts';
import { factsOf, noon, TASHKENT } from '../../../support/analytics/facts.ts';

function came(day: string, source: number | null, counts: readonly number[]): PeopleFact {
  const [started = 0, chose = 0, paid = 0, approved = 0, joined = 0] = counts;
  return { day, source, started, chose, paid, approved, joined };
}

const asOf = noon('2026-04-01');

function peopleOf(people: PeopleFact[], query: Parameters<typeof reportFunnel>[1] = {}): number[] {
  return reportFunnel(factsOf({ asOf, people }), query, TASHKENT).steps.map((step) => step.people);
}

test('of ten people six chose, five sent, four were let in, three came: in all and by where they came from', () => {
  const people = [came('2026-03-20', 7, [6, 4, 3, 3, 2]), came('2026-03-21', null, [4, 2, 2, 1, 1])];
  expect(reportFunnel(factsOf({ asOf, people }), {}, TASHKENT)).toEqual({
    asOf,
    steps: [
      { step: 'started', people: 10, ofFirst: 1, ofPrevious: null, change: null },
      { step: 'chose', people: 6, ofFirst: 0.6, ofPrevious: 0.6, change: null },
      { step: 'paid', people: 5, ofFirst: 0.5, ofPrevious: 0.8333, change: null },
      { step: 'approved', people: 4, ofFirst: 0.4, ofPrevious: 0.8, change: null },
      { step: 'joined', people: 3, ofFirst: 0.3, ofPrevious: 0.75, change: null },
    ],
  });
  expect(peopleOf(people, { source: 7 })).toEqual([6, 4, 3, 3, 2]);
  expect(peopleOf(people, { source: 0 })).toEqual([4, 2, 2, 1, 1]);
  expect(peopleOf(people, { source: 8 })).toEqual([0, 0, 0, 0, 0]);
});

test('both days that are asked for count, and none beside them', () => {
  const people = ['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'].map((day) => came(day, null, [1]));
  expect(peopleOf(people, { since: '2026-02-28', until: '2026-03-01' })[0]).toBe(2);
  expect(peopleOf(people, { since: '2026-03-02', until: '2026-03-02' })[0]).toBe(1);
  expect(peopleOf(people, { since: '2026-03-01' })[0]).toBe(2);
});

test('months are asked for as all of their days, up to the present one; days say it more exactly', () => {
  const people = ['2026-01-31', '2026-02-01', '2026-02-28', '2026-03-01', '2026-04-01'].map((day) =>
    came(day, null, [1]),
  );
  const february = { from: '2026-02', to: '2026-02' };
  expect(peopleOf(people, { months: february })[0]).toBe(2);
  expect(peopleOf(people, { months: february, since: '2026-02-02' })[0]).toBe(1);
  expect(peopleOf(people, { months: february, until: '2026-03-01' })[0]).toBe(3);
  // Of the present month as many days are set beside it as there are.
  const facts = factsOf({ asOf, people: [...people, came('2026-03-31', null, [1, 1])] });
  const present = reportFunnel(facts, { months: { from: '2026-04', to: '2026-12' } }, TASHKENT);
  expect(present.steps[0]).toMatchObject({ people: 1, change: 0 });
});

test('where nothing is asked it is the last thirty days, beside the thirty before', () => {
  const days = ['2026-01-31', '2026-02-01', '2026-03-02', '2026-03-03', '2026-03-31', '2026-04-01'];
  const facts = factsOf({ asOf, people: days.map((day) => came(day, null, [1, 1])) });
  const [started, chose, paid] = reportFunnel(facts, {}, TASHKENT).steps;
  expect(started).toMatchObject({ people: 3, change: 0.5 });
  expect(chose).toMatchObject({ people: 3, change: 0.5 });
  expect(paid).toMatchObject({ people: 0, ofFirst: 0, change: null });
});

test('the present day is that of the shop’s clock', () => {
  const people = [came('2026-04-02', null, [1])];
  const late = factsOf({ asOf: new Date('2026-04-01T19:00:00Z'), people });
  expect(reportFunnel(late, {}, TASHKENT).steps[0]?.people).toBe(1);
  expect(reportFunnel(late, {}, 'UTC').steps[0]?.people).toBe(0);
});

test('of nobody there is no share', () => {
  const { steps } = reportFunnel(factsOf({ asOf }), {}, TASHKENT);
  expect(steps.map(({ people, ofFirst, ofPrevious }) => [people, ofFirst, ofPrevious])).toEqual(
    Array.from({ length: 5 }, () => [0, null, null]),
  );
});
