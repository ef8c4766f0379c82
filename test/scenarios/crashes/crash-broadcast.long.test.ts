import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  AT_ONCE,
  copiesOf,
  newDraft,
  newPeople,
  startsBroadcast,
  statesOf,
} from '../../support/growth/broadcasts.ts';
import { zoneWithHour } from '../../support/growth/zone-with-hour.ts';
import { callsOf } from '../../support/held-call.ts';
import { createGround, type Ground } from '../../support/platform.ts';
import { payTariff } from '../../support/providers/paid-tariff.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { type ServerProcess, startServerProcess } from '../../support/servers/server-process.ts';
import { openShop, type Shop } from '../../support/shop.ts';

/** `npm run chaos` tries it with many more. */
const PEOPLE = Number(process.env['RECIPIENTS'] ?? 60);
const DEATHS = Number(process.env['DEATHS'] ?? 1);
/** What a killed process had in hand is given up after ten seconds, each time; then all have their turn at 20 a second. */
const PATIENCE = { timeout: 60_000 + DEATHS * 15_000 + PEOPLE * 100 };

let ground: Ground;
let environment: Record<string, string>;
let server: ServerProcess;
let shop: Shop;

beforeAll(async () => {
  ground = await createGround();
  environment = {
    ...ground.environment(await freePort()),
    // Where it is noon: nothing is sent at night.
    TIME_ZONE: zoneWithHour(12),
    SWEEP_EVERY_SECONDS: '1',
  };
  server = await startServerProcess(environment);
  shop = await openShop(ground);
  // Without it a broadcast goes to 500 people.
  await payTariff({ ...ground, clock: { now: () => new Date() } }, shop);
});
afterAll(async () => {
  await server.stops();
  expect(ground.telegram.faults).toEqual([]);
  await ground.close();
});

test(
  'a server that is killed again and again, an emptied Redis, refusals and lost answers: nobody gets it twice',
  async () => {
    const { telegram } = ground;
    const people = await newPeople(ground, shop, PEOPLE);
    const id = await newDraft(ground, shop, shop.owner);
    const isCopy = callsOf(shop.shop, 'copyMessage');
    const disturb = () => {
      telegram.failNext(isCopy, { kind: 'tooManyRequests', retryAfter: 1 }, 2);
      telegram.failNext(isCopy, { kind: 'serverError' }, 2);
      telegram.failNext(isCopy, { kind: 'dropAfter' }, 2);
      telegram.failNext(isCopy, { kind: 'dropBefore' }, 2);
    };
    disturb();
    await startsBroadcast(ground, shop, shop.owner, id);
    const sent = async () => (await statesOf(ground, id))['sent'] ?? 0;
    for (let death = 1; death <= DEATHS; death += 1) {
      const enough = (PEOPLE * death) / (DEATHS + 2);
      await eventually(async () => expect(await sent()).toBeGreaterThan(enough), PATIENCE);
      await server.dies();
      const redis = new Redis(ground.redisUrl);
      await redis.flushdb();
      redis.disconnect();
      disturb();
      server = await startServerProcess(environment);
    }
    await eventually(async () => {
      expect(await ground.database.broadcast.findUniqueOrThrow({ where: { id } })).toMatchObject({
        status: 'done',
        total: PEOPLE,
      });
    }, PATIENCE);
    const states = await statesOf(ground, id);
    expect(Object.values(states).reduce((sum, count) => sum + count, 0)).toBe(PEOPLE);
    expect(Object.keys(states).toSorted()).toEqual(['sent', 'unknown']);
    // Of each life four calls without an answer, and what was under way at its end.
    expect(states['unknown']).toBeGreaterThan(0);
    expect(states['unknown']).toBeLessThanOrEqual(4 * (DEATHS + 1) + AT_ONCE * DEATHS);
    expect(people.filter((one) => copiesOf(one, shop.shop) > 1)).toEqual([]);
    expect(people.filter((one) => copiesOf(one, shop.shop) === 0).length).toBeLessThanOrEqual(
      states['unknown'] ?? 0,
    );
  },
  PATIENCE.timeout * 2,
);
