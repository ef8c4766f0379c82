import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { createGround, type Ground } from '../support/platform.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { linkIn, newBuyer, openShop, payFor } from '../support/shop.ts';

/** A press on *approve* and everything that follows from it are about this many. */
const STATEMENTS = 28;

let ground: Ground;
let environment: Record<string, string>;
let server: ServerProcess;

beforeAll(async () => {
  ground = await createGround();
  environment = ground.environment(await freePort());
  server = await startServerProcess(environment);
});
afterAll(async () => {
  await server.stops();
  expect(ground.telegram.faults).toEqual([]);
  await ground.close();
});

test('a server killed after any statement of an approval leaves one subscription and one link', async () => {
  const { telegram, books } = ground;
  const purchases = [];
  for (let statements = 1; statements <= STATEMENTS; statements += 1) {
    const other = await openShop(ground);
    const person = await newBuyer(ground, other);
    purchases.push({ statements, other, person, paymentId: await payFor(ground, other, person) });
  }
  for (const { statements, other, paymentId } of purchases) {
    await server.diesAfter(statements);
    await other.owner.presses(other.shop, `approve:${paymentId}`, { wait: false });
    await server.ended;
    server = await startServerProcess(environment);
  }
  for (const { other, person, paymentId } of purchases) {
    const welcome = await person.reads(other.shop, 't.me/+', { timeoutMs: 60_000 });
    await other.owner.reads(other.shop, 'Approved by you', { timeoutMs: 30_000 });
    const { endUserId } = await books.payment.findUniqueOrThrow({ where: { id: paymentId } });
    expect(await books.subscription.count({ where: { endUserId } })).toBe(1);
    const { expiresAt, startedAt } = await books.subscription.findFirstOrThrow({ where: { endUserId } });
    expect((expiresAt?.getTime() ?? 0) - startedAt.getTime()).toBeLessThan(32 * 24 * 3_600_000);
    const links = person.chatWith(other.shop).messages.map(linkIn).filter(Boolean);
    expect(new Set(links).size).toBe(1);
    await person.joins(linkIn(welcome));
    expect(other.chat.has(person)).toBe(true);
  }
  await telegram.quiet();
}, 240_000);
