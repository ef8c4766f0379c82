import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { Prisma } from '../../../src/infra/prisma-client/client.ts';
import { HOUR_MS } from '../../../src/shared/durations.ts';
import { endUserActor } from '../../support/actors.ts';
import { whileHeld } from '../../support/database/held-row.ts';
import { eventually } from '../../support/eventually.ts';
import { callsOf, holdAnswer } from '../../support/held-call.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { holdsLink, linkIn, newBuyer, newMember, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

const endUserOf = ({ id }: SandboxPerson) =>
  platform.database.endUser.findFirstOrThrow({ where: { telegramUserId: id } });
const ownerRow = ({ id }: SandboxPerson) =>
  platform.database.owner.findFirstOrThrow({ where: { telegramUserId: id } });
const activeOf = (endUserId: number) =>
  platform.database.subscription.count({ where: { endUserId, status: 'active' } });
const openOf = (endUserId: number) =>
  platform.database.payment.count({ where: { endUserId, status: { in: ['created', 'pending'] } } });

/** Everything that is decided about one person takes this lock first. */
const endUserLock = (id: number) => Prisma.sql`SELECT id FROM end_users WHERE id = ${id} FOR UPDATE`;
/** Keeps an owner from being forgotten, and nobody from referring to them. */
const ownerLock = (id: number) => Prisma.sql`SELECT id FROM user_admins WHERE id = ${id} FOR NO KEY UPDATE`;

let bots = 0;

function newBot(): SandboxBot {
  bots += 1;
  return platform.telegram.newBot({ username: `another_${bots}_bot`, name: `Another ${bots}` });
}

async function newOwner(): Promise<SandboxPerson> {
  const { telegram, mainBot } = platform;
  const owner = telegram.newPerson({ firstName: 'Dilshod', languageCode: 'en' });
  await owner.starts(mainBot);
  await owner.presses(mainBot, 'lang:en');
  return owner;
}

describe('a ban', () => {
  test.each([
    [
      'a plan is chosen',
      (buyer: SandboxPerson, shop: Shop) => buyer.presses(shop.shop, `plan:${shop.planId}`),
    ],
    ['a better receipt comes', (buyer: SandboxPerson, shop: Shop) => buyer.sendsPhoto(shop.shop)],
  ])('wins when %s in the same moment, and leaves nothing to decide', async (_name, acts) => {
    const { database, mainBot } = platform;
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop, { firstName: 'Quick' });
    await payFor(platform, shop, buyer);
    const { id } = await endUserOf(buyer);
    await whileHeld(database, endUserLock(id), async (line) => {
      await line.joins(shop.owner.presses(mainBot, `user:${id}:ban`), 1);
      await line.joins(acts(buyer, shop), 2);
    });
    await settled(platform);
    expect((await endUserOf(buyer)).banned).toBe(true);
    expect(await openOf(id)).toBe(0);
    await buyer.isTold(shop.shop, 'You can’t buy here');
  });

  test('wins over an approval in the same moment, which can be made after it is lifted', async () => {
    const { database, mainBot } = platform;
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop, { firstName: 'Banned' });
    const paymentId = await payFor(platform, shop, buyer);
    const { id } = await endUserOf(buyer);
    await whileHeld(database, endUserLock(id), async (line) => {
      await line.joins(shop.owner.presses(mainBot, `user:${id}:ban`), 1);
      await line.joins(shop.owner.presses(shop.shop, `approve:${paymentId}`), 2);
    });
    await settled(platform);
    expect(await activeOf(id)).toBe(0);
    expect(shop.chat.isBanned(buyer)).toBe(true);
    await shop.owner.isTold(shop.shop, 'This user is banned');
    await shop.owner.presses(mainBot, `user:${id}:unban`);
    await shop.owner.presses(shop.shop, `approve:${paymentId}`);
    await buyer.joins(linkIn(await buyer.reads(shop.shop, holdsLink)));
    expect(await activeOf(id)).toBe(1);
  });

  test('that a moderator gives while Telegram looks at a token lets no bot in', async () => {
    const { telegram, mainBot, moderator, database } = platform;
    await moderator.starts(mainBot);
    const owner = await newOwner();
    const bot = newBot();
    const look = holdAnswer(telegram, callsOf(bot, 'getMe'));
    const adding = owner.sends(mainBot, bot.token);
    await look.comes();
    await moderator.presses(mainBot, `mod:owner:${(await ownerRow(owner)).id}:ban`);
    look.release();
    await adding;
    await settled(platform);
    expect(await database.sellerBot.count({ where: { telegramBotId: bot.id } })).toBe(0);
    expect(bot.webhookUrl).toBeUndefined();
    await owner.reads(mainBot, 'banned, so you can’t add bots');
  });
});

