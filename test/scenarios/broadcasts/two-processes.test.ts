import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { App } from '../../../src/app.ts';
import { eventually } from '../../support/eventually.ts';
import {
  AT_ONCE,
  becomes,
  copiesOf,
  newDraft,
  newPeople,
  startsHeld,
  statesOf,
} from '../../support/growth/broadcasts.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { openShop, type Shop } from '../../support/shop.ts';

const PEOPLE = 60;
const STOPPED = { sent: AT_ONCE, waiting: PEOPLE - AT_ONCE };

let platform: Platform;
let apps: App[];
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  apps = [platform.app, await platform.startAnother()];
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

const presses = (data: string) => shop.owner.presses(shop.shop, data, { wait: false });

/** Each process looks for what there is to send, and whatever follows from that has followed. */
async function allLook(): Promise<void> {
  for (const { jobs } of apps) await jobs.sweep();
  await platform.quiet();
}

const stopsThere = (id: number) =>
  eventually(async () => expect(await statesOf(platform, id)).toEqual(STOPPED));

test('two processes send nothing of what is paused, go on where it was, and give nobody anything twice', async () => {
  const people = await newPeople(platform, shop, PEOPLE);
  const id = await newDraft(platform, shop, shop.owner);
  const release = await startsHeld(platform, shop, id);
  await presses(`cast:${id}:pause`);
  await becomes(platform, id, 'paused');
  release();
  await stopsThere(id);
  await allLook();
  expect(await statesOf(platform, id)).toEqual(STOPPED);
  await presses(`cast:${id}:resume`);
  await allLook();
  await becomes(platform, id, 'done');
  expect(people.map((one) => copiesOf(one, shop.shop))).toEqual(people.map(() => 1));
});

test('neither sends anything of what is cancelled, and none brings it back', async () => {
  await newPeople(platform, shop, PEOPLE);
  const id = await newDraft(platform, shop, shop.owner);
  const release = await startsHeld(platform, shop, id);
  await presses(`cast:${id}:cancel`);
  await becomes(platform, id, 'cancelled');
  release();
  await stopsThere(id);
  for (const word of ['resume', 'pause', 'start:yes']) {
    await presses(`cast:${id}:${word}`);
    await allLook();
  }
  // Whichever sends counts what is over when it has looked.
  await eventually(async () =>
    expect(await becomes(platform, id, 'cancelled')).toMatchObject({ counts: STOPPED }),
  );
  expect(await statesOf(platform, id)).toEqual(STOPPED);
});

test('where the one that sends ends, the other goes on with those who wait', async () => {
  const people = await newPeople(platform, shop, PEOPLE);
  const id = await newDraft(platform, shop, shop.owner);
  const release = await startsHeld(platform, shop, id);
  // Whichever of the two sends: what it has under way it waits for.
  const restarting = platform.restart();
  release();
  await restarting;
  apps[0] = platform.app;
  await allLook();
  await becomes(platform, id, 'done');
  expect(people.map((one) => copiesOf(one, shop.shop))).toEqual(people.map(() => 1));
});

test('somebody whom a process took that had lost its place, and died, counts as unknown in the end and gets nothing again', async () => {
  const { database, clock } = platform;
  await newPeople(platform, shop, PEOPLE);
  const id = await newDraft(platform, shop, shop.owner);
  const release = await startsHeld(platform, shop, id);
  const { endUserId } = await database.broadcastRecipient.findFirstOrThrow({
    where: { broadcastId: id, state: 'waiting' },
    orderBy: { endUserId: 'desc' },
  });
  await database.broadcastRecipient.updateMany({
    where: { broadcastId: id, endUserId },
    data: { state: 'taken', at: clock.now() },
  });
  release();
  await eventually(async () => expect(await statesOf(platform, id)).toMatchObject({ sent: PEOPLE - 1 }));
  clock.passes({ minutes: 6 });
  await becomes(platform, id, 'done');
  expect(await statesOf(platform, id)).toEqual({ sent: PEOPLE - 1, unknown: 1 });
});
