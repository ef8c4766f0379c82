import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxBot } from '../../../sandbox/sandbox.ts';
import { Fernet, generateFernetKey } from '../../../src/infra/crypto/fernet.ts';
import { rotateSecrets } from '../../../src/modules/platform/stored-secrets.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import {
  buyAccess,
  moderatorReadsEnglish,
  newBuyer,
  newMember,
  openShop,
  payFor,
  type Shop,
} from '../../support/shop.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
beforeEach(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
});
afterEach(async () => {
  await platform.closesClean();
});

async function presses(data: string): Promise<string> {
  const { moderator, mainBot } = platform;
  await moderator.presses(mainBot, data);
  await platform.quiet();
  return (told(moderator, mainBot) ?? '').replaceAll('\u00A0', ' ');
}

async function seen(): Promise<string> {
  await platform.quiet();
  return (platform.moderator.chatWith(platform.mainBot).last?.text ?? '').replaceAll('\u00A0', ' ');
}

const shownButtons = () => platform.moderator.chatWith(platform.mainBot).last?.buttons.flat() ?? [];
const ownerRow = () =>
  platform.database.owner.findUniqueOrThrow({ where: { telegramUserId: shop.owner.id } });

test('the dashboard counts owners, bots, subscribers and money', async () => {
  const { moderator, mainBot, clock, telegram } = platform;
  await newMember(platform, shop);
  clock.passes({ days: 3 });
  await buyAccess(platform, shop);
  await payFor(platform, shop, await newBuyer(platform, shop));
  const dying = telegram.newBot({ username: 'dying_bot', name: 'Dying' });
  await shop.owner.sends(mainBot, dying.token);
  await shop.owner.reads(mainBot, '@dying_bot is ready');
  dying.revokeToken();
  await shop.owner.presses(mainBot, `bot:${dying.id}:check`);
  await shop.owner.reads(mainBot, 'no longer works');
  await moderator.sends(mainBot, '/admin');
  const text = await seen();
  expect(text).toContain('Owners: 2\nBots running: 1\nBots with a dead token: 1');
  expect(text).toContain('Users: 3\nActive subscribers: 2\nReceipts to review: 1');
  expect(text).toContain('Today: 50,000 UZS\nNew: 1');
  expect(text).toContain('7 days: 100,000 UZS\nNew: 2');
  expect(text).toContain('30 days: 100,000 UZS\nNew: 2');
});

test('owners are found, looked at, banned, unbanned and given a tariff', async () => {
  const { moderator, mainBot } = platform;
  const { owner, shop: bot } = shop;
  for (const typed of [`@${owner.username}`, String(owner.id), 'azi']) {
    await presses('mod:find');
    await moderator.sends(mainBot, typed);
    await seen();
    expect(
      shownButtons().map(({ text }) => text),
      typed,
    ).toContain('Aziz');
  }
  await platform.database.owner.createMany({
    data: Array.from({ length: 11 }, (_, n) => ({
      telegramUserId: BigInt(n + 1),
      fullName: `Namesake ${n}`,
      language: 'en',
      createdAt: platform.clock.now(),
    })),
  });
  await presses('mod:find');
  await moderator.sends(mainBot, 'namesake');
  expect(await seen()).toContain('here are the newest 10');
  await moderator.sends(mainBot, 'Namesake 10');
  expect(await seen()).toContain('Found: 1');
  await presses('mod:find');
  await moderator.sends(mainBot, 'Nobody at all');
  expect(await seen()).toContain('Nobody found');

  const { id } = await ownerRow();
  expect(await presses(`mod:owner:${id}`)).toMatch(
    /👤 Aziz \(@aziz_\d+\)\n\nHere since 21 November 2026, 14:00\n\n⭐ Tariff: free\n\n🟢 @club_\d+_bot/,
  );
  const buyer = await newBuyer(platform, shop);
  expect(await presses(`mod:owner:${id}:ban`)).toContain('🚫 Banned');
  await owner.reads(mainBot, 'banned');
  await buyer.presses(bot, `plan:${shop.planId}`);
  await buyer.isTold(bot, 'no longer on sale');
  expect(await presses(`mod:owner:${id}:unban`)).not.toContain('Banned');
  await owner.reads(mainBot, 'active again');
  await buyer.presses(bot, `plan:${shop.planId}`);
  await buyer.reads(bot, 'Transfer exactly this amount');

  expect(await presses(`mod:owner:${id}:grant:1`)).toContain('paid until 21 December 2026, 14:00');
  expect(await presses(`mod:owner:${id}:grant:12`)).toContain('paid until 21 December 2027, 14:00');
  await owner.reads(mainBot, 'paid until 21 December 2027');
});

