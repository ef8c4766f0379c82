import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/shared/durations.ts';
import { eventually } from '../../support/eventually.ts';
import { createGround, type Ground } from '../../support/platform.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { type ServerProcess, startServerProcess } from '../../support/servers/server-process.ts';
import { holdsLink, linkIn, newBuyer, openShop, payFor } from '../../support/shop.ts';

/** `all`: the server is killed after every statement, as in `npm run chaos`; else once after each distinct one. */
const STATEMENTS = process.env['STATEMENTS'] ?? 'distinct';
/** Of the sweeps that look for what was forgotten. */
const AFTERWARDS = 9;

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

/**
 * After how many statements of an approval, counted from the press, the server is to die. What a statement is depends on
 * the one before it too: each COMMIT ends another work.
 */
async function momentsToDie(): Promise<number[]> {
  const shop = await openShop(ground);
  const buyer = await newBuyer(ground, shop);
  const paymentId = await payFor(ground, shop, buyer);
  const statements = await server.statementsOf(async () => {
    await shop.owner.presses(shop.shop, `approve:${paymentId}`);
    await buyer.reads(shop.shop, holdsLink);
    await shop.owner.reads(shop.shop, 'Approved by you');
    await eventually(async () =>
      expect(
        await ground.database.outboxMessage.count({ where: { doneAt: null, dueAt: { lte: new Date() } } }),
      ).toBe(0),
    );
    await ground.telegram.quiet();
  });
  if (STATEMENTS === 'all') return Array.from({ length: statements.length + AFTERWARDS }, (_, at) => at + 1);
  const moments = new Map<string, number>();
  statements.forEach((text, index) => {
    const kind = `${statements[index - 1] ?? ''}; ${text}`;
    if (!moments.has(kind)) moments.set(kind, index + 1);
  });
  return [...moments.values()];
}

test('a server killed after any statement of an approval leaves one subscription and one link', async () => {
  const { telegram, database } = ground;
  const moments = await momentsToDie();
  expect(moments.length).toBeGreaterThan(10);
  const purchases = [];
  for (const statements of moments) {
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
    const welcome = await person.reads(other.shop, holdsLink, { timeoutMs: 60_000 });
    await other.owner.reads(other.shop, 'Approved by you');
    const { endUserId } = await database.payment.findUniqueOrThrow({ where: { id: paymentId } });
    expect(await database.subscription.count({ where: { endUserId } })).toBe(1);
    const { expiresAt, startedAt } = await database.subscription.findFirstOrThrow({ where: { endUserId } });
    expect((expiresAt?.getTime() ?? 0) - startedAt.getTime()).toBeLessThan(32 * DAY_MS);
    const links = person.chatWith(other.shop).messages.map(linkIn).filter(Boolean);
    expect(new Set(links).size).toBe(1);
    await person.joins(linkIn(welcome));
    expect(other.chat.has(person)).toBe(true);
  }
  await telegram.quiet();
}, 240_000);
