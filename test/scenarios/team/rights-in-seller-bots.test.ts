import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { MANAGER_ROLES, type ManagerRole } from '../../../src/kernel/rights.ts';
import * as routes from '../../../src/telegram/common/routes.ts';
import { newDraft } from '../../support/growth/broadcasts.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { buyAccess, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';
import { told } from '../../support/told.ts';

/** What a seller bot has to press on. */
interface Rows {
  shop: Shop;
  waiting: number;
  approved: number;
  broadcast: number;
  channelId: number;
  source: number;
}

let platform: Platform;
let first: Rows;
/** Another bot of the same owner. */
let second: Rows;
/** Those who help with the first one, and have opened both. */
const helpers = new Map<ManagerRole, SandboxPerson>();
beforeAll(async () => {
  platform = await startPlatform();
  first = await fill(await openShop(platform));
  second = await fill(await openShop(platform, { owner: first.shop.owner }));
  for (const role of MANAGER_ROLES) {
    const { manager } = await newManager(platform, first.shop, role);
    await manager.starts(second.shop.shop);
    await manager.presses(second.shop.shop, 'lang:en');
    helpers.set(role, manager);
  }
});
afterAll(async () => {
  await platform.closesClean();
});

async function fill(shop: Shop): Promise<Rows> {
  const { database, clock } = platform;
  const { paymentId } = await buyAccess(platform, shop);
  const waiting = await payFor(platform, shop, await newBuyer(platform, shop));
  const { channelId, channel } = await database.plan.findUniqueOrThrow({
    where: { id: shop.planId },
    include: { channel: true },
  });
  const source = await database.source.create({
    data: { botId: channel.botId, name: 'Instagram', slug: 'instagram', createdAt: clock.now() },
  });
  const broadcast = await newDraft(platform, shop, shop.owner);
  return { shop, waiting, approved: paymentId, broadcast, channelId, source: source.id };
}

/** Every button of a broadcast. */
function castsOf({ shop, broadcast, channelId, source }: Rows): string[] {
  const one = (what: string) => `cast:${broadcast}:${what}`;
  return [
    `cast:${broadcast}`,
    ...['seg:live', `chat:${channelId}`, 'from', `from:${source}`, 'lang:uz', 'plan'].map(one),
    ...[`plan:${shop.planId}`, 'test', 'start', 'start:yes', 'pause', 'resume', 'cancel'].map(one),
  ];
}

/** Every button by which a receipt is decided, or an approval is taken back. */
function decisionsOf({ waiting, approved }: Rows): string[] {
  return [
    `receipt:${waiting}`,
    `review:${waiting}`,
    `reject:${waiting}`,
    `reject:${waiting}:text`,
    `reject:${waiting}:amount`,
    `approve:${waiting}`,
    `revert:${approved}`,
    `revert:${approved}:yes`,
  ];
}

/** What could have become of one bot by any of them. */
async function standing({ waiting, approved, broadcast }: Rows) {
  const { database, quiet } = platform;
  await quiet();
  return {
    payments: await database.payment.findMany({
      where: { id: { in: [waiting, approved] } },
      orderBy: { id: 'asc' },
    }),
    broadcast: await database.broadcast.findUniqueOrThrow({ where: { id: broadcast } }),
    recipients: await database.broadcastRecipient.count({ where: { broadcastId: broadcast } }),
  };
}

async function meetsNothing(person: SandboxPerson, bot: SandboxBot, buttons: string[]) {
  for (const data of buttons) {
    await person.presses(bot, data);
    expect(told(person, bot), `${bot.username} ${data}`).toContain('no longer available');
  }
}

test('every button of a broadcast is tried', () => {
  const ofOne = Object.values(routes).filter(({ regex }) => regex.source.startsWith('^cast:'));
  const tried = castsOf(first);
  expect(ofOne.length).toBeGreaterThan(10);
  expect(ofOne.filter(({ regex }) => !tried.some((data) => regex.test(data)))).toEqual([]);
});

test.each(['receipts', 'support'] as const)(
  'who helps with %s alone changes nothing of a broadcast, and is told of none',
  async (role) => {
    const person = helpers.get(role);
    if (!person) throw new Error('Nobody helps with that.');
    const before = await standing(first);
    await meetsNothing(person, first.shop.shop, ['cast', 'casts:0', ...castsOf(first)]);
    expect(await standing(first)).toEqual(before);
  },
);

test('who helps with questions alone decides no receipt', async () => {
  const person = helpers.get('support');
  if (!person) throw new Error('Nobody helps with that.');
  const before = await standing(first);
  await meetsNothing(person, first.shop.shop, decisionsOf(first));
  expect(await standing(first)).toEqual(before);
});

test.each(MANAGER_ROLES)(
  'who helps with %s of one bot forges nothing of the owner’s other one, in either of them',
  async (role) => {
    const person = helpers.get(role);
    if (!person) throw new Error('Nobody helps with that.');
    const before = await standing(second);
    const buttons = [...decisionsOf(second), ...castsOf(second)];
    await meetsNothing(person, first.shop.shop, buttons);
    await meetsNothing(person, second.shop.shop, ['cast', 'casts:0', ...buttons]);
    expect(await standing(second)).toEqual(before);
  },
);

test('who helps with all finds what all of these are about in the bot they help with', async () => {
  const person = helpers.get('all');
  if (!person) throw new Error('Nobody helps with that.');
  const bot = first.shop.shop;
  for (const data of [`cast:${first.broadcast}:lang:en`, `reject:${first.waiting}`, 'casts:0']) {
    await meetsNothing(person, bot, [`cast:${second.broadcast}`]);
    await person.presses(bot, data);
    expect(told(person, bot), data).not.toContain('no longer available');
  }
  const { segment } = await platform.database.broadcast.findUniqueOrThrow({ where: { id: first.broadcast } });
  expect(segment).toMatchObject({ language: 'en' });
});
