import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { settled } from '../../../support/settled.ts';
import { newMember, openShop } from '../../../support/shop.ts';
import { updatesByHand } from '../../../support/updates-by-hand.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

/** A basic group, and the supergroup that it is about to become, of which bots may hear before they hear that. */
function growingGroup(owner: SandboxPerson, title: string) {
  return { group: owner.createsGroup(title), supergroup: owner.createsGroup(title, { supergroup: true }) };
}

const connectedAs = (title: string) =>
  platform.database.channel.findMany({
    where: { title, connectedAt: { not: null } },
    include: { bot: { select: { username: true } } },
    orderBy: { id: 'asc' },
  });

test('rights that a bot gets before it hears that its group has grown are known', async () => {
  const { mainBot } = platform;
  const { owner, shop } = await openShop(platform);
  const { group, supergroup } = growingGroup(owner, 'Small circle');
  await owner.adds(shop, group, { rights: [] });
  await owner.reads(mainBot, /is missing these rights in Small circle|once this group is a supergroup/);
  await owner.adds(shop, supergroup);
  await updatesByHand(platform, shop).grows(group, supergroup, owner);
  platform.clock.passes({ minutes: 1 });
  await settled(platform);
  const said = owner.chatWith(mainBot).messages.map(({ text }) => text);
  expect(said.filter((text) => text.includes('already has a group'))).toEqual([]);
  expect(await connectedAs('Small circle')).toMatchObject([
    {
      telegramChatId: BigInt(supergroup.id),
      isBasicGroup: false,
      canInvite: true,
      canRestrict: true,
      disconnectedAt: null,
    },
  ]);
});

test('a group that grows stays with its bot, although another of its bots hears of the new one first', async () => {
  const { mainBot, telegram } = platform;
  const { owner, shop } = await openShop(platform);
  const rival = telegram.newBot({ username: 'rival_bot', name: 'Rival' });
  await owner.sends(mainBot, rival.token);
  await owner.reads(mainBot, 'https://t.me/rival_bot');
  const { group, supergroup } = growingGroup(owner, 'Wide circle');
  await owner.adds(shop, group);
  await owner.reads(mainBot, `The group Wide circle is connected to @${shop.username}`);
  await owner.adds(rival, group);
  await owner.reads(mainBot, 'is connected to another bot');
  await owner.adds(rival, supergroup);
  await owner.reads(mainBot, 'The group Wide circle is connected to @rival_bot');
  await owner.adds(shop, supergroup);
  await updatesByHand(platform, shop).grows(group, supergroup, owner);
  await owner.reads(mainBot, 'Wide circle is disconnected from @rival_bot');
  await settled(platform);
  const telegramChatId = BigInt(supergroup.id);
  expect(await connectedAs('Wide circle')).toMatchObject([
    { bot: { username: shop.username }, telegramChatId, isBasicGroup: false, disconnectedAt: null },
    { bot: { username: 'rival_bot' }, telegramChatId, disconnectedAt: expect.any(Date) },
  ]);
});

test('a bot that has sold places in the grown group keeps it, and the other owner’s bot lets go', async () => {
  const { mainBot } = platform;
  const slow = await openShop(platform);
  const quick = await openShop(platform);
  const { group, supergroup } = growingGroup(slow.owner, 'Sold circle');
  await slow.owner.adds(slow.shop, group);
  await slow.owner.reads(mainBot, `The group Sold circle is connected to @${slow.shop.username}`);
  await slow.owner.letsIn(quick.owner, supergroup);
  await slow.owner.promotes(quick.owner, supergroup, ['can_invite_users', 'can_promote_members']);
  await quick.owner.adds(quick.shop, supergroup);
  await quick.owner.reads(mainBot, `The group Sold circle is connected to @${quick.shop.username}`);
  const { id: channelId } = await platform.database.channel.findFirstOrThrow({
    where: { telegramChatId: BigInt(supergroup.id) },
  });
  await quick.owner.presses(mainBot, `price:${channelId}:1`);
  await quick.owner.sends(mainBot, '50 000');
  const plan = await platform.database.plan.findFirstOrThrow({ where: { channelId } });
  await newMember(platform, { ...quick, chat: supergroup, planId: plan.id });
  await updatesByHand(platform, slow.shop).grows(group, supergroup, slow.owner);
  await slow.owner.reads(mainBot, `Sold circle is disconnected from @${slow.shop.username}`);
  await settled(platform);
  expect(
    (await connectedAs('Sold circle')).map(({ bot, disconnectedAt }) => [
      bot.username,
      disconnectedAt === null,
    ]),
  ).toEqual([
    [slow.shop.username, false],
    [quick.shop.username, true],
  ]);
  // Nobody pressed anything: the trail names no owner for it.
  const { id: botId } = await platform.database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(slow.shop.id) },
  });
  const lost = await platform.database.auditEntry.findMany({ where: { action: 'chat.disconnected', botId } });
  expect(lost.map(({ actor }) => actor)).toEqual(['system']);
});
