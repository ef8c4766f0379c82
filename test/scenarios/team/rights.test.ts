import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { MANAGER_ROLES, type ManagerRole, mayDo, type Right } from '../../../src/kernel/rights.ts';
import * as routes from '../../../src/telegram/common/routes.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { buyAccess, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';
import { told } from '../../support/told.ts';

/** What a shop has to press on. */
interface Rows {
  shop: Shop;
  botId: number;
  channelId: number;
  waiting: number;
  approved: number;
  endUserId: number;
  subscriptionId: number;
  promo: number;
  source: number;
  /** A reward that waits for a word. */
  reward: number;
  /** Somebody on the free list. */
  free: number;
  /** Somebody else who helps there. */
  other: number;
}

let platform: Platform;
let first: Rows;
let second: Rows;
const helpers = new Map<ManagerRole, SandboxPerson>();
beforeAll(async () => {
  platform = await startPlatform();
  const shop = await openShop(platform);
  first = await fill(shop);
  second = await fill(await openShop(platform, { owner: shop.owner }));
  for (const role of MANAGER_ROLES) helpers.set(role, (await newManager(platform, shop, role)).manager);
});
afterAll(async () => {
  await platform.closesClean();
});

async function fill(shop: Shop): Promise<Rows> {
  const { database, mainBot, clock } = platform;
  const { endUserId, subscriptionId, paymentId } = await buyAccess(platform, shop);
  const waiting = await payFor(platform, shop, await newBuyer(platform, shop));
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:promo-new`);
  await shop.owner.sends(mainBot, 'SPRING25');
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:source-new`);
  await shop.owner.sends(mainBot, 'Instagram');
  await platform.quiet();
  const { id: botId, channels } = await database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: shop.shop.id },
    include: { channels: true },
  });
  const where = { botId };
  const other = await database.botManager.create({
    data: {
      ...where,
      telegramUserId: BigInt(8_000_000 + botId),
      fullName: 'Somebody else',
      role: 'support',
      status: 'active',
      addedAt: clock.now(),
    },
  });
  const friend = await buyAccess(platform, shop);
  const reward = await database.referral.create({
    data: {
      ...where,
      inviterId: endUserId,
      friendId: friend.endUserId,
      kind: 'days',
      value: 7,
      friendPercent: 0,
      arrivedAt: clock.now(),
      paymentId: friend.paymentId,
      status: 'held',
    },
  });
  const free = await database.freeMember.create({
    data: {
      ...where,
      telegramUserId: 909_090n,
      name: 'Guest',
      addedBy: BigInt(shop.owner.id),
      addedAt: clock.now(),
    },
  });
  return {
    shop,
    botId,
    channelId: channels[0]?.id ?? 0,
    waiting,
    approved: paymentId,
    endUserId,
    subscriptionId,
    promo: (await database.promoCode.findFirstOrThrow({ where })).id,
    source: (await database.source.findFirstOrThrow({ where })).id,
    reward: reward.id,
    free: free.id,
    other: other.id,
  };
}