describe('whoever comes back while they are forgotten', () => {
  /** Nothing runs for somebody who is nobody, and the owner may begin anew. */
  async function expectFreshStart(owner: SandboxPerson, bot: SandboxBot): Promise<void> {
    const { database, mainBot } = platform;
    await settled(platform);
    const live = { removedAt: null, owner: { telegramUserId: { lt: 0 } } };
    expect(await database.sellerBot.count({ where: live })).toBe(0);
    await owner.isTold(mainBot, 'no longer available');
    await owner.sends(mainBot, bot.token);
    await owner.reads(mainBot, `https://t.me/${bot.username}`);
  }

  // By another process: of one chat the updates are taken one after the other.
  test('as an owner, with a token that Telegram takes its time over, begins anew', async () => {
    const { app, telegram, mainBot } = platform;
    const owner = await newOwner();
    const bot = newBot();
    const look = holdAnswer(telegram, callsOf(bot, 'getMe'));
    const adding = owner.sends(mainBot, bot.token);
    await look.comes();
    await app.services.privacy.forgetOwner({
      kind: 'owner',
      telegramUserId: BigInt(owner.id),
      act: 'last word',
    });
    look.release();
    await adding;
    await expectFreshStart(owner, bot);
  });

  test('as an owner, with a token in the very moment, begins anew', async () => {
    const { app, mainBot, database } = platform;
    const owner = await newOwner();
    const bot = newBot();
    const { id } = await ownerRow(owner);
    await whileHeld(database, ownerLock(id), async (line) => {
      await line.joins(
        app.services.privacy.forgetOwner({
          kind: 'owner',
          telegramUserId: BigInt(owner.id),
          act: 'word in the moment',
        }),
        1,
      );
      await line.joins(owner.sends(mainBot, bot.token), 2);
    });
    await expectFreshStart(owner, bot);
  });

  test('as a buyer, with a plan in the very moment, begins anew', async () => {
    const { app, database } = platform;
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop, { firstName: 'Undecided' });
    const paymentId = await payFor(platform, shop, buyer);
    const { id } = await endUserOf(buyer);
    await buyer.presses(shop.shop, `cancel:${paymentId}`);
    await settled(platform);
    const runnable = await app.services.botDirectory.findRunnable(BigInt(shop.shop.id));
    if (!runnable) throw new Error('The shop does not run.');
    const lock = Prisma.sql`SELECT id FROM payments WHERE id = ${paymentId} FOR UPDATE`;
    await whileHeld(database, lock, async (line) => {
      await line.joins(
        app.services.privacy.forgetEndUser(
          runnable.scope,
          endUserActor({ id, telegramUserId: BigInt(buyer.id) }),
        ),
        1,
      );
      await line.joins(buyer.presses(shop.shop, `plan:${shop.planId}`), 2);
    });
    await settled(platform);
    expect((await database.endUser.findUniqueOrThrow({ where: { id } })).telegramUserId).toBeLessThan(0n);
    expect(await openOf(id)).toBe(0);
    await buyer.isTold(shop.shop, 'no longer available');
    await payFor(platform, shop, buyer);
    expect((await endUserOf(buyer)).id).not.toBe(id);
  });
});

