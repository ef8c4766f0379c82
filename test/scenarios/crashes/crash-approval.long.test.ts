import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxChat, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { DAY_MS } from '../../../src/shared/durations.ts';
import { eventually } from '../../support/eventually.ts';
import { createGround, type Ground } from '../../support/platform.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { momentsToDie, STATEMENTS, untilGiven } from '../../support/servers/moments-to-die.ts';
import { type ServerProcess, startServerProcess } from '../../support/servers/server-process.ts';
import { linkIn, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';

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

/** A shop whose plan opens a group beside its channel. */
async function openBundleShop(): Promise<Shop & { group: SandboxChat }> {
  const { database, mainBot } = ground;
  const shop = await openShop(ground);
  const title = `${shop.chat.title} talks`;
  const group = shop.owner.createsGroup(title, { supergroup: true });
  await shop.owner.adds(shop.shop, group);
  await shop.owner.reads(mainBot, title);
  const { id: channelId } = await database.channel.findFirstOrThrow({
    where: { telegramChatId: BigInt(group.id) },
  });
  await database.planChat.create({ data: { planId: shop.planId, channelId } });
  return { ...shop, group };
}

function linksOf(person: SandboxPerson, { shop }: Shop): string[] {
  return [...new Set(person.chatWith(shop).messages.map(linkIn).filter(Boolean))];
}

/** Every statement of an approval, counted from the press, and of all that follows from it. */
async function statementsOfApproval(shop: Shop, links: number): Promise<string[]> {
  const buyer = await newBuyer(ground, shop);
  const paymentId = await payFor(ground, shop, buyer);
  return server.statementsOf(async () => {
    await shop.owner.presses(shop.shop, `approve:${paymentId}`);
    await eventually(() => expect(linksOf(buyer, shop)).toHaveLength(links));
    await shop.owner.reads(shop.shop, 'Approved by you');
    await eventually(async () =>
      expect(
        await ground.database.outboxMessage.count({ where: { doneAt: null, dueAt: { lte: new Date() } } }),
      ).toBe(0),
    );
    await ground.telegram.quiet();
  });
}

/** At each of the moments the server dies in the approval of another purchase, and starts again. */
async function dieApproving<S extends Shop>(moments: readonly number[], open: () => Promise<S>) {
  const purchases = [];
  for (const statements of moments) {
    const shop = await open();
    const person = await newBuyer(ground, shop);
    const paymentId = await payFor(ground, shop, person);
    // Otherwise its owner might never see it: it would be decided before a server lives long enough to show it.
    await shop.owner.reads(shop.shop, `Receipt no. ${paymentId}`);
    purchases.push({ statements, shop, person, paymentId });
  }
  for (const { statements, shop, paymentId } of purchases) {
    await server.diesAfter(statements);
    await shop.owner.presses(shop.shop, `approve:${paymentId}`, { wait: false });
    await server.ended;
    server = await startServerProcess(environment);
  }
  return purchases;
}

/** One subscription and one link for each chat, whose time was added once. */
async function expectOneAccessTo(
  chats: readonly SandboxChat[],
  { shop, person, paymentId }: { shop: Shop; person: SandboxPerson; paymentId: number },
): Promise<void> {
  const { database } = ground;
  await eventually(() => expect(linksOf(person, shop)).toHaveLength(chats.length));
  await shop.owner.reads(shop.shop, 'Approved by you');
  const { endUserId } = await database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  const subscriptions = await database.subscription.findMany({ where: { endUserId } });
  expect(subscriptions.map(({ status }) => status)).toEqual(chats.map(() => 'active'));
  for (const { expiresAt, startedAt } of subscriptions) {
    expect((expiresAt?.getTime() ?? 0) - startedAt.getTime()).toBeLessThan(32 * DAY_MS);
  }
  expect(await database.timeEntry.count({ where: { endUserId } })).toBe(chats.length);
  for (const link of linksOf(person, shop)) await person.joins(link);
  expect(chats.map((chat) => chat.has(person))).toEqual(chats.map(() => true));
}

/** Those of a single chat, once they were heard. */
let single: string[] = [];

test('a server killed after any statement of an approval leaves one subscription and one link', async () => {
  single = await statementsOfApproval(await openShop(ground), 1);
  const moments = momentsToDie(single);
  expect(moments.length).toBeGreaterThan(10);
  for (const purchase of await dieApproving(moments, () => openShop(ground))) {
    await expectOneAccessTo([purchase.shop.chat], purchase);
  }
  await ground.telegram.quiet();
}, 600_000);

test('a bundle approved by twenty presses, and by a server killed after any statement, opens both chats once', async () => {
  const pressed = await openBundleShop();
  const person = await newBuyer(ground, pressed);
  const paymentId = await payFor(ground, pressed, person);
  for (let press = 0; press < 20; press += 1) {
    await pressed.owner.presses(pressed.shop, `approve:${paymentId}`, { wait: false });
  }
  await expectOneAccessTo([pressed.chat, pressed.group], { shop: pressed, person, paymentId });

  const statements = await statementsOfApproval(await openBundleShop(), 2);
  const moments = momentsToDie(STATEMENTS === 'all' ? statements : untilGiven(statements), { known: single });
  expect(moments.length).toBeGreaterThan(0);
  for (const purchase of await dieApproving(moments, openBundleShop)) {
    await expectOneAccessTo([purchase.shop.chat, purchase.shop.group], purchase);
  }
  await ground.telegram.quiet();
}, 600_000);
