import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxBot } from '../../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import {
  buyAccess,
  holdsLink,
  newBuyer,
  newMember,
  openShop,
  payFor,
  type Shop,
} from '../../../support/shop.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

async function checks(): Promise<void> {
  await platform.app.jobs.checkBots();
  await expect.poll(() => platform.app.countJobs()).toBe(0);
}

async function offers(shop: SandboxBot): Promise<number> {
  const buyer = await newBuyer(platform, { shop });
  const buttons = buyer.chatWith(shop).last?.buttons.flat() ?? [];
  return buttons.filter(({ data }) => data?.startsWith('plan:')).length;
}

const said = ({ owner }: Shop, words: string) =>
  owner.chatWith(platform.mainBot).messages.filter(({ text }) => text.includes(words)).length;

test('a channel that gets a username is not sold until it is private again, and its owner reads both', async () => {
  const { mainBot } = platform;
  const shop = await openShop(platform);
  const decided = await newBuyer(platform, shop, { firstName: 'Decided' });
  const paymentId = await payFor(platform, shop, decided);
  shop.chat.setsUsername('club_for_everybody');
  await checks();
  await shop.owner.reads(mainBot, `${shop.chat.title} is public now`);
  expect(await offers(shop.shop)).toBe(0);
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}`);
  expect(shop.owner.chatWith(mainBot).last?.text).toContain('It’s public');
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:check`);
  await shop.owner.reads(mainBot, 'it’s public, so anyone can join');
  await checks();
  expect(said(shop, 'is public now')).toBe(1);
  // What was paid for before is decided and delivered.
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await decided.reads(shop.shop, holdsLink);
  shop.chat.setsUsername(undefined);
  await checks();
  await shop.owner.reads(mainBot, `${shop.chat.title} is private again`);
  expect(await offers(shop.shop)).toBe(1);
});

test('whoever comes or goes shows the username before the check does', async () => {
  const shop = await openShop(platform);
  const { member, link } = await buyAccess(platform, shop);
  shop.chat.setsUsername('shown_by_a_guest');
  await member.joins(link);
  await shop.owner.reads(platform.mainBot, `${shop.chat.title} is public now`);
  expect(await offers(shop.shop)).toBe(0);
});

test('rights that come back to a public chat do not offer it', async () => {
  const { mainBot } = platform;
  const shop = await openShop(platform);
  await shop.owner.demotes(shop.shop, shop.chat, ['can_invite_users']);
  await shop.owner.reads(mainBot, 'is missing these rights');
  shop.chat.setsUsername('public_and_poor');
  await shop.owner.promotes(shop.shop, shop.chat, ['can_invite_users', 'can_restrict_members']);
  await shop.owner.reads(mainBot, `${shop.chat.title} is public now`);
  expect(said(shop, 'has all the rights')).toBe(0);
  expect(await offers(shop.shop)).toBe(0);
});

test('the title of a channel, and the names of its bot, are those of today after a check', async () => {
  const { mainBot, database } = platform;
  const shop = await openShop(platform);
  await shop.chat.setsTitle('Club of today');
  shop.shop.renames({ username: `${shop.shop.username}_of_today`, name: 'Today' });
  await checks();
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}`);
  const page = shop.owner.chatWith(mainBot).last?.text ?? '';
  expect(page).toContain('Club of today');
  expect(page).toContain(`https://t.me/${shop.shop.username}`);
  const row = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: shop.shop.id } });
  expect(row).toMatchObject({ username: shop.shop.username, name: 'Today' });
  const { member } = await newMember(platform, shop);
  expect(member.chatWith(shop.shop).messages.some(({ text }) => text.includes('Club of today'))).toBe(true);
});

test('a group says itself that it has another title', async () => {
  const { mainBot } = platform;
  const shop = await openShop(platform, { kind: 'group' });
  await shop.chat.setsTitle('Circle of today');
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}`);
  expect(shop.owner.chatWith(mainBot).last?.text).toContain('Circle of today');
});