describe('an approval and the disconnection of its chat', () => {
  async function rejectedReceipt() {
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop, { firstName: 'Between' });
    const paymentId = await payFor(platform, shop, buyer);
    await shop.owner.presses(shop.shop, `reject:${paymentId}:amount`);
    await settled(platform);
    const { channelId, endUserId } = await platform.database.payment.findUniqueOrThrow({
      where: { id: paymentId },
    });
    return {
      shop,
      channelId,
      endUserId,
      approves: () => shop.owner.presses(shop.shop, `approve:${paymentId}`),
      disconnects: () => shop.owner.presses(platform.mainBot, `chat:${channelId}:disconnect`),
    };
  }

  /** Whoever came second is told why not. */
  async function expectOneOfThem({
    shop,
    channelId,
    endUserId,
  }: Awaited<ReturnType<typeof rejectedReceipt>>) {
    await settled(platform);
    const { disconnectedAt } = await platform.database.channel.findUniqueOrThrow({
      where: { id: channelId },
    });
    const active = await activeOf(endUserId);
    expect(active).toBe(disconnectedAt === null ? 1 : 0);
    if (active === 0) await shop.owner.isTold(shop.shop, 'is no longer connected');
    else await shop.owner.reads(platform.mainBot, '1 active subscriber');
  }

  test('never both succeed when the approval is held up', async () => {
    const { database } = platform;
    const both = await rejectedReceipt();
    await whileHeld(database, endUserLock(both.endUserId), async (line) => {
      await line.joins(both.approves(), 1);
      await line.joins(both.disconnects(), 2);
    });
    await expectOneOfThem(both);
  });

  test('never both succeed when the disconnection is held up', async () => {
    const { database } = platform;
    const both = await rejectedReceipt();
    const lock = Prisma.sql`SELECT id FROM channels WHERE id = ${both.channelId} FOR NO KEY UPDATE`;
    await whileHeld(database, lock, async (line) => {
      await line.joins(both.disconnects(), 1);
      await line.joins(both.approves(), 2);
    });
    await expectOneOfThem(both);
  });

  test('a receipt under review keeps its chat', async () => {
    const { mainBot, database } = platform;
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop, { firstName: 'Waiting' });
    const paymentId = await payFor(platform, shop, buyer);
    const { channelId } = await database.payment.findUniqueOrThrow({ where: { id: paymentId } });
    await shop.owner.presses(mainBot, `chat:${channelId}:disconnect`);
    await shop.owner.isTold(mainBot, 'is under review. Decide on it first');
    await shop.owner.presses(shop.shop, `approve:${paymentId}`);
    await buyer.joins(linkIn(await buyer.reads(shop.shop, holdsLink)));
    expect(shop.chat.has(buyer)).toBe(true);
  });
});

describe('a way in that comes late', () => {
  test('counts its time from the delivery, whoever asked for it', async () => {
    const { telegram, database, clock } = platform;
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop, { firstName: 'Late' });
    const paymentId = await payFor(platform, shop, buyer);
    const recovers = telegram.failAll(callsOf(shop.shop, 'createChatInviteLink'), { kind: 'serverError' });
    await shop.owner.presses(shop.shop, `approve:${paymentId}`);
    const { subscriptionId, botId } = await database.payment.findUniqueOrThrow({ where: { id: paymentId } });
    // As after many attempts: the next one is an hour away.
    const delivery = { kind: 'deliver-access', botId, doneAt: null, claimedBy: null, attempts: { gt: 0 } };
    await eventually(async () => {
      const data = { retryAt: new Date(Date.now() + HOUR_MS) };
      expect(await database.outboxMessage.updateMany({ where: delivery, data })).toEqual({ count: 1 });
    });
    clock.passes({ hours: 3 });
    recovers();
    await buyer.presses(shop.shop, `relink:${subscriptionId}`);
    await buyer.reads(shop.shop, holdsLink);
    const startedAt = clock.now();
    const startOfTime = async () => {
      const row = await database.subscription.findUniqueOrThrow({ where: { id: subscriptionId ?? 0 } });
      return row.startedAt;
    };
    await eventually(async () => expect(await startOfTime()).toEqual(startedAt));
    clock.passes({ hours: 3 });
    await database.outboxMessage.updateMany({ where: delivery, data: { retryAt: null } });
    await settled(platform);
    expect(await startOfTime()).toEqual(startedAt);
  });

  test('ends nothing in the night, although a ban in the chat is not lifted yet', async () => {
    const { database, mainBot, app } = platform;
    const shop = await openShop(platform);
    const { member, endUserId } = await newMember(platform, shop, { firstName: 'Forgiven' });
    const paymentId = await payFor(platform, shop, member);
    await shop.owner.bans(member, shop.chat);
    await shop.owner.reads(mainBot, 'by hand');
    await shop.owner.demotes(shop.shop, shop.chat, ['can_restrict_members']);
    await shop.owner.presses(shop.shop, `approve:${paymentId}`);
    const { botId } = await endUserOf(member);
    await eventually(async () => {
      const where = { kind: 'deliver-access', botId, doneAt: null, claimedBy: null, attempts: { gt: 0 } };
      expect(await database.outboxMessage.count({ where })).toBe(1);
    });
    await app.jobs.reconcile();
    await eventually(async () => expect(await app.countJobs()).toBe(0));
    await platform.quiet();
    expect(await activeOf(endUserId)).toBe(1);
    await shop.owner.promotes(shop.shop, shop.chat, ['can_invite_users', 'can_restrict_members']);
    await settled(platform);
    await member.joins(linkIn(await member.reads(shop.shop, holdsLink)));
    expect(shop.chat.has(member)).toBe(true);
    expect(await activeOf(endUserId)).toBe(1);
  });
});

