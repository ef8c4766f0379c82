import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { becomes, newDraft, newPeople, startsBroadcast, statesOf } from '../../support/growth/broadcasts.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { payTariff } from '../../support/providers/paid-tariff.ts';
import { openShop, type Shop } from '../../support/shop.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

async function sends(): Promise<number> {
  const id = await newDraft(platform, shop, shop.owner);
  await startsBroadcast(platform, shop, shop.owner, id);
  return id;
}

async function isRefused(): Promise<void> {
  const id = await newDraft(platform, shop, shop.owner);
  await shop.owner.presses(shop.shop, `cast:${id}:start:yes`);
  expect(told(shop.owner, shop.shop)).toContain('your Getolog tariff allows for now');
  expect(await platform.database.broadcast.findUniqueOrThrow({ where: { id } })).toMatchObject({
    status: 'draft',
  });
}

test('free is one in seven days, and to the newest 500', async () => {
  const { clock, database } = platform;
  const people = await newPeople(platform, shop, 503);
  const id = await sends();
  expect(await database.broadcast.findUniqueOrThrow({ where: { id } })).toMatchObject({ total: 500 });
  await eventually(async () => expect((await statesOf(platform, id))['sent']).toBeGreaterThan(0));
  await shop.owner.presses(shop.shop, `cast:${id}:cancel`);
  const left = await database.endUser.findMany({
    where: { telegramUserId: { in: people.slice(0, 3).map((one) => BigInt(one.id)) } },
  });
  expect(
    await database.broadcastRecipient.count({ where: { endUserId: { in: left.map((one) => one.id) } } }),
  ).toBe(0);
  await isRefused();
  clock.passes({ days: 7, milliseconds: 1 });
  const next = await sends();
  expect(await database.broadcast.findUniqueOrThrow({ where: { id: next } })).toMatchObject({ total: 500 });
  await shop.owner.presses(shop.shop, `cast:${next}:cancel`);
});

test('a tariff gives three in 24 hours; one that was cancelled before anything was sent does not count', async () => {
  const { clock, database } = platform;
  await newPeople(platform, shop, 2);
  const owner = await database.owner.findUniqueOrThrow({ where: { telegramUserId: BigInt(shop.owner.id) } });
  await database.tariffPeriod.create({
    data: { ownerId: owner.id, plan: '1month', startedAt: clock.now(), amountPaid: '0', status: 'active' },
  });
  clock.passes({ hours: 24 - 16 });
  const cancelled = await sends();
  expect(await becomes(platform, cancelled, 'scheduled')).toMatchObject({ total: 0 });
  await shop.owner.presses(shop.shop, `cast:${cancelled}:cancel`);
  clock.passes({ hours: 16 });
  for (let index = 0; index < 3; index += 1) await becomes(platform, await sends(), 'done');
  await isRefused();
  clock.passes({ hours: 24, milliseconds: 1 });
  await becomes(platform, await sends(), 'done');
});

test('a tariff gives the newest 50,000, and 500 again when it is over', async () => {
  const { clock, database } = platform;
  const { id: botId } = await database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(shop.shop.id) },
  });
  await database.$executeRaw`
    INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, created_at)
    SELECT 9000000000 + n, ${botId}, 'Somebody', 'uz', ${clock.now()} FROM generate_series(1, 50003) n`;
  await payTariff(platform, shop);
  const [draft, next] = [
    await newDraft(platform, shop, shop.owner),
    await newDraft(platform, shop, shop.owner),
  ];
  await shop.owner.presses(shop.shop, `cast:${draft}`);
  await shop.owner.reads(shop.shop, /allows 50.?000 people/);
  // Those who never opened the bot are nobody to Telegram: only who is chosen counts here.
  const end = platform.telegram.failAll('copyMessage', {
    kind: 'refused',
    description: 'Bad Request: message to copy not found',
  });
  await startsBroadcast(platform, shop, shop.owner, draft);
  expect(await becomes(platform, draft, 'paused')).toMatchObject({ total: 50_000 });
  const oldest = await database.endUser.findMany({ where: { botId }, orderBy: { id: 'asc' }, take: 4 });
  expect(
    await database.broadcastRecipient.findMany({
      where: { broadcastId: draft, endUserId: { in: oldest.map(({ id }) => id) } },
      select: { endUserId: true },
    }),
  ).toEqual([{ endUserId: oldest[3]?.id }]);
  await shop.owner.presses(shop.shop, `cast:${draft}:cancel`);
  clock.passes({ days: 400 });
  await startsBroadcast(platform, shop, shop.owner, next);
  expect(await becomes(platform, next, 'paused')).toMatchObject({ total: 500 });
  await shop.owner.presses(shop.shop, `cast:${next}:cancel`);
  end();
});

test('two presses at once start as many as may start', async () => {
  await newPeople(platform, shop, 2);
  const ids = [await newDraft(platform, shop, shop.owner), await newDraft(platform, shop, shop.owner)];
  await Promise.all(ids.map((id) => shop.owner.presses(shop.shop, `cast:${id}:start:yes`)));
  await platform.quiet();
  const started = await platform.database.broadcast.count({
    where: { id: { in: ids }, startsAt: { not: null } },
  });
  expect(started).toBe(1);
});
