import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { createGround, type Ground } from '../../../support/platform.ts';
import { orderByClick } from '../../../support/providers/click-caller.ts';
import { connectPayme, newTransactionId, type PaymeCaller } from '../../../support/providers/payme-caller.ts';
import { freePort } from '../../../support/servers/free-port.ts';
import { type ServerProcess, startServerProcess } from '../../../support/servers/server-process.ts';
import { linkIn, newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let ground: Ground;
let environment: Record<string, string>;
let server: ServerProcess;
let shop: Shop;
let payme: PaymeCaller;

const clock = { now: () => new Date() };

beforeAll(async () => {
  ground = await createGround();
  const port = await freePort();
  environment = ground.environment(port);
  server = await startServerProcess(environment);
  shop = await openShop(ground);
  const app = { origin: `http://127.0.0.1:${port}` };
  payme = (await connectPayme({ ...ground, clock, app }, shop)).live;
});
afterAll(async () => {
  await server.stops();
  expect(ground.telegram.faults).toEqual([]);
  await ground.close();
});

async function pays() {
  const buyer = await newBuyer(ground, shop);
  const id = newTransactionId();
  const paymentId = await orderByClick({ ...ground, clock }, shop, buyer, { method: 'payme' });
  expect((await payme.create(id, paymentId)).result).toMatchObject({ state: 1 });
  return { buyer, id, paymentId };
}

const attempt = (id: string) =>
  ground.database.paymentAttempt.findFirstOrThrow({ where: { providerTxnId: id } });

/** After how many statements the money of an order is taken, counted from the call. */
async function statementsUntilTaken(): Promise<number> {
  const { id } = await pays();
  const statements = await server.statementsOf(async () => {
    await payme.perform(id);
  });
  const written = statements.findIndex(
    (text) => text.includes('UPDATE') && text.includes('payment_attempts'),
  );
  return statements.indexOf('COMMIT', written) + 1;
}

test('A server killed around the moment at which the money is taken takes it once, and says the same again', async () => {
  const taken = await statementsUntilTaken();
  const states: string[] = [];
  // What else the server asks of the database meanwhile is counted too.
  for (let moment = taken - 1; !states.includes('paid'); moment += 1) {
    const { buyer, id, paymentId } = await pays();
    await server.diesAfter(moment);
    // Payme hears nothing, or just so.
    const [heard] = await Promise.allSettled([payme.perform(id)]);
    await server.ended;
    const before = await attempt(id);
    states.push(before.state);
    server = await startServerProcess(environment);

    const reply = await payme.perform(id);
    const after = await attempt(id);
    if (before.state === 'paid') expect(after.performTime).toBe(before.performTime);
    expect(reply.result).toEqual({
      transaction: String(after.id),
      perform_time: Number(after.performTime),
      state: 2,
    });
    expect(await payme.perform(id)).toEqual(reply);
    if (heard.status === 'fulfilled') expect(heard.value).toEqual(reply);

    const links = () => new Set(buyer.chatWith(shop.shop).messages.map(linkIn).filter(Boolean));
    await eventually(() => expect(links().size).toBe(1));
    await ground.telegram.quiet();
    expect(links().size).toBe(1);
    const entries = await ground.database.timeEntry.count({
      where: { source: 'payment', sourceId: paymentId },
    });
    expect(entries).toBe(1);
  }
});
