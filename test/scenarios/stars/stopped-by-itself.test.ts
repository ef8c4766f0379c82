import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, round, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { holdsLink, linkIn, newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { renewsInStars, subscribesInStars } from '../../support/stars/selling.ts';

let platform: Platform;
let shop: Shop;
let buyer: SandboxPerson;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await renewsInStars(platform, shop);
});
afterAll(() => platform.closesClean());
beforeEach(async () => {
  buyer = await comesTo(shop);
});

async function comesTo(where: Shop): Promise<SandboxPerson> {
  const person = await newBuyer(platform, where);
  person.buysStars(1_000);
  return person;
}

const renewalOf = (chargeId: string) =>
  platform.database.starSubscription.findFirstOrThrow({ where: { firstChargeId: chargeId } });
/** How Telegram was asked to charge somebody no more. */
const asked = (chargeId: string) =>
  platform.telegram.calls.filter(
    ({ method, params }) =>
      method === 'editUserStarSubscription' && params['telegram_payment_charge_id'] === chargeId,
  );

async function joins(person: SandboxPerson, { shop: bot }: Shop): Promise<void> {
  const message = person.chatWith(bot).messages.findLast(holdsLink);
  if (message) await person.joins(linkIn(message));
  await platform.quiet();
}

async function isStopped(chargeId: string, person = buyer, where = shop): Promise<void> {
  await platform.quiet();
  expect(await renewalOf(chargeId)).toMatchObject({ state: 'ended', canceledBy: 'bot' });
  expect(asked(chargeId).map(({ params }) => params['is_canceled'])).toEqual([true]);
  expect(person.subscriptions(where.shop)[0]?.state).toBe('canceled');
}

test.each([
  'an owner’s ban',
  'time for life',
  'a payment that is taken back',
  'a hand that puts them out',
  'their wish to be forgotten',
] as const)('after %s nothing is paid again, and Telegram is asked once', async (why) => {
  const { mainBot, database } = platform;
  const { owner, chat } = shop;
  const { chargeId, paymentId } = await subscribesInStars(platform, shop, buyer);
  await joins(buyer, shop);
  const { endUserId, channelId } = await renewalOf(chargeId);
  if (why === 'an owner’s ban') await owner.presses(mainBot, `user:${endUserId}:ban`);
  if (why === 'a payment that is taken back') await owner.presses(mainBot, `revert:${paymentId}:yes`);
  if (why === 'a hand that puts them out') await owner.removes(buyer, chat);
  if (why === 'time for life') {
    const plan = await database.plan.create({ data: { channelId, durationMonths: 0, price: 1 } });
    await owner.presses(mainBot, `user:${endUserId}:grant:${plan.id}`);
  }
  if (why === 'their wish to be forgotten') {
    await buyer.presses(shop.shop, 'forget');
    await buyer.presses(shop.shop, 'forget:yes');
  }
  await isStopped(chargeId);
});

test('whoever is forgotten while Telegram cannot be reached is charged no more once it can, and is known nowhere then', async () => {
  const { chargeId } = await subscribesInStars(platform, shop, buyer);
  const { endUserId, id } = await renewalOf(chargeId);
  const mend = platform.telegram.failNext('editUserStarSubscription', { kind: 'serverError' }, 10_000);
  await shop.owner.presses(platform.mainBot, `user:${endUserId}:ban`);
  await shop.owner.presses(platform.mainBot, `user:${endUserId}:unban`);
  await buyer.presses(shop.shop, 'forget');
  await buyer.presses(shop.shop, 'forget:yes');
  await platform.telegram.until(() => asked(chargeId).length > 1, { what: 'Telegram to be asked' });
  expect((await renewalOf(chargeId)).canceledBy).toBeNull();
  mend();
  await settled(platform);
  expect(await renewalOf(chargeId)).toMatchObject({ state: 'ended', canceledBy: 'bot' });
  expect(buyer.subscriptions(shop.shop)[0]?.state).toBe('canceled');
  const left = await platform.database.outboxMessage.findMany({ where: { kind: 'stop-star-subscription' } });
  const about = left.filter(({ key }) => key.startsWith(`stop-star-subscription:${id}`));
  expect(about.map(({ payload }) => JSON.stringify(payload)).join()).not.toContain(String(buyer.id));
});

test.each(['removes their bot', 'is forgotten'])(
  'whoever sells %s: nobody pays for it any more, and Telegram is asked once for each',
  async (deed) => {
    const { mainBot, database } = platform;
    const gone = await openShop(platform);
    await renewsInStars(platform, gone);
    const people = [await comesTo(gone), await comesTo(gone)];
    const charges: string[] = [];
    for (const person of people) {
      charges.push((await subscribesInStars(platform, gone, person)).chargeId);
    }
    if (deed === 'is forgotten') {
      await gone.owner.presses(mainBot, 'forget');
      await gone.owner.presses(mainBot, 'forget:yes');
    } else {
      await gone.owner.presses(mainBot, `bot:${gone.shop.id}:remove`);
      await gone.owner.presses(mainBot, `bot:${gone.shop.id}:remove:yes`);
    }
    for (const [index, chargeId] of charges.entries()) await isStopped(chargeId, people[index], gone);
    if (deed === 'is forgotten') {
      await settled(platform);
      const kept = await database.outboxMessage.findMany({ where: { kind: 'stop-star-subscription' } });
      for (const { id } of people)
        expect(JSON.stringify(kept.map(({ payload }) => payload))).not.toContain(`${id}`);
    }
  },
);

test('a removed bot whose token is dead can ask nobody: that is no fault', async () => {
  const gone = await openShop(platform);
  await renewsInStars(platform, gone);
  const person = await comesTo(gone);
  const { chargeId } = await subscribesInStars(platform, gone, person);
  gone.shop.revokeToken();
  await gone.owner.presses(platform.mainBot, `bot:${gone.shop.id}:remove:yes`);
  await platform.quiet();
  expect((await renewalOf(chargeId)).state).toBe('ended');
});

test('a chat that its owner gives up is paid by nobody any more', async () => {
  const gone = await openShop(platform);
  await renewsInStars(platform, gone);
  const person = await comesTo(gone);
  const { chargeId } = await subscribesInStars(platform, gone, person);
  const { id, channelId } = await renewalOf(chargeId);
  await person.presses(gone.shop, `star-off:${id}`);
  platform.clock.passes({ days: 30, minutes: 1 });
  await round(platform);
  expect((await renewalOf(chargeId)).state).toBe('canceled');
  await gone.owner.presses(platform.mainBot, `chat:${channelId}:disconnect`);
  await platform.quiet();
  expect(await renewalOf(chargeId)).toMatchObject({ state: 'ended', canceledBy: 'bot' });
});
