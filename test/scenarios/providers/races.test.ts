import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantScope } from '../../../src/kernel/tenant-scope.ts';
import type { EndUser } from '../../../src/modules/end-users/end-user.ts';
import { HOUR_MS } from '../../../src/shared/durations.ts';
import { endUserActor } from '../../support/actors.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { attemptIn, type ClickReply, connectClick } from '../../support/providers/click-caller.ts';
import { connectPayme, newTransactionId, type PaymeReply } from '../../support/providers/payme-caller.ts';
import { connectUzum, newTransId, type UzumReply } from '../../support/providers/uzum-caller.ts';
import { Random, race as raceAll } from '../../support/random.ts';

/** A thousand and more in `npm run chaos`; the seed in a test's name repeats its order. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 9);
/** Rounds that run beside each other: they share the database, as people do. */
const AT_ONCE = 3;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const OWNER = { kind: 'owner', telegramUserId: 1n } as const;
const METHODS = ['payme', 'click', 'uzum'] as const;
type Method = (typeof METHODS)[number];

/** What a provider says of one of its transactions. */
interface Transaction {
  pays(): Promise<unknown>;
  takesBack(): Promise<unknown>;
}

let platform: Platform;
let scope: TenantScope;
let planId: number;
let channelId: number;
let begin: Record<Method, (orderId: number) => Promise<Transaction>>;
const random = new Random(SEED);

beforeAll(async () => {
  // A web process only: what is enqueued stays in the outbox, and can be counted.
  platform = await startPlatform({ environment: { ROLE: 'web', LOG_LEVEL: 'warn' } });
  const { database, clock } = platform;
  const now = clock.now();
  const owner = await database.owner.create({
    data: { telegramUserId: 1n, fullName: 'Aziz', language: 'en', createdAt: now },
  });
  const bot = await database.sellerBot.create({
    data: {
      ownerId: owner.id,
      telegramBotId: 77n,
      encryptedToken: 'none',
      username: 'races_bot',
      name: 'Races',
      cardNumber: '8600123456789012',
      cardHolder: 'AZIZ',
      createdAt: now,
    },
  });
  const channel = await database.channel.create({
    data: {
      botId: bot.id,
      telegramChatId: -100n,
      type: 'channel',
      title: 'Races',
      canInvite: true,
      canRestrict: true,
      connectedAt: now,
    },
  });
  channelId = channel.id;
  planId = (await database.plan.create({ data: { channelId, durationMonths: 1, price: '50000' } })).id;
  scope = {
    botId: bot.id,
    telegramBotId: 77n,
    botUsername: 'races_bot',
    ownerId: owner.id,
    ownerTelegramUserId: 1n,
  };
  begin = await connectAll();
});
afterAll(async () => {
  // What took too long on a busy machine was asked again.
  expect(platform.faults.filter((fault) => !(fault instanceof Error && fault.name === 'TooLate'))).toEqual(
    [],
  );
  await platform.close();
});

/** As a provider does that heard of a fault: until it is told how it stands. */
async function untilTold<R>(call: () => Promise<R>, isFault: (reply: R) => boolean): Promise<R> {
  for (;;) {
    const reply = await call();
    if (!isFault(reply)) return reply;
  }
}

async function connectAll(): Promise<typeof begin> {
  // What is connected is the bot's number alone.
  const shop = { shop: { id: 77 } } as Parameters<typeof connectUzum>[1];
  const { live: byPayme } = await connectPayme(platform, shop);
  const byClick = await connectClick(platform, shop);
  const byUzum = await connectUzum(platform, shop);
  let transactions = 1_000;
  const payme = (call: () => Promise<PaymeReply>) => untilTold(call, ({ error }) => error?.code === -32_400);
  const click = (call: () => Promise<ClickReply>) => untilTold(call, ({ error }) => error === -7);
  const uzum = (call: () => Promise<UzumReply>) => untilTold(call, ({ status }) => status === 503);
  return {
    async payme(orderId) {
      const id = newTransactionId();
      expect((await payme(() => byPayme.create(id, orderId))).error).toBeNull();
      return {
        pays: () => payme(() => byPayme.perform(id)),
        takesBack: () => payme(() => byPayme.cancel(id)),
      };
    },
    async click(orderId) {
      transactions += 1;
      const transaction = { click_trans_id: String(transactions) };
      const prepared = await click(() => byClick.prepare(byClick.of(orderId, transaction)));
      const known = { ...transaction, merchant_prepare_id: attemptIn(prepared) };
      const complete = (fields = {}) =>
        click(() => byClick.complete(byClick.of(orderId, { ...known, ...fields })));
      return { pays: () => complete(), takesBack: () => complete({ error: '-5017' }) };
    },
    async uzum(orderId) {
      const transId = newTransId();
      await uzum(() => byUzum.create(orderId, transId));
      expect((await uzum(() => byUzum.status(transId))).json).toMatchObject({ status: 'CREATED' });
      return {
        pays: () => uzum(() => byUzum.confirm(transId)),
        takesBack: () => uzum(() => byUzum.reverse(transId)),
      };
    },
  };
}