/** Every button of a bot's, by what it takes to press it; what asks comes before what does. */
function buttonsOf(rows: Rows): [right: Right | 'owner', data: string][] {
  const {
    shop,
    channelId,
    waiting,
    approved,
    endUserId,
    subscriptionId,
    promo,
    source,
    reward,
    free,
    other,
  } = rows;
  const bot = (what: string) => `bot:${shop.shop.id}:${what}`;
  const of = (right: Right | 'owner', ...all: string[]) =>
    all.map((data): [Right | 'owner', string] => [right, data]);
  return [
    ...of('look', `bot:${shop.shop.id}`),
    ...of('receipts', bot('pending'), `receipt:${waiting}`, `reject:${waiting}`, `reject:${waiting}:text`),
    ...of('people', bot('users:0'), bot('find'), `user:${endUserId}`, `user:${endUserId}:link`),
    ...of(
      'shop',
      bot('more'),
      bot('grow'),
      bot('set:grace'),
      bot('ref'),
      bot('ref:days'),
      bot('plans'),
      bot('stats'),
    ),
    ...of('shop', bot('promos:0'), bot('promo-new'), `promo:${promo}`, `promo:${promo}:set:uses`),
    ...of('shop', `promo:${promo}:plans`, `promo:${promo}:plan:${shop.planId}`, `promo:${promo}:off`),
    ...of('shop', `promo:${promo}:on`, `source:${source}:promos:0`, `source:${source}:promo:0`),
    ...of('shop', `promo:${promo}:for:new`, `promo:${promo}:remove`, `promo:${promo}:remove:yes`),
    ...of('shop', bot('sources:0'), bot('source-new'), `source:${source}`, `source:${source}:cost`),
    ...of('shop', `source:${source}:archive`, bot('welcome'), bot('welcome:default'), bot('terms')),
    ...of('shop', bot('pause'), bot('resume'), bot('check'), bot('refunds:0')),
    ...of('shop', `price:${channelId}:6`, `chat:${channelId}:plan-new`, `plan-new:${channelId}:days`),
    ...of('shop', `plan-price:${shop.planId}`, `plan-name:${shop.planId}`, `plan-chats:${shop.planId}`),
    ...of('shop', `plan-off:${shop.planId}`, `plan-on:${shop.planId}`, `plan-page:${shop.planId}`),
    ...of('shop', `plan-chat:${shop.planId}:${channelId}`, `plan-remove:${shop.planId}`),
    ...of('shop', `stars:${shop.planId}`),
    ...of('shop', bot('chart'), bot('casts:0'), bot('free-add'), `chat:${channelId}:free:0`),
    ...of('shop', `chat:${channelId}:free-add`, `free:${free}:remove`),
    ...of(
      'shop',
      `user:${endUserId}:grant:${shop.planId}`,
      `user:${endUserId}:ban`,
      `user:${endUserId}:unban`,
    ),
    ...of('shop', `ref:${reward}:give`, `ref:${reward}:deny`),
    ...of('shop', `revert:${approved}`, `restore:${subscriptionId}`),
    ...of('owner', bot('card'), bot('pay'), bot('mute'), bot('unmute'), bot('flip:unique'), bot('export')),
    ...of('owner', bot('photo'), bot('flip:quietreceipts'), bot('pay:card'), bot('pay:payme:connect')),
    ...of('owner', bot('pay:click:keys'), bot('pay:stars:on'), bot('pay:card:off'), bot('pay:payme:urls')),
    ...of('owner', bot('pay:payme:fiscal'), bot('pay:payme:test'), bot('pay:payme:remove')),
    ...of('owner', bot('pay:payme:remove:yes'), `mgr:${other}:no`),
    ...of('owner', bot('team'), bot('team:all'), `mgr:${other}`, `mgr:${other}:role:all`, `mgr:${other}:ok`),
    ...of('owner', `mgr:${other}:remove`, `mgr:${other}:remove:yes`, `mgr:${other}:leave`),
    ...of(
      'owner',
      `chat:${channelId}:disconnect`,
      `chat:${channelId}:accept`,
      bot('remove'),
      bot('remove:yes'),
    ),
    ...of('receipts', `review:${waiting}`, `reject:${waiting}:amount`, `approve:${waiting}`),
    // What they end is looked at no more.
    ...of('shop', `free:${free}:remove:yes`, `revert:${approved}:yes`, `plan-remove:${shop.planId}:yes`),
  ];
}

const NOTHING = 'no longer available';

/** What somebody has done to a bot, in the words of the trail. */
const deedsOf = (person: SandboxPerson, { botId }: Rows) =>
  platform.database.auditEntry.findMany({
    where: { botId, actor: { endsWith: `:${person.id}` }, NOT: { action: { startsWith: 'manager.' } } },
  });

async function pressed(person: SandboxPerson, data: string): Promise<string> {
  await person.presses(platform.mainBot, data);
  return told(person, platform.mainBot) ?? '';
}

