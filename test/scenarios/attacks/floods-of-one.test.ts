import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { buyAccess, holdsLink, newBuyer, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeEach(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterEach(async () => {
  expect(platform.faults).toEqual([]);
  await platform.close();
});

const openDeliveries = () =>
  platform.database.outboxMessage.count({ where: { kind: 'deliver-access', doneAt: null } });

test('whoever asks for their link over and over has one message on its way, not one for each press', async () => {
  const { telegram } = platform;
  const { member, subscriptionId } = await buyAccess(platform, shop);
  const heal = telegram.failAll('getChatMember', { kind: 'serverError' });
  for (let press = 0; press < 20; press += 1) await member.presses(shop.shop, `relink:${subscriptionId}`);
  // One in hand, which may have gone out before the last press, and one that waits.
  expect(await openDeliveries()).toBeLessThanOrEqual(2);
  heal();
  await eventually(async () => {
    await platform.app.jobs.sweep();
    expect(await openDeliveries()).toBe(0);
  });
  const links = member.chatWith(shop.shop).messages.filter(holdsLink);
  expect(links.length).toBeLessThanOrEqual(2);
  await member.presses(shop.shop, `relink:${subscriptionId}`);
  await eventually(async () => expect(await openDeliveries()).toBe(0));
});

test('who closes and opens the bot again and again has their own messages tried, and nobody else’s', async () => {
  const patient = await buyAccess(platform, shop, { firstName: 'Patient' });
  const restless = await newBuyer(platform, shop, { firstName: 'Restless' });
  await patient.member.blocks(shop.shop);
  await patient.member.presses(shop.shop, `relink:${patient.subscriptionId}`);
  await platform.quiet();
  const attempts = async () =>
    (
      await platform.database.outboxMessage.findFirstOrThrow({
        where: { kind: 'deliver-access', doneAt: null },
        select: { attempts: true },
      })
    ).attempts;
  const before = await attempts();
  for (let time = 0; time < 10; time += 1) {
    await restless.blocks(shop.shop);
    await restless.unblocks(shop.shop);
  }
  await platform.quiet();
  // Its own pauses may have ended once meanwhile.
  expect(await attempts()).toBeLessThanOrEqual(before + 1);
  await patient.member.unblocks(shop.shop);
  await eventually(async () => expect(await openDeliveries()).toBe(0));
});

test('a stranger who adds the bot to chats over and over is told of to the owner once an hour', async () => {
  const { telegram, mainBot, clock } = platform;
  const stranger = telegram.newPerson({ firstName: 'Stranger', languageCode: 'en' });
  const told = () => shop.owner.chatWith(mainBot).messages.filter(({ text }) => /Trap/.test(text)).length;
  for (let number = 0; number < 6; number += 1) {
    await stranger.adds(shop.shop, stranger.createsGroup(`Trap ${number}`, { supergroup: true }));
  }
  await platform.quiet();
  expect(told()).toBe(1);
  clock.passes({ hours: 1 });
  await stranger.adds(shop.shop, stranger.createsGroup('Trap of later', { supergroup: true }));
  await eventually(() => expect(told()).toBe(2));
});
