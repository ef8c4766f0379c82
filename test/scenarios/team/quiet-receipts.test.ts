import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

interface Team extends Shop {
  manager: SandboxPerson;
  managerId: number;
}

/** A shop whose owner has passed receipts on to a manager. */
async function openQuietShop(): Promise<Team> {
  const { mainBot } = platform;
  const shop = await openShop(platform);
  const { manager, managerId } = await newManager(platform, shop, 'receipts', { firstName: 'Malika' });
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:team`);
  await platform.quiet();
  await shop.owner.taps(mainBot, /Receipts: also to you/);
  await platform.quiet();
  return { ...shop, manager, managerId };
}

async function newReceipt(shop: Shop): Promise<{ buyer: SandboxPerson; paymentId: number }> {
  const buyer = await newBuyer(platform, shop);
  const paymentId = await payFor(platform, shop, buyer);
  await settled(platform);
  return { buyer, paymentId };
}

/** Their copies of a receipt with its picture. */
const copiesOf = (person: SandboxPerson, { shop }: Shop, paymentId: number) =>
  person
    .chatWith(shop)
    .messages.filter(({ text, photo }) => photo !== undefined && text.includes(`no. ${paymentId}`));

const counts = ({ owner, manager, ...shop }: Team, paymentId: number) =>
  [owner, manager].map((one) => copiesOf(one, { owner, ...shop }, paymentId).length);

test('an owner passes receipts on: managers alone get them, and the owner gets what still waits after a day', async () => {
  const { clock, mainBot } = platform;
  const team = await openQuietShop();
  expect(told(team.owner, mainBot)).toContain('You get what still waits after 24 hours');
  const decided = await newReceipt(team);
  await team.manager.taps(team.shop, /Approve/);
  await decided.buyer.reads(team.shop, '🎉 Approved');
  const waiting = await newReceipt(team);
  expect([counts(team, decided.paymentId), counts(team, waiting.paymentId)]).toEqual([
    [0, 1],
    [0, 1],
  ]);
  const before = team.owner.chatWith(team.shop).messages.length;
  clock.passes({ hours: 23, minutes: 59 });
  await settled(platform);
  expect(team.owner.chatWith(team.shop).messages).toHaveLength(before);
  clock.passes({ minutes: 1 });
  await settled(platform);
  expect(counts(team, waiting.paymentId)).toEqual([1, 1]);
  expect(counts(team, decided.paymentId)).toEqual([0, 1]);
  await team.owner.presses(team.shop, `approve:${waiting.paymentId}`);
  await waiting.buyer.reads(team.shop, '🎉 Approved');
});

test('the owner takes them back by the same button, for receipts that come from then on', async () => {
  const { mainBot } = platform;
  const team = await openQuietShop();
  const before = await newReceipt(team);
  await team.owner.presses(mainBot, `bot:${team.shop.id}:team`);
  await platform.quiet();
  await team.owner.taps(mainBot, /Receipts: team only/);
  const after = await newReceipt(team);
  expect([counts(team, before.paymentId), counts(team, after.paymentId)]).toEqual([
    [0, 1],
    [1, 1],
  ]);
});

test.each([
  ['is removed', (team: Team) => team.owner.presses(platform.mainBot, `mgr:${team.managerId}:remove:yes`)],
  [
    'gets another role',
    (team: Team) => team.owner.presses(platform.mainBot, `mgr:${team.managerId}:role:support`),
  ],
  ['leaves', (team: Team) => team.manager.presses(platform.mainBot, `mgr:${team.managerId}:leave`)],
  ['is forgotten', (team: Team) => team.manager.presses(platform.mainBot, 'forget:yes')],
] as const)(
  'when the last one who decides %s, the owner gets what waits, and all that comes',
  async (_, ends) => {
    const team = await openQuietShop();
    const other = await newManager(platform, team, 'all', { firstName: 'Jasur' });
    const waiting = await newReceipt(team);
    await ends(team);
    await settled(platform);
    expect(copiesOf(team.owner, team, waiting.paymentId)).toEqual([]);
    await team.owner.presses(platform.mainBot, `mgr:${other.managerId}:remove:yes`);
    await settled(platform);
    expect(copiesOf(team.owner, team, waiting.paymentId)).toHaveLength(1);
    const next = await newReceipt(team);
    expect(copiesOf(team.owner, team, next.paymentId)).toHaveLength(1);
    platform.clock.passes({ hours: 24 });
    await settled(platform);
    expect(copiesOf(team.owner, team, waiting.paymentId).length).toBe(1);
  },
);

test('nobody but the owner passes receipts on', async () => {
  const { mainBot, database } = platform;
  const shop = await openShop(platform);
  const { manager } = await newManager(platform, shop, 'all');
  await manager.presses(mainBot, `bot:${shop.shop.id}:flip:quietreceipts`);
  await platform.quiet();
  expect(
    await database.botSettings.count({
      where: { bot: { telegramBotId: shop.shop.id }, quietReceipts: true },
    }),
  ).toBe(0);
});