describe('what has been overtaken', () => {
  test('a removal by hand cannot be undone once its member has bought anew, and the owner reads why', async () => {
    const { mainBot } = platform;
    const shop = await openShop(platform);
    const { member, endUserId } = await newMember(platform, shop, { firstName: 'Anew' });
    await shop.owner.removes(member, shop.chat);
    const message = await shop.owner.reads(mainBot, /Anew.*by hand/);
    const paymentId = await payFor(platform, shop, member);
    await shop.owner.presses(shop.shop, `approve:${paymentId}`);
    await settled(platform);
    await shop.owner.taps(mainBot, /Restore the subscription/, { message });
    await shop.owner.isTold(mainBot, 'can’t be restored any more');
    expect(await activeOf(endUserId)).toBe(1);
  });

  test('a removal by hand cannot be undone in a chat that is given up', async () => {
    const { mainBot, database } = platform;
    const shop = await openShop(platform);
    const { member, endUserId, subscriptionId } = await newMember(platform, shop, { firstName: 'Past' });
    await shop.owner.removes(member, shop.chat);
    await shop.owner.reads(mainBot, /Past.*by hand/);
    const { channelId } = await database.subscription.findUniqueOrThrow({ where: { id: subscriptionId } });
    await shop.owner.presses(mainBot, `chat:${channelId}:disconnect`);
    await shop.owner.presses(mainBot, `restore:${subscriptionId}`);
    await shop.owner.isTold(mainBot, 'is no longer connected');
    expect(await activeOf(endUserId)).toBe(0);
  });

  test('a receipt for a chat that was given up meanwhile is not taken, and its sender is shown to support', async () => {
    const { mainBot, database } = platform;
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop, { firstName: 'Tardy' });
    await buyer.presses(shop.shop, `plan:${shop.planId}`);
    const { channelId } = await database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
    await shop.owner.presses(mainBot, `chat:${channelId}:disconnect`);
    await buyer.sendsPhoto(shop.shop);
    const told = await buyer.reads(shop.shop, 'is no longer sold here');
    expect(told.buttons.flat().map(({ data }) => data)).toContain('support');
  });

  test('words for a receipt that was withdrawn meanwhile are asked for no longer', async () => {
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop, { firstName: 'Withdraws' });
    const paymentId = await payFor(platform, shop, buyer);
    const said = () => shop.owner.chatWith(shop.shop).last?.text;
    await shop.owner.presses(shop.shop, `reject:${paymentId}:text`);
    await buyer.presses(shop.shop, `cancel:${paymentId}`);
    await settled(platform);
    await shop.owner.sends(shop.shop, 'You paid too little');
    expect(said()).toContain('withdrawn');
    await shop.owner.sends(shop.shop, 'Hello?');
    expect(said()).toContain('Press /start');
  });
});
