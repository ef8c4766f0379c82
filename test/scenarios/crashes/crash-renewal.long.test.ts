import { afterAll, beforeAll, expect, test } from 'vitest';
import { unixTime } from '../../../sandbox/defined.ts';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { toUser } from '../../../sandbox/world/accounts.ts';
import { toPrivateChat } from '../../../sandbox/world/chats.ts';
import { DAY_MS } from '../../../src/shared/durations.ts';
import { eventually } from '../../support/eventually.ts';
import { createGround, type Ground } from '../../support/platform.ts';
import { payTariff } from '../../support/providers/paid-tariff.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { momentsToDie, STATEMENTS, untilGiven } from '../../support/servers/moments-to-die.ts';
import { postUpdate } from '../../support/servers/post-update.ts';
import { type ServerProcess, startServerProcess } from '../../support/servers/server-process.ts';
import { holdsLink, newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { pricesInStars, subscribesInStars } from '../../support/stars/selling.ts';

/** What follows from a settlement is an approval’s delivery, whose every statement is tried there. */
const EVERY = 10;
const PERIOD_MS = 30 * DAY_MS;

let ground: Ground;
let origin: string;
let environment: Record<string, string>;
let server: ServerProcess;
let shop: Shop;

beforeAll(async () => {
  ground = await createGround();
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  environment = ground.environment(port);
  server = await startServerProcess(environment);
  shop = await openShop(ground);
  await payTariff({ ...ground, clock: { now: () => new Date() } }, shop);
  await shop.owner.presses(ground.mainBot, `bot:${shop.shop.id}:pay:stars:on`);
  await pricesInStars({ ...ground, quiet }, shop, shop.planId, '150');
  await shop.owner.presses(ground.mainBot, `stars-renew-on:${shop.planId}`);
});
afterAll(async () => {
  await server.stops();
  expect(ground.telegram.faults).toEqual([]);
  await ground.close();
});

const quiet = () => ground.telegram.quiet();

interface Subscribed {
  buyer: SandboxPerson;
  paymentId: number;
  end: Date | null;
}

/** Somebody whose month renews itself, and who has their way in. */
async function subscribed(): Promise<Subscribed> {
  const buyer = await newBuyer(ground, shop);
  buyer.buysStars(1_000);
  const { paymentId } = await subscribesInStars({ ...ground, quiet }, shop, buyer);
  await buyer.reads(shop.shop, holdsLink);
  await allDone();
  return { buyer, paymentId, end: (await heldBy(buyer)).end };
}

async function heldBy({ id }: SandboxPerson) {
  const endUser = { telegramUserId: BigInt(id) };
  const { database } = ground;
  const [subscriptions, payments, entries, renewals] = await Promise.all([
    database.subscription.findMany({ where: { endUser } }),
    database.payment.findMany({ where: { endUser, status: 'approved' }, include: { attempts: true } }),
    database.timeEntry.count({ where: { subscription: { endUser } } }),
    database.starSubscription.findMany({ where: { endUser } }),
  ]);
  return { end: subscriptions[0]?.expiresAt ?? null, subscriptions, payments, entries, renewals };
}

/** Telegram tells of a charge of theirs that paid for 30 days more. @returns whether it was taken */
async function tells({ buyer, paymentId, end }: Subscribed): Promise<boolean> {
  const chat = toPrivateChat(buyer);
  const until = unixTime(new Date((end?.getTime() ?? 0) + PERIOD_MS));
  const paid = {
    currency: 'XTR',
    total_amount: 150,
    invoice_payload: `s:${paymentId}`,
    telegram_payment_charge_id: `second-of-${paymentId}`,
    provider_payment_charge_id: `${buyer.id}_2`,
    is_recurring: true,
    subscription_expiration_date: until,
  };
  const message = { message_id: 900_000 + paymentId, date: unixTime(new Date()), chat, from: toUser(buyer) };
  const update = { update_id: 900_000 + paymentId, message: { ...message, successful_payment: paid } };
  const [answer] = await Promise.allSettled([postUpdate({ origin, ...ground }, shop.shop.id, update)]);
  return answer.status === 'fulfilled' && answer.value.status === 200;
}

async function allDone(): Promise<void> {
  await eventually(async () =>
    expect(
      await ground.database.outboxMessage.count({ where: { doneAt: null, dueAt: { lte: new Date() } } }),
    ).toBe(0),
  );
  await quiet();
}

/** One more charge was taken, and gave its 30 days. */
async function isRenewed({ buyer, end }: Subscribed): Promise<void> {
  await allDone();
  const held = await heldBy(buyer);
  expect(held.subscriptions).toHaveLength(1);
  expect((held.end?.getTime() ?? 0) - (end?.getTime() ?? 0)).toBe(PERIOD_MS);
  expect(
    held.payments.map(({ attempts }) => attempts.map(({ state, settled }) => ({ state, settled }))),
  ).toEqual([[{ state: 'paid', settled: true }], [{ state: 'paid', settled: true }]]);
  expect(held.entries).toBe(2);
  expect(held.renewals).toMatchObject([{ state: 'active' }]);
}

test('a server killed after any statement of a renewal, and Telegram that tells of it again: 30 days, once', async () => {
  const first = await subscribed();
  const statements = await server.statementsOf(async () => {
    expect(await tells(first)).toBe(true);
    await allDone();
  });
  const tried = STATEMENTS === 'some' ? untilGiven(statements) : statements;
  const moments = momentsToDie(tried, { every: EVERY });
  expect(moments.length).toBeGreaterThan(3);
  const people = [first];
  for (let count = 0; count < moments.length; count += 1) people.push(await subscribed());
  for (const [index, moment] of moments.entries()) {
    await server.diesAfter(moment);
    // Whether the answer gets out before the server dies is a matter of the moment.
    await tells(people[index + 1] ?? first);
    await server.ended;
    server = await startServerProcess(environment);
  }
  for (const one of people) {
    // What a dead process had in hand is free again after a while.
    await eventually(async () => expect(await tells(one)).toBe(true));
    await isRenewed(one);
  }
}, 600_000);
