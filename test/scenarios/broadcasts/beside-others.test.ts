import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import {
  AT_ONCE,
  becomes,
  copiesToPeople,
  newDraft,
  newPeople,
  startsHeld,
  statesOf,
} from '../../support/growth/broadcasts.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';

const PEOPLE = 40;
const SHOPS = 3;

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.closesClean());

interface Waiting extends Shop {
  /** Their receipt waits for its owner. */
  buyer: SandboxPerson;
  paymentId: number;
}

async function shopWithReceipt(): Promise<Waiting> {
  const shop = await openShop(platform);
  const buyer = await newBuyer(platform, shop);
  return { ...shop, buyer, paymentId: await payFor(platform, shop, buyer) };
}

/** What the owner's word brings by the outbox: a decision told, and a way in. */
async function approves({ owner, shop, buyer, paymentId }: Waiting): Promise<void> {
  await owner.presses(shop, `approve:${paymentId}`, { wait: false });
  await buyer.reads(shop, holdsLink);
}

test('however long the copies of several bots take, whoever writes to one of these is answered, and notices of it and of others go before all that wait', async () => {
  const { telegram } = platform;
  const sending: Waiting[] = [];
  for (let number = 0; number < SHOPS; number += 1) sending.push(await shopWithReceipt());
  const other = await shopWithReceipt();
  for (const shop of sending) await newPeople(platform, shop, PEOPLE);
  const ids: number[] = [];
  for (const shop of sending) ids.push(await newDraft(platform, shop, shop.owner));
  const releases: (() => void)[] = [];
  for (const [index, shop] of sending.entries())
    releases.push(await startsHeld(platform, shop, ids[index] ?? 0));

  const newcomer = telegram.newPerson({ firstName: 'Newcomer', languageCode: 'en' });
  for (const { shop } of sending) {
    await newcomer.starts(shop, { wait: false });
    await newcomer.reads(shop, 'Tilni tanlang');
  }
  await approves(other);
  for (const shop of sending) await approves(shop);

  // Until then nobody had theirs, and nobody's turn had come.
  for (const shop of sending) expect(telegram.calls.filter(copiesToPeople(shop))).toEqual([]);
  for (const id of ids)
    expect(await statesOf(platform, id)).toEqual({ taken: AT_ONCE, waiting: PEOPLE + 1 - AT_ONCE });
  for (const release of releases) release();
  for (const id of ids) await becomes(platform, id, 'done');
});