test('owners have pages', async () => {
  const { database, moderator } = platform;
  await database.owner.createMany({
    data: Array.from({ length: 25 }, (_, number) => ({
      telegramUserId: 1_000 + number,
      fullName: `Owner ${number}`,
      language: 'en',
      createdAt: platform.clock.now(),
    })),
  });
  const names: string[] = [];
  for (let data: string | undefined = 'mod:owners:0'; data; ) {
    await presses(data);
    names.push(...shownButtons().flatMap((one) => (/^mod:owner:\d/.test(one.data ?? '') ? [one.text] : [])));
    data = shownButtons().find(({ text }) => text.startsWith('More'))?.data;
  }
  expect(names).toHaveLength(await database.owner.count());
  expect(new Set(names).size).toBe(names.length);
  expect(names.slice(0, 2)).toEqual(['Owner 24', 'Owner 23']);
  expect(names.slice(-2)).toEqual(['Aziz', moderator.firstName]);
});

test('the trail is readable after keys were changed, and an action that this program does not know stands for itself', async () => {
  const { database, clock, encryptionKey } = platform;
  await rotateSecrets({ prisma: database, clock, fernet: new Fernet([generateFernetKey(), encryptionKey]) });
  const unknown = { actor: 'robot:7', action: 'promo-code.made', target: 'promo-code:7' };
  await database.auditEntry.create({ data: { ...unknown, at: clock.now() } });
  const trail = await presses('mod:audit:0');
  expect(trail).toContain('Keys rotated · the platform\nSystem');
  expect(trail).toContain('promo-code.made · promo-code\nrobot');
});

test('payments are listed by their state, in pages', async () => {
  const { database } = platform;
  const { paymentId } = await buyAccess(platform, shop);
  const { id: _, ...like } = await database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  await database.payment.createMany({
    data: Array.from({ length: 36 }, (_item, number) => ({
      ...like,
      subscriptionId: null,
      status: ['cancelled', 'rejected', 'approved'][number % 3] ?? '',
    })),
  });
  for (const [filter, name, mark] of [
    ['all', 'all', '[✖❌✅️]+'],
    ['approved', 'approved', '✅'],
    ['cancelled', 'withdrawn', '✖️'],
    ['pending', 'under review', '⏳'],
  ] as const) {
    const listed: number[] = [];
    for (let data: string | undefined = `mod:payments:${filter}:0`; data; ) {
      const text = await presses(data);
      expect(text).toContain(`💰 Payments: ${name}`);
      const lines = [...text.matchAll(new RegExp(`^${mark} no\\. (\\d+) · @${shop.shop.username}$`, 'gmu'))];
      expect(lines.length).toBeLessThanOrEqual(10);
      listed.push(...lines.map(([, id]) => Number(id)));
      data = shownButtons().find(({ text: label }) => label.startsWith('More'))?.data;
    }
    const where = filter === 'all' ? {} : { status: filter };
    const rows = await database.payment.findMany({ where, orderBy: { id: 'desc' }, select: { id: true } });
    expect(listed, filter).toEqual(rows.map(({ id }) => id));
  }
  expect(await presses('mod:payments:reversed:0')).toContain('There are none.');
});

test('tariff receipts are looked at, approved and rejected, and the trail says by whom', async () => {
  const { moderator, mainBot, database } = platform;
  const { owner } = shop;
  for (const [name, value] of [
    ['price1', '90 000'],
    ['card', '8600 9999 8888 7777'],
    ['holder', 'GETOLOG'],
  ] as const) {
    await presses(`mod:set:${name}`);
    await moderator.sends(mainBot, value);
  }
  for (const decision of ['❌', '✅']) {
    await owner.presses(mainBot, 'tariff:1');
    await owner.sendsPhoto(mainBot, { bytes: new TextEncoder().encode(decision) });
    const { id } = await database.tariffPayment.findFirstOrThrow({ where: { status: 'pending' } });
    await moderator.reads(mainBot, `Tariff receipt no. ${id}\nFrom: Aziz`);
    expect(await presses('mod:tariffs')).toContain(`Tariff receipt no. ${id}`);
    await presses(`mod:tariff:${id}`);
    const shown = moderator.chatWith(mainBot).last;
    expect(new TextDecoder().decode(shown?.photo?.bytes)).toBe(decision);
    await moderator.taps(mainBot, decision === '✅' ? '✅ Approve' : '❌ Reject');
    await owner.reads(mainBot, decision === '✅' ? 'paid until 21 December 2026' : 'was rejected');
    // The second press of a colleague changes nothing.
    expect(await presses(`mod:tariff-approve:${id}`)).toContain('already been decided');
  }
  expect(await database.tariffPeriod.findMany({ select: { amountPaid: true, status: true } })).toMatchObject([
    { status: 'active' },
  ]);

  const { endUserId, paymentId } = await newMember(platform, shop);
  await owner.presses(shop.shop, `revert:${paymentId}:yes`);
  await owner.presses(mainBot, `user:${endUserId}:grant:${shop.planId}`);
  await owner.presses(mainBot, `user:${endUserId}:ban`);
  await owner.presses(mainBot, `user:${endUserId}:unban`);
  await owner.presses(mainBot, `plan-off:${shop.planId}`);
  await owner.presses(mainBot, `bot:${shop.shop.id}:pause`);
  await presses(`mod:owner:${(await ownerRow()).id}:ban`);
  await platform.quiet();
  let trail = '';
  for (let data: string | undefined = 'mod:audit:0'; data; ) {
    trail += `\n\n${await presses(data)}`;
    data = shownButtons().find(({ text }) => text.startsWith('More'))?.data;
  }
  const at = `21 November 2026, 14:00`;
  const byOwner = `Owner, ID ${owner.id}`;
  const byModerator = `Moderator, ID ${moderator.id}`;
  const bot = `@${shop.shop.username}`;
  for (const [what, who] of [
    ['Bot added · bot no. 1', byOwner],
    ['Chat connected · chat no. 1', byOwner],
    ['Price set · plan no. 1', byOwner],
    ['Card changed · bot no. 1', byOwner],
    [`Payment approved · payment no. ${paymentId}`, byOwner],
    [`Approval undone · payment no. ${paymentId}`, byOwner],
    ['Access granted by hand · subscription no. 2', byOwner],
    [`User banned · user no. ${endUserId}`, byOwner],
    [`User unbanned · user no. ${endUserId}`, byOwner],
    ['Plan turned off · plan no. 1', byOwner],
    ['Bot paused · bot no. 1', byOwner],
  ] as const) {
    expect(trail).toContain(`${at}\n${what} · ${bot}\n${who}`);
  }
  for (const what of [
    'Setting changed · Price, 1 month',
    'Setting changed · Card',
    'Getolog tariff receipt rejected · Getolog tariff receipt no. 1',
    'Getolog tariff receipt approved · Getolog tariff receipt no. 2',
    'Owner banned · owner no. 2',
  ]) {
    expect(trail).toContain(`${at}\n${what}\n${byModerator}`);
  }
  expect(trail).not.toMatch(/8600|GETOLOG|90.000/);
});

