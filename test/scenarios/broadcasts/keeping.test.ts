import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import {
  AT_ONCE,
  becomes,
  newDraft,
  newPeople,
  startsBroadcast,
  startsHeld,
} from '../../support/growth/broadcasts.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';
import { newestFile } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

async function isSent(author: SandboxPerson = shop.owner): Promise<number> {
  const id = await newDraft(platform, shop, author);
  await startsBroadcast(platform, shop, author, id);
  await becomes(platform, id, 'done');
  await settled(platform);
  return id;
}

const recipientsOf = (id: number) =>
  platform.database.broadcastRecipient.count({ where: { broadcastId: id } });

test('who got it is kept for 30 days, and how many did as long as the broadcast', async () => {
  const { app, clock, database } = platform;
  await newPeople(platform, shop, 3);
  const id = await isSent();
  const forgotten = await newDraft(platform, shop, shop.owner);
  clock.passes({ days: 29 });
  await app.services.retention.prune();
  expect(await recipientsOf(id)).toBe(3);
  expect(await database.broadcast.count({ where: { id: forgotten } })).toBe(1);
  clock.passes({ days: 1, minutes: 1 });
  await app.services.retention.prune();
  expect(await recipientsOf(id)).toBe(0);
  expect(await database.broadcast.count({ where: { id: forgotten } })).toBe(0);
  await shop.owner.presses(shop.shop, `cast:${id}`);
  await shop.owner.reads(shop.shop, (message) => /no\. \d+: sent.*Sent: 3 of 3/s.test(message.text));
});

test('whoever decides about it stands in the trail', async () => {
  const { database, clock } = platform;
  const { manager } = await newManager(platform, shop, 'all');
  await newPeople(platform, shop, 2 * AT_ONCE);
  const id = await newDraft(platform, shop, shop.owner);
  const release = await startsHeld(platform, shop, id);
  await manager.presses(shop.shop, `cast:${id}:pause`, { wait: false });
  await becomes(platform, id, 'paused');
  release();
  await platform.quiet();
  await shop.owner.presses(shop.shop, `cast:${id}:resume`);
  await becomes(platform, id, 'done');
  clock.passes({ days: 8 });
  const next = await newDraft(platform, shop, manager);
  const goOn = await startsHeld(platform, { ...shop, owner: manager }, next);
  await manager.presses(shop.shop, `cast:${next}:cancel`, { wait: false });
  await becomes(platform, next, 'cancelled');
  goOn();
  await platform.quiet();
  const trail = await database.auditEntry.findMany({
    where: { target: { in: [id, next].map((one) => `broadcast:${one}`) } },
    orderBy: { id: 'asc' },
  });
  const [owner, helper] = [`owner:${shop.owner.id}`, `manager:${manager.id}`];
  expect(trail.map(({ action, actor, target }) => [action, actor, target])).toEqual([
    ['broadcast.started', owner, `broadcast:${id}`],
    ['broadcast.paused', helper, `broadcast:${id}`],
    ['broadcast.resumed', owner, `broadcast:${id}`],
    ['broadcast.started', helper, `broadcast:${next}`],
    ['broadcast.cancelled', helper, `broadcast:${next}`],
  ]);
});

test('their data shows a buyer what they were sent, and an owner what they sent', async () => {
  const buyer = await newBuyer(platform, shop);
  await isSent();
  await buyer.presses(shop.shop, 'mydata');
  await platform.quiet();
  const { broadcasts } = JSON.parse(newestFile(buyer, shop.shop).text) as { broadcasts: object[] };
  expect(broadcasts).toMatchObject([{ state: 'sent' }]);
  await shop.owner.presses(platform.mainBot, 'mydata');
  await platform.quiet();
  expect(newestFile(shop.owner, platform.mainBot).text).toMatch(/"broadcasts": \[\s*\{\s*"status": "done"/);
});

test('a manager who is forgotten has written nothing any more, and what they had under way ends', async () => {
  const { database } = platform;
  const { manager } = await newManager(platform, shop, 'all');
  await newPeople(platform, shop, 2 * AT_ONCE);
  const sent = await isSent(manager);
  platform.clock.passes({ days: 8 });
  const draft = await newDraft(platform, shop, manager);
  const id = await newDraft(platform, shop, manager);
  const release = await startsHeld(platform, { ...shop, owner: manager }, id);
  await manager.presses(platform.mainBot, 'forget:yes', { wait: false });
  await becomes(platform, id, 'cancelled');
  release();
  await settled(platform);
  const rows = await database.broadcast.findMany({ where: { id: { in: [sent, draft, id] } } });
  expect(rows.map((row) => row.id).toSorted((a, b) => a - b)).toEqual([sent, id]);
  for (const { createdBy, fromChatId, shownTo } of rows) {
    expect(Number(createdBy)).toBeLessThan(0);
    expect(Number(fromChatId)).toBeLessThan(0);
    expect(shownTo).toBeNull();
  }
});
