import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGround, type Ground } from '../../support/platform.ts';
import { type Balancer, startBalancer } from '../../support/servers/balancer.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { type ServerProcess, startServerProcess } from '../../support/servers/server-process.ts';
import { holdsLink, linkIn, newBuyer, openShop, type Shop } from '../../support/shop.ts';

const SHOPS = 4;
/** Few, so that no owner's chat gets more than Telegram lets through at once. */
const BUYERS_A_SHOP = 3;
const BUYERS = SHOPS * BUYERS_A_SHOP;
/** What a stop may take; orchestrators kill what is still there then. */
const STOP_LIMIT_MS = 10_000;

let ground: Ground;
let shops: Shop[];
let balancer: Balancer | undefined;
let running: ServerProcess[];
let environment: Record<string, string>;

beforeEach(async () => {
  ground = await createGround();
  running = [];
  environment = { ...ground.environment(await freePort()), SWEEP_EVERY_SECONDS: '1' };
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.stops()));
  await balancer?.close();
  balancer = undefined;
  expect(ground.telegram.faults).toEqual([]);
  await ground.close();
});

async function starts(more: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServerProcess({ ...environment, ...more });
  running.push(server);
  return server;
}

/** Told to stop, it is gone in time and without a fault. */
async function stopsInTime(server: ServerProcess): Promise<void> {
  running = running.filter((one) => one !== server);
  const toldAt = performance.now();
  expect(await server.stops()).toBe(0);
  expect(performance.now() - toldAt).toBeLessThan(STOP_LIMIT_MS);
  expect(server.lines.filter((line) => /"level":[56]0/.test(line))).toEqual([]);
}

async function openShops(): Promise<void> {
  shops = [];
  for (let number = 0; number < SHOPS; number += 1) shops.push(await openShop(ground));
}

/** Somebody buys, and waits for every answer as long as it takes. */
async function buys(number: number): Promise<void> {
  const { telegram, database } = ground;
  const shop = shops[number % SHOPS] as Shop;
  const buyer = await newBuyer(ground, shop, { firstName: `Buyer ${number}` });
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.sendsPhoto(shop.shop);
  const payment = await database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: buyer.id } },
  });
  const receipt = await shop.owner.reads(shop.shop, new RegExp(`Receipt no\\. ${payment.id}\\b`), {
    timeoutMs: 60_000,
  });
  await shop.owner.presses(shop.shop, `approve:${payment.id}`, { message: receipt });
  const welcome = await buyer.reads(shop.shop, holdsLink, { timeoutMs: 60_000 });
  await buyer.joins(linkIn(welcome));
  await telegram.until(() => shop.chat.has(buyer), { what: `${buyer.firstName} to be inside` });
}

/** Everything that so many purchases leave behind, and nothing of it more than once. */
async function expectEachOnce(count: number): Promise<void> {
  const { database, telegram } = ground;
  await expect
    .poll(() => database.outboxMessage.count({ where: { doneAt: null, dueAt: { lte: new Date() } } }), {
      timeout: 60_000,
    })
    .toBe(0);
  await telegram.quiet();
  expect(await database.payment.count()).toBe(count);
  expect(await database.payment.count({ where: { status: 'approved' } })).toBe(count);
  expect(await database.subscription.count({ where: { status: 'active', joinedAt: { not: null } } })).toBe(
    count,
  );
  expect(await database.inviteLink.count()).toBe(count);
  expect(await database.reviewMessage.count()).toBe(count);
  const sent = telegram.calls.filter(({ method }) => method === 'sendMessage');
  expect(sent.filter(({ params }) => String(params['text']).includes('🎉 Approved'))).toHaveLength(count);
  const months = await database.subscription.findMany({ include: { payment: true } });
  for (const { expiresAt, payment } of months) expect(expiresAt).toEqual(payment?.extendedTo);
}

test('a server that is told to stop under load is gone in time; its next start finds everything and does nothing twice', async () => {
  let server = await starts();
  await openShops();
  const purchases = Promise.all(Array.from({ length: BUYERS }, (_, number) => buys(number)));
  for (let times = 0; times < 3; times += 1) {
    const calls = ground.telegram.calls.length;
    await ground.telegram.until(() => ground.telegram.calls.length > calls + 40, { what: 'some work' });
    await stopsInTime(server);
    server = await starts();
  }
  await purchases;
  await expectEachOnce(BUYERS);
});

test('while Telegram keeps it waiting, a stop takes no longer', async () => {
  const server = await starts();
  const { shop } = await openShop(ground);
  let answer = (): void => undefined;
  const until = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const release = ground.telegram.failAll('sendMessage', { kind: 'hold', until });
  const person = ground.telegram.newPerson({ firstName: 'Bobur', languageCode: 'en' });
  await person.starts(shop, { wait: false });
  await ground.telegram.until(() => ground.telegram.calls.some(({ fault }) => fault === 'hold'), {
    what: 'the answer to be under way',
  });
  await stopsInTime(server);
  release();
  answer();
  await starts();
  await person.reads(shop, 'Choose your language');
  await ground.telegram.quiet();
  expect(shop.inbox.pending).toEqual([]);
});

test('two web and two worker processes take turns in being replaced, and nobody notices', async () => {
  const port = Number(environment['PORT']);
  balancer = await startBalancer(port);
  const start = async (role: 'web' | 'worker') => {
    const at = await freePort();
    const server = await starts({ ROLE: role, PORT: String(at) });
    return { role, server, origin: `http://127.0.0.1:${at}` };
  };
  let all = [await start('web'), await start('web'), await start('worker'), await start('worker')];
  const serve = () => balancer?.serves(all.filter(({ role }) => role === 'web').map(({ origin }) => origin));
  serve();
  await openShops();
  const purchases = Promise.all(Array.from({ length: BUYERS }, (_, number) => buys(number)));
  for (const old of all) {
    const fresh = await start(old.role);
    all = all.map((one) => (one === old ? fresh : one));
    serve();
    await stopsInTime(old.server);
  }
  await purchases;
  await expectEachOnce(BUYERS);
});
