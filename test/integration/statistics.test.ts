import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/infra/postgres/prisma.ts';
import { toTenantScope } from '../../src/kernel/tenant-scope.ts';
import type { Owner } from '../../src/modules/owners/owner.ts';
import { toOwner } from '../../src/modules/owners/owner-service.ts';
import { PAYMENT_STATUSES } from '../../src/modules/payments/payment-status.ts';
import { createStatisticsService } from '../../src/modules/statistics/statistics-service.ts';
import { DAY_MS } from '../../src/shared/durations.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/database.ts';
import { Random } from '../support/random.ts';

const NOW = new Date('2026-11-21T09:00:00Z');
/** Midnight in Tashkent. */
const TODAY = new Date('2026-11-20T19:00:00Z');
const THIS_MONTH = new Date('2026-10-31T19:00:00Z');

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase({ url: testDatabase.url, poolSize: 3 });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const ago = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

/** An owner with two bots whose sales are made up by chance, and a stranger with one. */
async function makeSales(seed: number): Promise<{ owner: Owner; botIds: number[] }> {
  const { prisma } = database;
  const random = new Random(seed);
  const days = (upTo: number) => ago(random.fraction() * upTo);
  const person = () => BigInt(1_000_000 + seed * 10_000_000 + random.int(9_000_000));
  const owners = await prisma.owner.createManyAndReturn({
    data: [1, 2].map(() => ({
      telegramUserId: person(),
      fullName: 'Aziz',
      language: 'en',
      createdAt: ago(90),
    })),
  });
  const botIds: number[] = [];
  for (const ownerId of [owners[0]?.id, owners[0]?.id, owners[1]?.id]) {
    const bot = await prisma.sellerBot.create({
      data: {
        ownerId: ownerId ?? 0,
        telegramBotId: person(),
        encryptedToken: '',
        username: 'b',
        name: 'B',
        createdAt: ago(90),
      },
    });
    botIds.push(bot.id);
    const channel = await prisma.channel.create({
      data: { botId: bot.id, telegramChatId: -person(), type: 'channel', title: 'C', connectedAt: ago(90) },
    });
    const plan = await prisma.plan.create({ data: { channelId: channel.id, durationMonths: 1, price: '1' } });
    for (let number = 0; number < 60; number += 1) {
      const endUser = await prisma.endUser.create({
        data: { telegramUserId: person(), botId: bot.id, fullName: 'E', language: 'en', createdAt: days(90) },
      });
      const status = random.pick(['active', 'expired', 'kicked']);
      const startedAt = days(80);
      const subscription = await prisma.subscription.create({
        data: {
          endUserId: endUser.id,
          channelId: channel.id,
          startedAt,
          status,
          expiresAt:
            status === 'active'
              ? new Date(NOW.getTime() + DAY_MS)
              : new Date(startedAt.getTime() + random.fraction() * (NOW.getTime() - startedAt.getTime())),
          kickedAt: status === 'kicked' ? new Date(Math.max(startedAt.getTime(), days(60).getTime())) : null,
        },
      });
      const paymentStatus = random.pick(PAYMENT_STATUSES);
      const isDecided = ['approved', 'reversed'].includes(paymentStatus);
      const approvedAt = isDecided ? days(60) : null;
      await prisma.payment.create({
        data: {
          endUserId: endUser.id,
          botId: bot.id,
          channelId: channel.id,
          planId: plan.id,
          durationMonths: 1,
          amount: `${random.int(9_999_999)}.${String(random.int(100)).padStart(2, '0')}`,
          paymentMethod: 'card',
          status: paymentStatus,
          createdAt: days(80),
          approvedAt,
          subscriptionId: isDecided ? subscription.id : null,
          extendedFrom: approvedAt,
          extendedTo: approvedAt && new Date(approvedAt.getTime() + 30 * DAY_MS),
        },
      });
    }
  }
  const [first] = owners;
  if (!first) throw new Error('There is no owner.');
  return { owner: toOwner(first), botIds };
}

const tiyin = (amount: { toFixed(digits: number): string }) => BigInt(amount.toFixed(2).replace('.', ''));

