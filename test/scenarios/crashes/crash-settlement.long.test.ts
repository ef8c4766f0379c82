import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { DAY_MS } from '../../../src/shared/durations.ts';
import { eventually } from '../../support/eventually.ts';
import { createGround, type Ground } from '../../support/platform.ts';
import {
  attemptIn,
  type ClickCaller,
  connectClick,
  orderByClick,
} from '../../support/providers/click-caller.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { momentsToDie, STATEMENTS, untilGiven } from '../../support/servers/moments-to-die.ts';
import { type ServerProcess, startServerProcess } from '../../support/servers/server-process.ts';
import { linkIn, newBuyer, openShop, type Shop } from '../../support/shop.ts';

/** What follows from a settlement is an approval’s delivery, whose every statement is tried there. */
const EVERY = 10;
const clock = { now: () => new Date() };

let ground: Ground;
let environment: Record<string, string>;
let server: ServerProcess;
let shop: Shop;
let click: ClickCaller;

beforeAll(async () => {
  ground = await createGround();
  const port = await freePort();
  environment = ground.environment(port);
  server = await startServerProcess(environment);
  shop = await openShop(ground);
  click = await connectClick({ ...ground, clock, app: { origin: `http://127.0.0.1:${port}` } }, shop);
});
afterAll(async () => {
  await server.stops();
  expect(ground.telegram.faults).toEqual([]);
  await ground.close();
});

interface Purchase {
  buyer: SandboxPerson;
  order: number;
  /** Click says that it has taken the money. */
  taken: Record<string, string>;
}

/** Somebody pays, and Click is about to say so. */
async function prepared(): Promise<Purchase> {
  const buyer = await newBuyer(ground, shop);
  const order = await orderByClick({ ...ground, clock }, shop, buyer);
  const about = click.of(order, { click_trans_id: String(order) });
  return { buyer, order, taken: { ...about, merchant_prepare_id: attemptIn(await click.prepare(about)) } };
}

const linksOf = (buyer: SandboxPerson) => [
  ...new Set(buyer.chatWith(shop.shop).messages.map(linkIn).filter(Boolean)),
];

async function allDone(): Promise<void> {
  await eventually(async () =>
    expect(
      await ground.database.outboxMessage.count({ where: { doneAt: null, dueAt: { lte: clock.now() } } }),
    ).toBe(0),
  );
  await ground.telegram.quiet();
}

test('a server killed after any statement of a settlement, and Click that says it again: one grant and one link', async () => {
  const { database } = ground;
  const first = await prepared();
  const statements = await server.statementsOf(async () => {
    await click.complete(first.taken);
    await eventually(() => expect(linksOf(first.buyer)).toHaveLength(1));
    await allDone();
  });
  const tried = STATEMENTS === 'some' ? untilGiven(statements) : statements;
  const moments = momentsToDie(tried, { every: EVERY });
  expect(moments.length).toBeGreaterThan(3);
  const purchases = [first];
  for (let count = 0; count < moments.length; count += 1) purchases.push(await prepared());
  for (const [index, moment] of moments.entries()) {
    const { taken } = purchases[index + 1] ?? first;
    await server.diesAfter(moment);
    // Whether the answer gets out before the server dies is a matter of the moment.
    await Promise.allSettled([click.complete(taken)]);
    await server.ended;
    server = await startServerProcess(environment);
  }
  for (const { buyer, order, taken } of purchases) {
    expect([0, -4]).toContain((await click.complete(taken)).error);
    expect(await click.complete(taken)).toMatchObject({ error: -4 });
    await eventually(() => expect(linksOf(buyer)).toHaveLength(1));
    const payment = await database.payment.findUniqueOrThrow({
      where: { id: order },
      include: { attempts: true },
    });
    expect(payment.status).toBe('approved');
    expect(payment.attempts).toMatchObject([{ state: 'paid', settled: true }]);
    const held = await database.subscription.findMany({ where: { endUserId: payment.endUserId } });
    expect(held).toHaveLength(1);
    expect((held[0]?.expiresAt?.getTime() ?? 0) - (held[0]?.startedAt.getTime() ?? 0)).toBeLessThan(
      32 * DAY_MS,
    );
    expect(await database.timeEntry.count({ where: { endUserId: payment.endUserId } })).toBe(1);
    const [link = ''] = linksOf(buyer);
    await buyer.joins(link);
    expect(shop.chat.has(buyer)).toBe(true);
  }
  await allDone();
}, 600_000);
