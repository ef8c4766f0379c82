import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/shared/durations.ts';
import { createGround, type Ground } from '../../support/platform.ts';
import { freePort } from '../../support/servers/free-port.ts';
import {
  diesWaitingFor,
  type ServerProcess,
  startServerProcess,
} from '../../support/servers/server-process.ts';
import { newMember, openShop, type Shop } from '../../support/shop.ts';

/** A month at most, and a day. */
const MORE_THAN_A_MONTH_MS = 32 * DAY_MS;
/** What a killed process had in hand is free again after ten seconds. */
const PATIENCE = { timeoutMs: 60_000 };

let ground: Ground;
let environment: Record<string, string>;
let server: ServerProcess;
let shop: Shop;

beforeAll(async () => {
  ground = await createGround();
  environment = ground.environment(await freePort());
  server = await startServerProcess(environment);
  shop = await openShop(ground);
});
afterAll(async () => {
  await server.stops();
  expect(ground.telegram.faults).toEqual([]);
  await ground.close();
});

/** The server dies while it shows what came of a press, which Telegram then repeats to the next one. */
async function dieShowingOutcome(press: () => Promise<void>): Promise<void> {
  const { telegram, mainBot } = ground;
  await diesWaitingFor('editMessageText', { server, telegram, act: press });
  expect(mainBot.inbox.pending).toHaveLength(1);
  server = await startServerProcess(environment);
  await telegram.quiet(PATIENCE);
}

test('a server killed after access was given by hand gives it once', async () => {
  const { database, telegram, mainBot } = ground;
  const { member, endUserId, subscriptionId } = await newMember(ground, shop);
  const endOf = async () => {
    const { expiresAt } = await database.subscription.findUniqueOrThrow({ where: { id: subscriptionId } });
    return expiresAt?.getTime() ?? 0;
  };
  const before = await endOf();
  await shop.owner.presses(mainBot, `user:${endUserId}`);
  await telegram.quiet();
  await dieShowingOutcome(() =>
    shop.owner.presses(mainBot, `user:${endUserId}:grant:${shop.planId}`, { wait: false }),
  );
  await member.reads(shop.shop, 'The channel’s owner gave you access', PATIENCE);
  const added = (await endOf()) - before;
  expect(added).toBeGreaterThan(0);
  expect(added).toBeLessThan(MORE_THAN_A_MONTH_MS);
  expect(await database.auditEntry.count({ where: { action: 'access.granted' } })).toBe(1);
});

test('a server killed after a tariff was given by hand gives it once', async () => {
  const { database, telegram, mainBot, moderator } = ground;
  await moderator.starts(mainBot);
  await moderator.presses(mainBot, 'lang:en');
  const { id } = await database.owner.findFirstOrThrow({ where: { telegramUserId: shop.owner.id } });
  await moderator.presses(mainBot, `mod:owner:${id}`);
  await telegram.quiet();
  await dieShowingOutcome(() => moderator.presses(mainBot, `mod:owner:${id}:grant:1`, { wait: false }));
  await shop.owner.reads(mainBot, 'Your Getolog tariff is paid until', PATIENCE);
  const { startedAt, expiresAt } = await database.tariffPeriod.findFirstOrThrow({ where: { ownerId: id } });
  expect((expiresAt?.getTime() ?? 0) - startedAt.getTime()).toBeLessThan(MORE_THAN_A_MONTH_MS);
  expect(await database.auditEntry.count({ where: { action: 'tariff.granted' } })).toBe(1);
});
