import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { PEOPLE_STATES } from '../../../src/modules/profiles/people-states.ts';
import { askReport } from '../../support/analytics/story.ts';
import { openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newPromoCode, openShop, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

/** Under which filters of the panel somebody is found, and as what. */
async function foundUnder(person: SandboxPerson): Promise<{ states: string[]; state: string }> {
  const panel = (await openPanel(platform, shop.owner)).of(shop.shop);
  const found = await Promise.all(
    PEOPLE_STATES.map(async (state) => {
      const { body } = await panel.get(`/users?state=${state}&q=${person.id}`);
      return { state, item: body.items[0] as { state: string } | undefined };
    }),
  );
  const states = found.flatMap(({ state, item }) => (item ? [state] : []));
  return { states, state: found.find(({ item }) => item)?.item?.state ?? '' };
}

const started = async () => (await askReport(platform, shop, 'funnel')).steps[0].people as number;

test('whoever helps is found under managers alone, and is none of those who came', async () => {
  const before = await started();
  const { manager, managerId } = await newManager(platform, shop, 'receipts');
  await manager.presses(shop.shop, 'try');
  await manager.presses(shop.shop, `plan:${shop.planId}`);
  await platform.quiet();
  expect(await foundUnder(manager)).toEqual({ states: ['managers'], state: 'manager' });
  platform.clock.passes({ minutes: 10 });
  expect(await started()).toBe(before);
  await shop.owner.presses(platform.mainBot, `mgr:${managerId}:remove:yes`);
  await platform.quiet();
  expect(await foundUnder(manager)).toEqual({ states: ['all', 'never'], state: 'never' });
  platform.clock.passes({ minutes: 10 });
  expect(await started()).toBe(before + 1);
});

test('a code for new buyers, or for those who left, is for nobody who helps', async () => {
  const { mainBot } = platform;
  const { manager, managerId } = await newManager(platform, shop, 'support');
  await manager.presses(shop.shop, 'try');
  for (const [code, audience, why] of [
    ['FORNEW', 'new', 'new buyers only'],
    ['FOREND', 'ended', 'whose subscription has ended'],
  ] as const) {
    const id = await newPromoCode(platform, shop, code, { percent: '20' });
    await shop.owner.presses(mainBot, `promo:${id}:for:${audience}`);
    await types(manager, code);
    expect(told(manager, shop.shop)).toContain(why);
  }
  await shop.owner.presses(mainBot, `mgr:${managerId}:remove:yes`);
  await types(manager, 'FORNEW');
  expect(told(manager, shop.shop)).toMatch(/40.000/);
});

async function types(person: SandboxPerson, code: string): Promise<void> {
  await person.presses(shop.shop, 'promo');
  await person.sends(shop.shop, code);
  await platform.quiet();
}