let people = 1_000n;

async function newEndUser(): Promise<EndUser> {
  people += 1n;
  const person = { telegramUserId: people, username: null, fullName: 'Racer', languageCode: 'en' };
  return platform.app.services.endUsers.visit(scope, person, null);
}

/** @returns its number */
async function newOrder(endUser: EndUser, paymentMethod: Method): Promise<number> {
  const { id } = await platform.database.payment.create({
    data: {
      endUserId: endUser.id,
      botId: scope.botId,
      channelId,
      planId,
      durationMonths: 1,
      amount: '50000',
      paymentMethod,
      status: 'created',
      createdAt: platform.clock.now(),
    },
  });
  return id;
}

const race = (...runners: (() => Promise<unknown>)[]) => raceAll(random, 40, runners);

interface Racing {
  endUser: EndUser;
  orderId: number;
  method: Method;
  transaction: Transaction;
}

async function inRounds(round: (index: number) => Promise<void>): Promise<void> {
  for (let done = 0; done < ROUNDS; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => round(index)));
  }
}

/** Each round somebody's order is being paid, by one provider after the other. */
const whilePaying = (round: (racing: Racing) => Promise<void>): Promise<void> =>
  inRounds(async (index) => {
    const method = METHODS[index % METHODS.length] ?? 'uzum';
    const endUser = await newEndUser();
    const orderId = await newOrder(endUser, method);
    await round({ endUser, orderId, method, transaction: await begin[method](orderId) });
  });

/** As after half an hour: the buyer may do something else. */
const unlock = ({ orderId }: Racing) =>
  platform.database.payment.update({ where: { id: orderId }, data: { lockedUntil: null } });

/** Money gives once, or waits to be returned, or never came; and nothing is given without it. */
async function lookAt({ orderId, endUser, method }: Pick<Racing, 'orderId' | 'endUser' | 'method'>) {
  const { database } = platform;
  const payment = await database.payment.findUniqueOrThrow({ where: { id: orderId } });
  const attempts = await database.paymentAttempt.findMany({
    where: { paymentId: orderId },
    include: { refund: true },
    orderBy: { id: 'asc' },
  });
  const subscriptions = await database.subscription.findMany({ where: { endUserId: endUser.id } });
  const settled = attempts.filter((attempt) => attempt.settled);
  const about = `${method}, order ${orderId}, ${payment.status}`;
  expect(settled.length, about).toBe(['approved', 'reversed'].includes(payment.status) ? 1 : 0);
  for (const { state, settled: isSettled, refund } of attempts) {
    if (state === 'paid') expect(refund !== null, about).toBe(!isSettled);
    else if (state === 'refunded') expect(refund?.status ?? 'done', about).toBe('done');
    else expect([isSettled, refund], about).toEqual([false, null]);
  }
  if (settled[0]) expect(settled[0].state, about).toBe(payment.status === 'approved' ? 'paid' : 'refunded');
  const deliveries = await database.outboxMessage.count({
    where: {
      kind: 'deliver-access',
      OR: subscriptions.map(({ id }) => ({ payload: { path: ['subscriptionId'], equals: id } })),
    },
  });
  const active = subscriptions.filter(({ status }) => status === 'active');
  expect(active.length, about).toBeLessThanOrEqual(1);
  return { payment, attempts, subscriptions, active, deliveries: subscriptions.length > 0 ? deliveries : 0 };
}

test(`a provider says several times at once that money came (seed ${SEED})`, async () => {
  await whilePaying(async (racing) => {
    const { pays } = racing.transaction;
    await race(pays, pays, pays);
    const { payment, attempts, active, deliveries } = await lookAt(racing);
    expect(payment.status).toBe('approved');
    expect(attempts).toHaveLength(1);
    expect([active.length, deliveries]).toEqual([1, 1]);
  });
});

test(`money comes, and goes back (seed ${SEED})`, async () => {
  await whilePaying(async (racing) => {
    const { pays, takesBack } = racing.transaction;
    await race(pays, takesBack, takesBack);
    const { payment, active } = await lookAt(racing);
    expect(['created', 'reversed']).toContain(payment.status);
    expect(active).toEqual([]);
  });
});

