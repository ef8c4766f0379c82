import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/shared/durations.ts';
import { statementsOf } from '../../support/database/statements.ts';
import { askPanel } from '../../support/panel/ask-panel.ts';
import { openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { buyAccess, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let club: Shop;
let second: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  club = await openShop(platform);
  second = await openShop(platform, { owner: club.owner });
});
afterAll(async () => {
  await platform.closesClean();
});

const home = async (owner = club.owner) => {
  const { status, body } = await (await openPanel(platform, owner)).get('/home');
  expect(status).toBe(200);
  return body;
};
const uzs = (amount: string) => ({ amount, currency: 'UZS' });
const idOf = ({ shop }: Shop) => String(shop.id);

test('an owner sees how all of their bots do, and nobody else’s', async () => {
  const stranger = await openShop(platform);
  const { paymentId: old } = await buyAccess(platform, club);
  // Of the thirty days before these, so that there is something to compare with.
  const before = new Date(platform.clock.now().getTime() - 40 * DAY_MS);
  await platform.database.payment.update({
    where: { id: old },
    data: { approvedAt: before, amount: 40_000 },
  });
  await buyAccess(platform, club);
  await payFor(platform, club, await newBuyer(platform, club));
  await platform.telegram.quiet();

  const { asOf, bots, attention } = await home();
  expect(asOf).toBe(platform.clock.now().toISOString());
  expect(bots).toEqual([
    {
      id: idOf(club),
      waiting: 1,
      live: 2,
      turnover: { today: uzs('50000.00'), week: uzs('50000.00'), month: uzs('50000.00') },
      change: 0.25,
    },
    {
      id: idOf(second),
      waiting: 0,
      live: 0,
      turnover: { today: uzs('0.00'), week: uzs('0.00'), month: uzs('0.00') },
      change: null,
    },
  ]);
  expect(attention).toEqual([]);
  expect((await home(stranger.owner)).bots).toMatchObject([{ id: idOf(stranger) }]);
  // The bot's own statistics say the same.
  const { sellerBots, statistics } = platform.app.services;
  const actor = { kind: 'owner', telegramUserId: BigInt(club.owner.id) } as const;
  const { scope } = await sellerBots.openBot(actor, BigInt(club.shop.id));
  const { periods } = await statistics.readBot(scope, actor);
  expect(periods.today.turnover).toBe(5_000_000n);
  expect(periods.month.turnover).toBe(5_000_000n);
});

test('what needs an owner stands there, the late receipts first', async () => {
  const { owner } = club;
  platform.clock.passes({ hours: 2 });
  const waiting = await platform.database.payment.findFirstOrThrow({ where: { status: 'pending' } });
  const now = platform.clock.now();
  const soon = new Date(now.getTime() + 2 * DAY_MS);
  const held = await platform.database.subscription.findFirstOrThrow();
  await platform.database.subscription.update({ where: { id: held.id }, data: { expiresAt: soon } });
  await platform.database.channel.updateMany({
    where: { telegramChatId: BigInt(second.chat.id) },
    data: { canRestrict: false },
  });
  await platform.database.sellerBot.updateMany({
    where: { telegramBotId: BigInt(second.shop.id) },
    data: { cardNumber: null },
  });
  const { attention } = await home(owner);
  expect(attention).toEqual([
    { kind: 'receipts', bot: idOf(club), count: 1, since: waiting.receiptAt?.toISOString() },
    { kind: 'rights', bot: idOf(second), count: 1, since: null },
    { kind: 'setup', bot: idOf(second), count: 1, since: null },
    { kind: 'ending', bot: idOf(club), count: 1, since: soon.toISOString() },
  ]);
  await platform.database.sellerBot.updateMany({
    where: { telegramBotId: BigInt(second.shop.id) },
    data: { isActive: false, tokenDeadAt: now },
  });
  expect((await home(owner)).attention).toContainEqual({
    kind: 'deadToken',
    bot: idOf(second),
    count: 1,
    since: now.toISOString(),
  });
});

test('many bots are asked for in as many statements as one', async () => {
  const { sellerBots, statistics } = platform.app.services;
  const newcomer = await openShop(platform);
  const read = ({ owner }: Shop) =>
    statementsOf(async () =>
      statistics.readOverview(
        await sellerBots.listRoles({ kind: 'owner', telegramUserId: BigInt(owner.id) }),
      ),
    );
  expect(await read(club)).toHaveLength((await read(newcomer)).length);
});

test('without a session nothing is said', async () => {
  expect((await askPanel(platform.app.origin, 'GET', '/home')).status).toBe(401);
});
