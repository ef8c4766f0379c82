import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { FOR_NEW_PEOPLE, offerTrial } from '../../support/trial.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform, { title: 'Yoga' });
});
afterAll(async () => {
  await platform.closesClean();
});

async function shownTo(person: SandboxPerson) {
  await platform.quiet();
  const { last } = person.chatWith(shop.shop);
  return { text: last?.text ?? '', data: (last?.buttons ?? []).flat().map(({ data }) => data) };
}

const GETOLOG_LINE = 'This bot runs on @getolog_bot.';

const wishOf = async (person: SandboxPerson) =>
  (await platform.database.endUser.findFirstOrThrow({ where: { telegramUserId: person.id } })).wantedPlanId;

const chosenBy = (person: SandboxPerson) =>
  platform.database.payment.findMany({ where: { endUser: { telegramUserId: person.id } } });

test('a link leads straight to the payment of its plan', async () => {
  const buyer = await newBuyer(platform, shop);
  await buyer.starts(shop.shop, { payload: `plan_${shop.planId}` });
  const { text } = await shownTo(buyer);
  expect(text).toContain('Transfer exactly this amount');
  expect(text).toContain(GETOLOG_LINE);
  expect(await chosenBy(buyer)).toMatchObject([{ planId: shop.planId, status: 'created' }]);
});

test('whoever is new chooses a language first, and goes on to the plan', async () => {
  const buyer = platform.telegram.newPerson({ firstName: 'Nodira', languageCode: 'en' });
  await buyer.starts(shop.shop, { payload: `plan_${shop.planId}` });
  const { data } = await shownTo(buyer);
  expect(data).toEqual(['lang:en', 'lang:uz', 'lang:ru']);
  expect(await wishOf(buyer)).toBe(shop.planId);
  await buyer.presses(shop.shop, 'lang:en');
  const { text } = await shownTo(buyer);
  expect(text).toContain('Transfer exactly this amount');
  expect(text).toContain(GETOLOG_LINE);
  expect(await wishOf(buyer)).toBeNull();
  await buyer.presses(shop.shop, 'lang:ru');
  expect((await shownTo(buyer)).data).toContain(`plan:${shop.planId}`);
});

test('a plain start forgets what plan somebody came for', async () => {
  const buyer = platform.telegram.newPerson({ firstName: 'Nodira', languageCode: 'en' });
  await buyer.starts(shop.shop, { payload: `plan_${shop.planId}` });
  await buyer.starts(shop.shop);
  await buyer.presses(shop.shop, 'lang:en');
  expect((await shownTo(buyer)).data).toContain(`plan:${shop.planId}`);
  expect(await chosenBy(buyer)).toEqual([]);
});

test('a plan that somebody cannot have is a sentence above the window, with Getolog’s line', async () => {
  const trialId = await offerTrial(platform, shop);
  const lifetime = await newBuyer(platform, shop);
  const { channelId } = await platform.database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
  const { id: endUserId } = await platform.database.endUser.findFirstOrThrow({
    where: { telegramUserId: lifetime.id },
  });
  await platform.database.subscription.create({
    data: { endUserId, channelId, startedAt: platform.clock.now(), status: 'active' },
  });
  for (const [planId, why] of [
    [trialId, FOR_NEW_PEOPLE],
    [shop.planId, 'You have lifetime access here'],
    [999_999, 'no longer on sale'],
  ] as const) {
    await lifetime.starts(shop.shop, { payload: `plan_${planId}` });
    const { text, data } = await shownTo(lifetime);
    expect(text).toContain(why);
    expect(text).toContain(GETOLOG_LINE);
    expect(data).toContain('mysub');
  }
});

test('a link to what is not sold here is a plain start', async () => {
  const other = await openShop(platform);
  const buyer = await newBuyer(platform, shop);
  for (const payload of [
    `plan_${other.planId}`,
    'plan_0',
    'plan_99999999999',
    'plan_',
    'plan_1x',
    'nobody',
  ]) {
    await buyer.starts(shop.shop, { payload });
    expect((await shownTo(buyer)).data, payload).toContain(`plan:${shop.planId}`);
  }
  expect(await chosenBy(buyer)).toEqual([]);
  const newcomer = platform.telegram.newPerson({ firstName: 'Nodira', languageCode: 'en' });
  await newcomer.starts(shop.shop, { payload: `plan_${other.planId}` });
  await newcomer.presses(shop.shop, 'lang:en');
  expect((await shownTo(newcomer)).data).toContain(`plan:${shop.planId}`);
  expect(await chosenBy(newcomer)).toEqual([]);
});

test('whoever has a receipt under review is told so', async () => {
  const buyer = await newBuyer(platform, shop);
  await buyer.starts(shop.shop, { payload: `plan_${shop.planId}` });
  await buyer.sendsPhoto(shop.shop);
  await buyer.starts(shop.shop, { payload: `plan_${shop.planId}` });
  const { text } = await shownTo(buyer);
  expect(text).toContain('Your receipt is under review');
  expect(text).toContain(GETOLOG_LINE);
  expect(await chosenBy(buyer)).toMatchObject([{ status: 'pending' }]);
});

test('an owner sees the desk', async () => {
  await shop.owner.starts(shop.shop, { payload: `plan_${shop.planId}` });
  expect((await shownTo(shop.owner)).data).not.toContain(`plan:${shop.planId}`);
});