test(`money comes while the buyer cancels (seed ${SEED})`, async () => {
  const { checkout } = platform.app.services;
  await whilePaying(async (racing) => {
    if (random.chance(70)) await unlock(racing);
    await race(racing.transaction.pays, () =>
      checkout.cancelPayment(scope, endUserActor(racing.endUser), racing.orderId),
    );
    const { payment, active } = await lookAt(racing);
    expect(active).toHaveLength(payment.status === 'approved' ? 1 : 0);
    // Payme asks before money moves; what the others say has come is given, however late.
    if (racing.method !== 'payme') expect(payment.status).toBe('approved');
  });
});

test(`money comes while the buyer chooses anew (seed ${SEED})`, async () => {
  const { checkout } = platform.app.services;
  await whilePaying(async (racing) => {
    const { endUser } = racing;
    if (random.chance(70)) await unlock(racing);
    await race(racing.transaction.pays, () =>
      checkout.choosePlan(scope, endUserActor(endUser), { planId, method: 'card' }),
    );
    const { payment, active } = await lookAt(racing);
    expect(active).toHaveLength(payment.status === 'approved' ? 1 : 0);
    if (racing.method !== 'payme') expect(payment.status).toBe('approved');
    const open = await platform.database.payment.count({
      where: { endUserId: endUser.id, status: { in: ['created', 'pending'] } },
    });
    expect(open).toBeLessThanOrEqual(1);
  });
});

test(`money comes while its buyer is banned (seed ${SEED})`, async () => {
  const { bans } = platform.app.services;
  await whilePaying(async (racing) => {
    await race(racing.transaction.pays, () => bans.banEndUser(scope, OWNER, racing.endUser.id));
    const { attempts, active } = await lookAt(racing);
    expect(active).toEqual([]);
    const [attempt] = attempts;
    if (racing.method !== 'payme') expect(attempt?.state).toBe('paid');
    if (attempt?.refund) expect(attempt.refund.reason).toBe('undeliverable');
  });
});

test(`money comes while the time that it adds to ends (seed ${SEED})`, async () => {
  const { database, clock, app } = platform;
  await whilePaying(async (racing) => {
    await racing.transaction.pays();
    const { active: before } = await lookAt(racing);
    const subscriptionId = before[0]?.id ?? 0;
    const orderId = await newOrder(racing.endUser, racing.method);
    const renewal = { ...racing, orderId, transaction: await begin[racing.method](orderId) };
    // Half of them beyond the day for which the place is held.
    const hoursAgo = random.chance(50) ? 1 : 25;
    const expiresAt = new Date(clock.now().getTime() - hoursAgo * HOUR_MS);
    await database.subscription.update({ where: { id: subscriptionId }, data: { expiresAt } });
    const end = () => app.services.deadlines.endSubscription(subscriptionId);
    await race(end, renewal.transaction.pays, end);
    const { payment, active } = await lookAt(renewal);
    expect(payment.status).toBe('approved');
    expect(active).toHaveLength(1);
    expect(active[0]?.expiresAt?.getTime()).toBeGreaterThan(clock.now().getTime());
  });
});

test(`money comes while its order runs out (seed ${SEED})`, async () => {
  const { database, clock, app } = platform;
  await whilePaying(async (racing) => {
    const createdAt = new Date(clock.now().getTime() - 25 * HOUR_MS);
    await database.payment.update({
      where: { id: racing.orderId },
      data: { createdAt, ...(random.chance(50) ? { lockedUntil: null } : {}) },
    });
    const drop = () => app.services.checkout.dropStaleChoices();
    await race(drop, racing.transaction.pays, drop);
    const { payment, active } = await lookAt(racing);
    expect(active).toHaveLength(payment.status === 'approved' ? 1 : 0);
    if (racing.method !== 'payme') expect(payment.status).toBe('approved');
  });
});

test(`two attempts of Click at one order: one gives, the other is to be returned (seed ${SEED})`, async () => {
  await inRounds(async () => {
    const endUser = await newEndUser();
    const orderId = await newOrder(endUser, 'click');
    const [first, second] = [await begin.click(orderId), await begin.click(orderId)];
    await race(first.pays, second.pays, first.pays, second.pays);
    const { payment, attempts, active, deliveries } = await lookAt({ endUser, orderId, method: 'click' });
    expect(payment.status).toBe('approved');
    expect(attempts.map(({ state }) => state)).toEqual(['paid', 'paid']);
    expect(attempts.flatMap(({ refund }) => refund?.reason ?? [])).toEqual(['duplicate']);
    expect([active.length, deliveries]).toEqual([1, 1]);
  });
});
