import { expect, test } from 'vitest';
import type { SourcePeopleFact } from '../../../../src/modules/statistics/analytics/facts.ts';
import { reportSources } from '../../../../src/modules/statistics/analytics/reports/sources.ts';
import { factsOf, SOLD, som } from '../../../support/analytics/facts.ts';

const MONTHS = { from: '2026-01', to: '2026-03', currency: 'UZS' } as const;
const SALE = { ...SOLD, kind: 'new', n: 1 } as const;

function came(month: string, source: number | null, counts: readonly number[]): SourcePeopleFact {
  const [people = 0, newcomers = 0, chose = 0, sent = 0, buyers = 0, live = 0] = counts;
  return { month, source, people, newcomers, chose, sent, buyers, live };
}

const known = (id: number, cost: bigint | null = null) => ({
  id,
  slug: `s${id}`,
  name: `Source ${id}`,
  cost,
});

test('each source says whom it brought, what they paid and what came back of its cost', () => {
  const facts = factsOf({
    sourcePeople: [
      came('2026-01', 1, [10, 8, 6, 5, 2, 1]),
      came('2026-03', 1, [5, 4, 3, 2, 1, 1]),
      came('2026-02', null, [20, 20, 10, 8, 6, 5]),
    ],
    salesBySource: [
      { ...SALE, source: 1, at: '2026-01', sum: som(50_000) },
      { ...SALE, source: 1, at: '2026-03-31', sum: som(40_000) },
      { ...SALE, source: null, at: '2026-02', sum: som(300_000) },
    ],
  });
  expect(reportSources(facts, MONTHS, [known(1, som(100_000))])).toEqual({
    asOf: facts.asOf,
    items: [
      {
        id: null,
        slug: null,
        name: null,
        people: 20,
        new: 20,
        chose: 10,
        paid: 8,
        buyers: 6,
        turnover: som(300_000),
        live: 5,
        cost: null,
        costPerBuyer: null,
        return: null,
      },
      {
        id: 1,
        slug: 's1',
        name: 'Source 1',
        people: 15,
        new: 12,
        chose: 9,
        paid: 7,
        buyers: 3,
        turnover: som(90_000),
        live: 2,
        cost: som(100_000),
        costPerBuyer: 3_333_333n,
        return: 0.9,
      },
    ],
  });
});

test('people count by the month they came in, money by that of the sale, and neither beside the months', () => {
  const facts = factsOf({
    sourcePeople: [came('2025-12', 1, [1]), came('2026-04', 1, [2])],
    salesBySource: ['2025-12', '2026-01', '2026-03-31', '2026-04-01'].map((at) => ({
      ...SALE,
      source: 1,
      at,
      sum: som(1),
    })),
  });
  expect(reportSources(facts, MONTHS, [known(1)]).items[1]).toMatchObject({ people: 0, turnover: som(2) });
});

test('Stars are no soʻm: what a source cost was paid in soʻm', () => {
  const facts = factsOf({
    salesBySource: [{ ...SALE, currency: 'XTR', method: 'stars', source: 1, at: '2026-01', sum: 500n }],
  });
  expect(reportSources(facts, MONTHS, [known(1, som(10))]).items[1]).toMatchObject({
    turnover: 0n,
    return: 0,
  });
  expect(reportSources(facts, { ...MONTHS, currency: 'XTR' }, [known(1, som(10))]).items[1]).toMatchObject({
    turnover: 500n,
    cost: som(10),
    return: null,
  });
});

test('one chat, one plan and one method narrow what was paid, and not who came', () => {
  const facts = factsOf({
    sourcePeople: [came('2026-01', 1, [10, 8, 6, 5, 2, 1])],
    salesBySource: [{}, { chat: 2 }, { plan: 2 }, { method: 'payme' }].map((rest, place) => ({
      ...SALE,
      source: 1,
      at: '2026-01',
      sum: 10n ** BigInt(place),
      ...rest,
    })),
  });
  const told = (query: Partial<Parameters<typeof reportSources>[1]>) =>
    reportSources(facts, { ...MONTHS, ...query }, [known(1, 1_000n)]).items[1];
  expect(told({})).toMatchObject({ people: 10, turnover: 1_111n, return: 1.111 });
  expect(told({ chat: 2 })).toMatchObject({ people: 10, turnover: 10n, return: 0.01 });
  expect(told({ plan: 2 })).toMatchObject({ people: 10, turnover: 100n });
  expect(told({ method: 'payme' })).toMatchObject({ people: 10, turnover: 1_000n });
});

test('a cost without a buyer has no price of one, and no cost has no return', () => {
  const facts = factsOf({ sourcePeople: [came('2026-01', 2, [1, 1, 1, 1, 1, 1])] });
  const { items } = reportSources(facts, MONTHS, [known(1, som(10)), known(2), known(3, 0n)]);
  expect(items.map(({ id, costPerBuyer, return: back }) => [id, costPerBuyer, back])).toEqual([
    [null, null, null],
    [2, null, null],
    [1, null, 0],
    [3, null, null],
  ]);
});

test('whoever came by none comes first, then the sources that brought the most money, people, and the older ones', () => {
  const facts = factsOf({
    sourcePeople: [came('2026-01', 4, [9])],
    salesBySource: [{ ...SALE, source: 3, at: '2026-01', sum: som(5) }],
  });
  const { items } = reportSources(facts, MONTHS, [known(1), known(2), known(3), known(4)]);
  expect(items.map(({ id }) => id)).toEqual([null, 3, 4, 1, 2]);
});
