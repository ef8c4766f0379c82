import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxBot, SandboxChat, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { eventually } from '../../support/eventually.ts';
import { createGround, type Ground } from '../../support/platform.ts';
import { freePort } from '../../support/servers/free-port.ts';
import {
  diesWaitingFor,
  type ServerProcess,
  startServerProcess,
} from '../../support/servers/server-process.ts';
import { holdsLink, linkIn, openShop } from '../../support/shop.ts';

let ground: Ground;
let environment: Record<string, string>;
let server: ServerProcess;
let owner: SandboxPerson;
let shop: SandboxBot;
let channel: SandboxChat;
let buyer: SandboxPerson;

/** Each time that it is killed it starts again, and the next owner opens a shop on what then runs. */
beforeAll(async () => {
  ground = await createGround();
  environment = { ...ground.environment(await freePort()), EXPIRE_EVERY_SECONDS: '1' };
  server = await startServerProcess(environment);
});

beforeEach(async () => {
  const opened = await openShop(ground, { languageCode: 'en', kind: 'channel' });
  ({ owner, shop } = opened);
  channel = opened.chat;
  buyer = ground.telegram.newPerson({ firstName: 'Bobur', languageCode: 'en' });
  await buyer.starts(shop);
  await buyer.taps(shop, /English/);
  await buyer.taps(shop, /1 month/);
});

afterAll(async () => {
  await server.stops();
  expect(ground.telegram.faults).toEqual([]);
  await ground.close();
});

/** What is this test's buyer's: those of the tests before it have theirs. */
function ofBuyer() {
  return { endUser: { telegramUserId: buyer.id } };
}

const OPEN_DELIVERY = { kind: 'deliver-access', doneAt: null };

async function dieWaitingFor(method: string, act: () => Promise<void>): Promise<void> {
  await diesWaitingFor(method, { server, telegram: ground.telegram, act });
  server = await startServerProcess(environment);
}

function linksReadBy(person: SandboxPerson): string[] {
  return [...new Set(person.chatWith(shop).messages.filter(holdsLink).map(linkIn))];
}

async function expectOneWayIn(): Promise<void> {
  await buyer.reads(shop, '🎉 Approved');
  // What the killed process was about is done again before anything is counted.
  await eventually(async () =>
    expect(await ground.database.outboxMessage.count({ where: OPEN_DELIVERY })).toBe(0),
  );
  await ground.telegram.quiet();
  const [link, ...others] = linksReadBy(buyer);
  expect(others).toEqual([]);
  expect(await ground.database.subscription.count({ where: { status: 'active', ...ofBuyer() } })).toBe(1);
  await buyer.joins(link ?? '');
  expect(channel.has(buyer)).toBe(true);
}

test.each(['getChatMember', 'createChatInviteLink', 'sendMessage'])(
  'a server killed at %s, after an approval, delivers one link when it is back',
  async (method) => {
    const { telegram, database } = ground;
    await buyer.sendsPhoto(shop);
    await owner.reads(shop, 'Receipt no.');
    await telegram.quiet();
    await dieWaitingFor(method, () => owner.taps(shop, /Approve/, { wait: false }));
    expect(await database.payment.count({ where: { status: 'approved', ...ofBuyer() } })).toBe(1);
    await expectOneWayIn();
  },
);

test('a server killed in the middle of an update takes the receipt once when it is back', async () => {
  const { telegram, database } = ground;
  await telegram.quiet();
  await dieWaitingFor('sendMessage', () => buyer.sendsPhoto(shop, { wait: false }));
  await owner.reads(shop, 'Receipt no.');
  await buyer.reads(shop, 'under review');
  expect(await database.payment.findMany({ where: ofBuyer(), select: { status: true } })).toEqual([
    { status: 'pending' },
  ]);
  await owner.taps(shop, /Approve/);
  await expectOneWayIn();
});

test.each(['getChatMember', 'unbanChatMember'])(
  'a server killed at %s, at the end of a subscription, has the member out when it is back',
  async (method) => {
    const { database, telegram } = ground;
    await buyer.sendsPhoto(shop);
    await owner.reads(shop, 'Receipt no.');
    await owner.taps(shop, /Approve/);
    await buyer.joins(linkIn(await buyer.reads(shop, holdsLink)));
    await owner.reads(ground.mainBot, 'joined');
    await dieWaitingFor(method, async () => {
      await database.subscription.updateMany({ where: ofBuyer(), data: { expiresAt: new Date() } });
    });
    await telegram.until(() => !channel.has(buyer), { what: 'the member to be out' });
    await owner.reads(ground.mainBot, 'was removed');
    await buyer.reads(shop, 'has ended');
    expect(channel.isBanned(buyer)).toBe(false);
    expect(await database.subscription.findFirstOrThrow({ where: ofBuyer() })).toMatchObject({
      status: 'expired',
      kickedAt: expect.any(Date),
    });
  },
);