test('a removed bot that is released may be added by another owner', async () => {
  const { mainBot } = platform;
  const another = await openShop(platform);
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:remove:yes`);
  await eventually(() => expect(shop.shop.webhookUrl).toBeUndefined());
  await another.owner.sends(mainBot, shop.shop.token);
  await another.owner.reads(mainBot, 'belongs to another owner');
  const { id } = await ownerRow();
  await presses(`mod:owner:${id}`);
  await platform.moderator.taps(mainBot, `↪️ Release ${shop.shop.username}`);
  expect(await seen()).toContain(`↪️ @${shop.shop.username}`);
  expect(shownButtons().some(({ text }) => text.includes('Release'))).toBe(false);
  await another.owner.sends(mainBot, shop.shop.token);
  await another.owner.reads(mainBot, `@${shop.shop.username} is ready`);
  // It is theirs now, with a history of its own.
  await another.owner.presses(mainBot, `bot:${shop.shop.id}`);
  await another.owner.reads(mainBot, 'Next step: connect a channel or group.');
  await shop.owner.sends(mainBot, shop.shop.token);
  await shop.owner.reads(mainBot, 'belongs to another owner');
});

describe('the daily report', () => {
  const reports = (bot: SandboxBot) =>
    platform.moderator.chatWith(bot).messages.filter(({ text }) => text.includes('The last 24 hours'));

  test('comes once a day to each moderator, however often the job runs', async () => {
    const { app, clock, mainBot } = platform;
    await newMember(platform, shop);
    await app.metrics.flush();
    clock.passes({ hours: 1 });
    for (const days of [1, 2]) {
      await Promise.all([app.jobs.dailyReport(), app.jobs.dailyReport()]);
      await eventually(() => expect(reports(mainBot)).toHaveLength(days));
      clock.passes({ minutes: 1 });
      await app.jobs.dailyReport();
      await app.jobs.sweep();
      await platform.quiet();
      expect(reports(mainBot)).toHaveLength(days);
      clock.passes({ days: 1 });
    }
    const [first] = reports(mainBot);
    expect(first?.silent).toBe(true);
    const text = first?.text.replaceAll('\u00A0', ' ');
    expect(text).toContain(
      'Owners: 2, new 2\nBots running: 1\nActive subscribers: 1, new 1\nActive users: 3',
    );
    expect(text).toContain('Payments approved: 1, 50,000 UZS\nRejected: 0\nUnder review: 0');
  });

  test('comes through the monitoring bot to whoever started it', async () => {
    const { mainBot, moderator, telegram } = platform;
    const watch = telegram.newBot({ username: 'watch_bot', name: 'Watch' });
    await platform.restart({ MONITORING_BOT_TOKEN: watch.token });
    await platform.app.jobs.dailyReport();
    await eventually(() => expect(reports(mainBot)).toHaveLength(1));
    await moderator.starts(watch);
    platform.clock.passes({ days: 1 });
    await platform.app.jobs.dailyReport();
    await eventually(() => expect(reports(watch)).toHaveLength(1));
    expect(reports(watch)[0]?.buttons).toEqual([]);
    expect(reports(mainBot)).toHaveLength(1);
  });
});
