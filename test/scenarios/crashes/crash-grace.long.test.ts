import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../src/shared/durations.ts';
import { eventually } from '../../support/eventually.ts';
import { createGround, type Ground } from '../../support/platform.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { type ServerProcess, startServerProcess } from '../../support/servers/server-process.ts';
import { newMember, openShop, type Shop } from '../../support/shop.ts';

/** `all`: the server is killed after every statement, as in `npm run chaos`; else once, in the middle of what decides. */
const STATEMENTS = process.env['STATEMENTS'] ?? 'one';
const GRACE_DAYS = 3;

let ground: Ground;
let environment: Record<string, string>;
let server: ServerProcess;
let shop: Shop;

beforeAll(async () => {
  ground = await createGround();
  environment = { ...ground.environment(await freePort()), EXPIRE_EVERY_SECONDS: '1' };
  server = await startServerProcess(environment);
  shop = await openShop(ground);
  const { id: botId } = await ground.database.sellerBot.findFirstOrThrow();
  await ground.database.botSettings.create({ data: { botId, graceDays: GRACE_DAYS } });
});
afterAll(async () => {
  await server.stops();
  expect(ground.telegram.faults).toEqual([]);
  await ground.close();
});

async function member(): Promise<number> {
  return (await newMember(ground, shop)).subscriptionId;
}

async function timeIsUp(id: number): Promise<void> {
  const expiresAt = new Date(Date.now() - HOUR_MS);
  await ground.database.subscription.update({ where: { id }, data: { expiresAt } });
}

async function graceIsUp(id: number): Promise<void> {
  const { expiresAt } = await ground.database.subscription.findUniqueOrThrow({ where: { id } });
  const before = new Date((expiresAt?.getTime() ?? 0) - GRACE_DAYS * DAY_MS);
  await ground.database.subscription.update({
    where: { id },
    data: { expiresAt: before, graceUntil: expiresAt },
  });
}

const began = (id: number) => settled(id, { graceUntil: { not: null } }, 'graceBegan');
const ended = (id: number) => settled(id, { status: 'expired' }, 'subscriptionEnded');

/** What was to come has come, and was told once. */
async function settled(id: number, state: object, kind: string): Promise<void> {
  await eventually(async () => {
    expect(await ground.database.subscription.count({ where: { id, ...state } })).toBe(1);
    const told = await ground.database.outboxMessage.findMany({
      where: {
        AND: [
          { payload: { path: ['notice', 'kind'], equals: kind } },
          { payload: { path: ['notice', 'subscriptionId'], equals: id } },
        ],
      },
    });
    expect(told.map(({ outcome }) => outcome)).toEqual(['delivered']);
  });
}

/** After how many statements, counted from its being due, the server is to die. */
async function momentsToDie(act: () => Promise<void>): Promise<number[]> {
  const statements = await server.statementsOf(act);
  if (STATEMENTS === 'all') return statements.map((_, index) => index + 1);
  const decides = statements.findIndex((text) => text.startsWith('UPDATE "public"."subscriptions"')) + 1;
  expect(decides).toBeGreaterThan(0);
  return [decides + 1];
}

async function emptyRedis(): Promise<void> {
  const redis = new Redis(ground.redisUrl);
  await redis.flushdb();
  redis.disconnect();
}

/** Somebody whose grace is to begin, and somebody whose grace is to end. */
async function prepare(): Promise<[number, number]> {
  const pair: [number, number] = [await member(), await member()];
  await timeIsUp(pair[1]);
  await began(pair[1]);
  return pair;
}

async function areDue([beginner, ender]: [number, number]): Promise<void> {
  await Promise.all([timeIsUp(beginner), graceIsUp(ender)]);
}

async function areSettled([beginner, ender]: [number, number]): Promise<void> {
  await began(beginner);
  await ended(ender);
}

test('a server killed where a grace begins and another ends settles both and tells of each once when it is back', async () => {
  const first = await prepare();
  const moments = await momentsToDie(async () => {
    await areDue(first);
    await areSettled(first);
  });
  for (const moment of moments) {
    const pair = await prepare();
    await server.diesAfter(moment);
    await areDue(pair);
    await server.ended;
    // Else what its queue held for it would be free after a minute only.
    await emptyRedis();
    server = await startServerProcess(environment);
    await areSettled(pair);
  }
});