/** How the buttons begin that are about a bot; those of broadcasts, refunds and renewals in Stars are tried where there are some. */
const ABOUT_A_BOT =
  /^\^(bot:|chat:|plan-|price:|promo:\(|ref:|source:|user:|mgr:|free:|stars:|revert:|restore:|review:|receipt:|approve:|reject:)/;

test('every button there is stands among the routes, and of each route about a bot there is one', () => {
  const known = Object.values(routes);
  const buttons = buttonsOf(first).map(([, data]) => data);
  expect(buttons.filter((data) => !known.some(({ regex }) => regex.test(data)))).toEqual([]);
  const routesOfBots = known.map(({ regex }) => regex).filter(({ source }) => ABOUT_A_BOT.test(source));
  expect(routesOfBots.filter((regex) => !buttons.some((data) => regex.test(data)))).toEqual([]);
});

test('a manager forges nothing of another bot of the same owner', async () => {
  for (const [role, person] of helpers) {
    for (const [, data] of buttonsOf(second)) {
      expect(await pressed(person, data), `${role} ${data}`).toContain(NOTHING);
    }
    expect(await deedsOf(person, second), role).toEqual([]);
  }
});

test.each(MANAGER_ROLES)(
  'who helps with %s may do exactly that, and is told of the rest as of nothing',
  async (role) => {
    const person = helpers.get(role);
    if (!person) throw new Error('Nobody helps with that.');
    for (const [right, data] of buttonsOf(first)) {
      const words = await pressed(person, data);
      if (right !== 'owner' && mayDo(role, right)) expect(words, data).not.toContain(NOTHING);
      else expect(words, data).toContain(NOTHING);
    }
    await platform.quiet();
    const deeds = await deedsOf(person, first);
    if (role === 'support') expect(deeds.map(({ action }) => action)).toEqual(['link.sent-again']);
    expect(deeds.map(({ actor }) => actor)).toEqual(deeds.map(() => `manager:${person.id}`));
  },
);

test('what was asked as a manager is answered by nobody who is none any more', async () => {
  const { mainBot, database } = platform;
  const { shop } = first;
  const { manager, managerId } = await newManager(platform, shop, 'all');
  await manager.presses(mainBot, `price:${first.channelId}:12`);
  await shop.owner.presses(mainBot, `mgr:${managerId}:remove:yes`);
  await manager.sends(mainBot, '1 000');
  await platform.quiet();
  const plans = await database.plan.count({ where: { channelId: first.channelId, durationMonths: 12 } });
  expect(plans).toBe(0);
});

test('where the owner is banned a manager may do what the owner may, and gives nothing', async () => {
  const { database, mainBot } = platform;
  const { shop } = second;
  const { manager } = await newManager(platform, shop, 'all');
  await database.owner.updateMany({ where: { telegramUserId: shop.owner.id }, data: { banned: true } });
  expect(await pressed(manager, `user:${second.endUserId}:grant:${shop.planId}`)).not.toContain(NOTHING);
  const granted = await database.timeEntry.count({ where: { botId: second.botId, source: 'grant' } });
  expect(granted).toBe(0);
  await manager.presses(mainBot, `approve:${second.waiting}`);
  await platform.quiet();
  const { status } = await database.payment.findUniqueOrThrow({ where: { id: second.waiting } });
  expect(status).toBe('approved');
  await database.owner.updateMany({ where: { telegramUserId: shop.owner.id }, data: { banned: false } });
});

test('with the bot the team is over', async () => {
  const { database, mainBot } = platform;
  const gone = await openShop(platform);
  const { manager } = await newManager(platform, gone, 'all');
  await gone.owner.presses(mainBot, `bot:${gone.shop.id}:remove:yes`);
  await gone.owner.sends(mainBot, gone.shop.token);
  await platform.quiet();
  expect(await pressed(manager, `bot:${gone.shop.id}`)).toContain(NOTHING);
  const rows = await database.botManager.findMany({ where: { telegramUserId: manager.id } });
  expect(rows).toMatchObject([{ status: 'removed' }]);
});
