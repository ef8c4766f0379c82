import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { Random } from '../../support/random.ts';
import { settled } from '../../support/settled.ts';
import { newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';

/** A thousand in `npm run chaos`; the seed in the test's name repeats its order. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const MS_A_ROUND = 10_000;
const SEED = Number(process.env['SEED'] ?? randomInt(1_000_000));

let platform: Platform;
let shop: Shop;
let people: SandboxPerson[];
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  people = [
    shop.owner,
    (await newManager(platform, shop, 'receipts', { firstName: 'Malika' })).manager,
    (await newManager(platform, shop, 'all', { firstName: 'Jasur' })).manager,
  ];
});
afterAll(async () => {
  await platform.closesClean();
});

const copiesOf = (person: SandboxPerson, paymentId: number) =>
  person
    .chatWith(shop.shop)
    .messages.filter(({ text, photo }) => photo !== undefined && text.includes(`no. ${paymentId}\n`));

async function newReceipt(firstName: string): Promise<number> {
  const paymentId = await payFor(platform, shop, await newBuyer(platform, shop, { firstName }));
  await settled(platform);
  return paymentId;
}

/** Who has decided, as each copy says it to its reader. */
async function isDecidedOnce(paymentId: number): Promise<void> {
  const { database } = platform;
  const { status, reviewedBy } = await database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  const lines = await database.auditEntry.findMany({ where: { target: `payment:${paymentId}` } });
  expect(lines.map(({ action }) => action)).toEqual([`payment.${status}`]);
  const decider = people.find(({ id }) => BigInt(id) === reviewedBy);
  const word = status === 'approved' ? '✅ Approved' : '❌ Rejected';
  for (const one of people) {
    const by = one === decider ? 'by you' : `by ${decider?.firstName}`;
    expect(copiesOf(one, paymentId).map(({ text }) => text.includes(`${word} ${by}`))).toEqual([true]);
  }
}

test(
  `an owner and two managers decide at once: one decision, and each copy names who made it (seed ${SEED})`,
  async () => {
    const random = new Random(SEED);
    for (let round = 0; round < ROUNDS; round += 1) {
      const paymentId = await newReceipt(`Racer ${round}`);
      const data = () => (random.chance(50) ? `approve:${paymentId}` : `reject:${paymentId}:amount`);
      const inOrder = people
        .map((one) => ({ one, place: random.fraction() }))
        .sort((a, b) => a.place - b.place);
      await Promise.all(inOrder.map(({ one }) => one.presses(shop.shop, data())));
      await settled(platform);
      await isDecidedOnce(paymentId);
    }
  },
  ROUNDS * MS_A_ROUND,
);

test('a rejection of somebody else’s that they have seen may be approved after all', async () => {
  const paymentId = await newReceipt('Bobur');
  const [owner, malika, jasur] = people as [SandboxPerson, SandboxPerson, SandboxPerson];
  await Promise.all([
    malika.presses(shop.shop, `reject:${paymentId}:amount`),
    jasur.presses(shop.shop, `reject:${paymentId}:unreadable`),
    owner.presses(shop.shop, `reject:${paymentId}:wrongCard`),
  ]);
  await settled(platform);
  await isDecidedOnce(paymentId);
  const other = people.find((one) => copiesOf(one, paymentId)[0]?.text.includes('by you') === false) ?? owner;
  await other.taps(shop.shop, /Approve/);
  await settled(platform);
  expect(copiesOf(other, paymentId)[0]?.text).toContain('✅ Approved by you');
});
