import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';

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

const chosenBy = (person: SandboxPerson) =>
  platform.database.payment.findMany({ where: { endUser: { telegramUserId: person.id } } });

test('a link leads straight to the payment of its plan', async () => {
  const buyer = await newBuyer(platform, shop);
  await buyer.starts(shop.shop, { payload: `plan_${shop.planId}` });
  expect((await shownTo(buyer)).text).toContain('Transfer exactly this amount');
  expect(await chosenBy(buyer)).toMatchObject([{ planId: shop.planId, status: 'created' }]);
});

test('whoever is new chooses a language first, and goes on to the plan', async () => {
  const buyer = platform.telegram.newPerson({ firstName: 'Nodira', languageCode: 'en' });
  await buyer.starts(shop.shop, { payload: `plan_${shop.planId}` });
  const { data } = await shownTo(buyer);
  expect(data).toEqual(['en', 'uz', 'ru'].map((language) => `lang:${language}:plan:${shop.planId}`));
  await buyer.presses(shop.shop, `lang:en:plan:${shop.planId}`);
  expect((await shownTo(buyer)).text).toContain('Transfer exactly this amount');
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
  await newcomer.presses(shop.shop, `lang:en:plan:${other.planId}`);
  expect((await shownTo(newcomer)).data).toContain(`plan:${shop.planId}`);
  expect(await chosenBy(newcomer)).toEqual([]);
});

test('whoever has a receipt under review is told so', async () => {
  const buyer = await newBuyer(platform, shop);
  await buyer.starts(shop.shop, { payload: `plan_${shop.planId}` });
  await buyer.sendsPhoto(shop.shop);
  await buyer.starts(shop.shop, { payload: `plan_${shop.planId}` });
  expect((await shownTo(buyer)).text).toContain('Your receipt is under review');
  expect(await chosenBy(buyer)).toMatchObject([{ status: 'pending' }]);
});

test('an owner sees the desk', async () => {
  await shop.owner.starts(shop.shop, { payload: `plan_${shop.planId}` });
  expect((await shownTo(shop.owner)).data).not.toContain(`plan:${shop.planId}`);
});
