import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { askReport } from '../../../support/analytics/story.ts';
import { newSource } from '../../../support/growth/sources.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { holdsLink, linkIn, openShop, payFor, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
const sources: number[] = [];

/** How far each of ten people comes, by which of two sources. */
const STORIES = [
  ['joins', 'pays', 'chooses', 'looks', 'looks'],
  ['joins', 'joins', 'isApproved', 'looks', 'looks'],
] as const;

type Story = (typeof STORIES)[number][number];

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  for (const [index, stories] of STORIES.entries()) {
    const { id, slug } = await newSource(platform, shop, `Advertisement ${index + 1}`);
    sources.push(id);
    for (const story of stories) {
      const buyer = platform.telegram.newPerson({ firstName: story, languageCode: 'en' });
      await buyer.starts(shop.shop, { payload: `c_${slug}` });
      await buyer.presses(shop.shop, 'lang:en');
      await comesAsFar(buyer, story);
    }
  }
  await platform.quiet();
});
afterAll(() => platform.closesClean());

async function comesAsFar(buyer: SandboxPerson, story: Story): Promise<void> {
  if (story === 'looks') return;
  if (story === 'chooses') {
    await buyer.presses(shop.shop, `plan:${shop.planId}`);
    return;
  }
  const paymentId = await payFor(platform, shop, buyer);
  if (story === 'pays') return;
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  const link = linkIn(await buyer.reads(shop.shop, holdsLink));
  if (story === 'joins') await buyer.joins(link);
}

interface Step {
  step: string;
  people: number;
  ofFirst: number;
  ofPrevious: number;
}

async function stepsOf(query: string) {
  const { steps } = await askReport(platform, shop, `funnel${query}`);
  return steps as Step[];
}
const people = (steps: Step[]) => steps.map((step) => step.people);

test('of ten people six chose, five sent, four were approved and three joined, in all and by source', async () => {
  const all = await stepsOf('');
  expect(all.map(({ step }) => step)).toEqual(['started', 'chose', 'paid', 'approved', 'joined']);
  expect(people(all)).toEqual([10, 6, 5, 4, 3]);
  expect(all.map(({ ofFirst }) => ofFirst)).toEqual([1, 0.6, 0.5, 0.4, 0.3]);
  expect(all.map(({ ofPrevious }) => ofPrevious)).toEqual([null, 0.6, 0.8333, 0.8, 0.75]);
  expect(people(await stepsOf(`?source=${sources[0]}`))).toEqual([5, 3, 2, 1, 1]);
  expect(people(await stepsOf(`?source=${sources[1]}`))).toEqual([5, 3, 3, 3, 2]);
  expect(people(await stepsOf('?source=0'))).toEqual([0, 0, 0, 0, 0]);
});

test('days are those on which people first came, both ends in', async () => {
  // It is the afternoon of 21 November where they are.
  expect(people(await stepsOf('?since=2026-11-21&until=2026-11-21'))[0]).toBe(10);
  expect(people(await stepsOf('?since=2026-11-01&until=2026-11-20'))[0]).toBe(0);
});

test('what each source brought stands below whoever came by none', async () => {
  const { items } = await askReport(platform, shop, 'sources');
  const counts = items.map((item: Record<string, unknown>) =>
    ['id', 'people', 'new', 'chose', 'paid', 'buyers', 'live'].map((name) => item[name]),
  );
  expect(counts).toEqual([
    [null, 0, 0, 0, 0, 0, 0],
    [sources[1], 5, 5, 3, 3, 3, 3],
    [sources[0], 5, 5, 3, 2, 1, 1],
  ]);
});