test.each([1, 2, 3])('every figure is a sum over the database, with seed %i', async (seed) => {
  const { prisma } = database;
  const { owner, botIds } = await makeSales(seed);
  const service = serviceOf(prisma);
  const actor = { kind: 'owner', telegramUserId: owner.telegramUserId } as const;
  const [first = 0, second = 0] = botIds;
  const scope = await scopeOf(first);
  for (const [bots, metrics, chart] of [
    [[first], await service.readBot(scope, actor), await service.readBotMonths(scope, actor)],
    [[first, second], await service.readOwner(actor), await service.readOwnerMonths(actor)],
  ] as const) {
    const ours = new Set<number>(bots);
    const payments = (await prisma.payment.findMany()).filter((payment) => ours.has(payment.botId));
    const all = await prisma.subscription.findMany({ include: { channel: true } });
    const subscriptions = all.filter(({ channel }) => ours.has(channel.botId));
    const people = (await prisma.endUser.findMany()).filter((endUser) => ours.has(endUser.botId));
    expect(metrics.endUsers).toBe(people.length);
    expect(metrics.liveSubscribers).toBe(subscriptions.filter(({ status }) => status === 'active').length);
    for (const status of PAYMENT_STATUSES) {
      expect(metrics.payments[status]).toBe(payments.filter((payment) => payment.status === status).length);
    }
    const startOf = new Map(all.map(({ id, startedAt }) => [id, startedAt]));
    for (const [period, from] of [
      ['today', TODAY],
      ['week', ago(7)],
      ['thisMonth', THIS_MONTH],
      ['month', ago(30)],
      ['allTime', new Date(0)],
    ] as const) {
      const approved = payments.filter(
        (payment) => payment.status === 'approved' && payment.approvedAt && payment.approvedAt >= from,
      );
      expect(metrics.periods[period], `${period} of ${bots.length} bots`).toEqual({
        started: subscriptions.filter(({ startedAt }) => startedAt >= from).length,
        ended: subscriptions.filter(
          ({ status, expiresAt }) => status === 'expired' && expiresAt && expiresAt >= from,
        ).length,
        renewed: approved.filter(
          ({ subscriptionId, approvedAt }) =>
            approvedAt && (startOf.get(subscriptionId ?? 0) ?? NOW) < approvedAt,
        ).length,
        turnover: approved.reduce((sum, { amount }) => sum + tiyin(amount), 0n),
      });
    }
    expect(chart).toHaveLength(12);
    expect(chart.at(-1)?.month).toEqual(THIS_MONTH);
    expect(chart.at(-1)?.subscribers).toBe(metrics.liveSubscribers);
    for (const [index, { month, turnover, monthlyRevenue, subscribers }] of chart.entries()) {
      const next = chart[index + 1]?.month;
      // The last moment of a month that is over, else now.
      const at = next ? new Date(next.getTime() - 1) : NOW;
      const approved = payments.filter(({ status }) => status === 'approved');
      const within = approved.filter(
        ({ approvedAt }) => approvedAt && approvedAt >= month && approvedAt <= at,
      );
      expect(turnover).toBe(within.reduce((sum, { amount }) => sum + tiyin(amount), 0n));
      const covers = (from: Date | null, to: Date | null) =>
        from !== null && from <= at && (to === null || to > at);
      const paid = approved.filter(({ subscriptionId, extendedFrom, extendedTo }) => {
        const endedAt = all.find(({ id }) => id === subscriptionId)?.endedAt ?? null;
        return covers(extendedFrom, extendedTo) && (endedAt === null || endedAt > at);
      });
      expect(monthlyRevenue, String(month)).toBe(paid.reduce((sum, { amount }) => sum + tiyin(amount), 0n));
      const alive = subscriptions.filter(({ startedAt, endedAt }) => covers(startedAt, endedAt));
      expect(subscribers, String(month)).toBe(alive.length);
    }
  }
});

test('somebody else’s bot counts nothing, and the platform is no owner’s', async () => {
  const { prisma } = database;
  const { owner, botIds } = await makeSales(4);
  const service = serviceOf(prisma);
  const actor = { kind: 'owner', telegramUserId: owner.telegramUserId } as const;
  const scope = await scopeOf(botIds[2] ?? 0);
  const refused = { code: 'notFound' };
  await expect(service.readBot(scope, actor)).rejects.toMatchObject(refused);
  await expect(service.readBotMonths(scope, actor)).rejects.toMatchObject(refused);
  await expect(service.readPlatform(actor)).rejects.toMatchObject(refused);
  await expect(service.readPlatformMonths(actor)).rejects.toMatchObject(refused);
});

function serviceOf(prisma: Database['prisma']) {
  const clock = { now: () => NOW };
  return createStatisticsService({ prisma, clock, timeZone: 'Asia/Tashkent', moderatorIds: [1n] });
}

async function scopeOf(botId: number) {
  const where = { id: botId };
  return toTenantScope(
    await database.prisma.sellerBot.findUniqueOrThrow({ where, include: { owner: true } }),
  );
}
