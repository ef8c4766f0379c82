import { expect, test } from 'vitest';
import type { PromoKind } from '../../../src/modules/promo-codes/promo-code.ts';
import { offerFor } from '../../../src/modules/promo-codes/promo-offer.ts';

const MONTH = { kind: 'months', months: 1 } as const;
const som = (amount: number) => BigInt(amount) * 100n;
const plan = (price: number, rest: object = {}) => ({
  id: 1,
  price: som(price),
  duration: MONTH,
  isTrial: false,
  ...rest,
});
const held = (kind: PromoKind, value: number, rest: object = {}) => ({
  id: 1,
  code: 'CODE',
  gift: { kind, value: kind === 'fixed' ? som(value) : BigInt(value) },
  isTyped: true,
  planIds: [],
  ...rest,
});

test('a price is rounded down to whole soʻm, and is one soʻm at least', () => {
  expect(offerFor([held('percent', 33)], plan(999))).toMatchObject({ price: som(669), discount: som(330) });
  expect(offerFor([held('percent', 99)], plan(50))).toMatchObject({ price: som(1), discount: som(49) });
  expect(offerFor([held('percent', 99)], plan(1))).toBeNull();
});

test('a sum of the price or more is for no such plan', () => {
  expect(offerFor([held('fixed', 10_000)], plan(10_000))).toBeNull();
  expect(offerFor([held('fixed', 20_000)], plan(10_000))).toBeNull();
  expect(offerFor([held('fixed', 9_999)], plan(10_000))).toMatchObject({ price: som(1) });
});

test('days come on top of what ends by itself, and of nothing else; a trial takes no code', () => {
  const days = [held('days', 10)];
  expect(offerFor(days, plan(50_000))).toMatchObject({ price: som(50_000), discount: 0n, days: 10 });
  expect(offerFor(days, plan(50_000, { duration: { kind: 'months', months: 0 } }))).toBeNull();
  expect(offerFor(days, plan(50_000, { duration: { kind: 'until', endsOn: '2030-01-01' } }))).toBeNull();
  expect(offerFor([held('percent', 50)], plan(50_000, { isTrial: true }))).toBeNull();
});

test('what they typed comes before their own, of which the best counts; a code for other plans counts for none', () => {
  const own = { isTyped: false };
  const best = held('percent', 30, { ...own, id: 3 });
  expect(offerFor([held('percent', 10), best], plan(10_000))?.price).toBe(som(9_000));
  expect(offerFor([held('percent', 10, own), best, held('days', 5, own)], plan(10_000))?.code.id).toBe(3);
  expect(offerFor([held('percent', 10, { planIds: [2] }), best], plan(10_000))?.code.id).toBe(3);
  expect(offerFor([held('percent', 10, { planIds: [2] })], plan(10_000))).toBeNull();
});
