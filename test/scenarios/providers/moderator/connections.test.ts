import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import {
  attemptIn,
  type ClickCaller,
  connectClick,
  orderByClick,
} from '../../../support/providers/click-caller.ts';
import { beginConnection } from '../../../support/providers/connection.ts';
import { CASHBOX } from '../../../support/providers/owner-desk.ts';
import { moderatorReadsEnglish, newBuyer, openShop, type Shop } from '../../../support/shop.ts';
import { told } from '../../../support/told.ts';

let platform: Platform;
let shop: Shop;
beforeEach(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
});
afterEach(() => platform.closesClean());

async function presses(data: string): Promise<string> {
  const { moderator, mainBot, quiet } = platform;
  await moderator.presses(mainBot, data);
  await quiet();
  return (told(moderator, mainBot) ?? '').replaceAll('\u00A0', ' ');
}

const shown = () => platform.moderator.chatWith(platform.mainBot).last?.buttons.flat() ?? [];
const offered = () => shown().map(({ data }) => data ?? '');
const account = (id: number) => platform.database.merchantAccount.findUniqueOrThrow({ where: { id } });
const trail = async () =>
  (
    await platform.database.auditEntry.findMany({
      where: { action: { startsWith: 'provider.' } },
      orderBy: { id: 'asc' },
    })
  ).map(({ actor, action, target }) => `${actor} ${action} ${target}`);

/** An account with keys, which no moderator has opened yet. */
const connectUnopened = (secret = 'S3CRET-KEY-OF-CLICK'): Promise<ClickCaller> =>
  connectClick(platform, shop, { secret, liveAt: null });

test('a moderator sees what is being connected, waives the fee and opens it once its keys are there', async () => {
  const { moderator, mainBot, clock } = platform;
  const id = await beginConnection(platform, shop, 'payme');
  await moderator.sends(mainBot, '/admin');
  await moderator.taps(mainBot, /Connections/);
  await moderator.taps(
    mainBot,
    new RegExp(`⏳ Payme · ${shop.shop.username}|⏳ Payme · \\S*${shop.shop.username}`),
  );
  const page = told(moderator, mainBot) ?? '';
  for (const words of [
    `Payme for @${shop.shop.username}`,
    'Owner: Aziz',
    'Fee: not paid',
    'Keys: not set',
    'Tests: 5 missing',
  ]) {
    expect(page).toContain(words);
  }
  expect(page).toContain('Last accepted call: —');
  expect(offered()).toEqual(expect.arrayContaining([`mod:conn:${id}:waive`, `mod:conn:${id}:keys`]));
  expect(offered()).not.toContain(`mod:conn:${id}:live`);

  expect(await presses(`mod:conn:${id}:waive`)).toContain('Fee: paid or waived');
  await shop.owner.reads(mainBot, /Nothing more to pay for Payme/);
  expect(offered()).not.toContain(`mod:conn:${id}:waive`);
  clock.passes({ hours: 1 });
  await presses(`mod:conn:${id}:waive`);
  expect((await account(id)).feePaidAt?.getTime()).toBe(clock.now().getTime() - 3_600_000);

  expect(await presses(`mod:conn:${id}:live`)).toContain('keys aren’t there yet');
  expect((await account(id)).liveAt).toBeNull();
  expect(await trail()).toEqual([`moderator:${moderator.id} provider.fee-waived account:${id}`]);
});

test('with keys it goes live without a test, is taken back, and what the provider calls is answered all the while', async () => {
  const { moderator, mainBot, database } = platform;
  const click = await connectUnopened();
  const id = click.accountId;
  await database.tariffPeriod.create({
    data: {
      ownerId: (await database.owner.findUniqueOrThrow({ where: { telegramUserId: shop.owner.id } })).id,
      plan: '1month',
      startedAt: platform.clock.now(),
      expiresAt: new Date(platform.clock.now().getTime() + 86_400_000),
      amountPaid: '0',
      status: 'active',
    },
  });
  const methods = async () =>
    (await database.$queryRaw<{ method: string }[]>`SELECT method FROM payment_methods_offered`).map(
      ({ method }) => method,
    );
  expect(await methods()).toEqual(['card']);
  const page = await presses(`mod:conn:${id}`);
  expect(page).toContain('State: not open to buyers');
  expect(page).toContain('⬜️ payment made');
  expect(page).not.toContain('S3CRET');

  expect(await presses(`mod:conn:${id}:live`)).toContain('State: live since');
  await shop.owner.reads(mainBot, /Click now works in/);
  expect(await methods()).toEqual(['card', 'click']);
  await presses(`mod:conn:${id}:live`);
  const buyer = await newBuyer(platform, shop);
  const order = await orderByClick(platform, shop, buyer);
  expect(await click.prepare(click.of(order))).toMatchObject({ error: 0 });

  expect(await presses(`mod:conn:${id}:test`)).toContain('State: not open to buyers');
  expect(await methods()).toEqual(['card']);
  expect(await click.prepare(click.of(order))).toMatchObject({ error: 0 });
  expect(await trail()).toEqual([
    `moderator:${moderator.id} provider.live account:${id}`,
    `moderator:${moderator.id} provider.test account:${id}`,
  ]);
  expect(
    shop.owner.chatWith(mainBot).messages.filter(({ text }) => text.includes('now works in')),
  ).toHaveLength(1);
});

test('a moderator enters the keys in the owner’s place, and neither of them reads them again', async () => {
  const { moderator, mainBot, database, quiet } = platform;
  const id = await beginConnection(platform, shop, 'payme');
  await presses(`mod:conn:${id}`);
  await moderator.taps(mainBot, /Enter the keys/);
  for (const key of [CASHBOX, 'the-live-key-of-payme', 'the-test-key-of-payme']) {
    await moderator.sends(mainBot, key);
  }
  await quiet();
  expect(await account(id)).toMatchObject({ details: { cashboxId: CASHBOX }, liveAt: null });
  expect(await trail()).toEqual([`moderator:${moderator.id} provider.keys-set account:${id}`]);
  expect(await presses(`mod:conn:${id}`)).toContain('Keys: set on');
  expect(await presses(`mod:conn:${id}:live`)).toContain('State: live since');
  const heard = [moderator, shop.owner].flatMap((person) =>
    person.chatWith(mainBot).messages.flatMap(({ text, deleted }) => (deleted ? [] : [text])),
  );
  expect(heard.join('\n')).not.toContain('key-of-payme');
  expect(JSON.stringify(await database.openQuestion.findMany())).not.toContain('key-of-payme');
});

test('whose keys a moderator has entered before the fee is not asked for them', async () => {
  const click = await connectUnopened();
  const where = { id: click.accountId };
  await platform.database.merchantAccount.update({ where, data: { feePaidAt: null } });
  await presses(`mod:conn:${click.accountId}:waive`);
  const words = await shop.owner.reads(platform.mainBot, /keys are there already/);
  expect(words.buttons.flat().map(({ data }) => data)).toEqual([`bot:${shop.shop.id}:pay:click`]);
});

test('the checklist follows what the provider has tried', async () => {
  const click = await connectUnopened();
  const page = () => presses(`mod:conn:${click.accountId}`);
  await click.prepare({ ...click.of(1), sign_string: '0'.repeat(32) });
  expect(await page()).toContain('✅ a wrong key refused');
  const buyer = await newBuyer(platform, shop);
  const [paid, dropped] = [
    await orderByClick(platform, shop, buyer, { isTest: true }),
    await orderByClick(platform, shop, buyer, { isTest: true }),
  ];
  const attempt = async (order: number) => ({
    ...click.of(order),
    merchant_prepare_id: attemptIn(await click.prepare(click.of(order))),
  });
  const first = await attempt(paid);
  expect(await page()).toContain('✅ payment created\n⬜️ payment made');
  await click.complete(first);
  expect(await page()).toContain('✅ payment made\n⬜️ cancelled before payment');
  await click.complete({ ...(await attempt(dropped)), error: '-5017' });
  expect(await page()).toContain('✅ cancelled before payment\n⬜️ cancelled after payment');
  expect(await page()).toContain('Tests: 1 missing');
  await click.complete({ ...first, error: '-5017' });
  expect(await page()).toContain('Tests: all passed');
  expect(await page()).not.toContain('Last accepted call: —');
});

test('those that wait come first, in pages', async () => {
  const { database, clock } = platform;
  const bot = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: shop.shop.id } });
  // More than a page, of bots of the same owner.
  for (let n = 0; n < 23; n += 1) {
    const { id: botId } = await database.sellerBot.create({
      data: {
        ownerId: bot.ownerId,
        telegramBotId: BigInt(50_000_000 + n),
        encryptedToken: bot.encryptedToken,
        username: `many_${n}_bot`,
        name: 'Many',
        isActive: false,
        tokenDeadAt: clock.now(),
        createdAt: clock.now(),
      },
    });
    const liveAt = n % 2 === 0 ? clock.now() : null;
    await database.merchantAccount.create({
      data: { botId, provider: 'uzum', details: {}, liveAt, createdAt: clock.now() },
    });
  }
  const seen: { id: number; text: string }[] = [];
  for (let data: string | undefined = 'mod:conns:0'; data; ) {
    await presses(data);
    for (const one of shown()) {
      const id = /^mod:conn:(\d+)$/.exec(one.data ?? '')?.[1];
      if (id) seen.push({ id: Number(id), text: one.text });
    }
    data = shown().find((one) => /^mod:conns:[^0]/.test(one.data ?? ''))?.data;
  }
  expect(new Set(seen.map(({ id }) => id)).size).toBe(23);
  const marks = seen.map(({ text }) => (text.startsWith('🟢') ? 'live' : 'waits'));
  expect(marks).toEqual([...Array<string>(11).fill('waits'), ...Array<string>(12).fill('live')]);
  expect(await presses('mod:conns:nonsense')).toContain('Connections');
});

test('to anybody else none of it exists, and nothing can be done about what is gone', async () => {
  const { mainBot, database } = platform;
  const click = await connectUnopened();
  const id = click.accountId;
  const stranger = await openShop(platform);
  for (const person of [shop.owner, stranger.owner]) {
    for (const data of [
      'mod:conns:0',
      `mod:conn:${id}`,
      `mod:conn:${id}:waive`,
      `mod:conn:${id}:live`,
      `mod:conn:${id}:test`,
    ]) {
      await person.presses(mainBot, data);
      expect(told(person, mainBot), data).toContain('no longer available');
    }
  }
  expect(await account(id)).toMatchObject({ liveAt: null });
  await database.merchantAccount.update({ where: { id }, data: { removedAt: platform.clock.now() } });
  expect(await presses(`mod:conn:${id}`)).toContain('no longer available');
  expect(await presses(`mod:conn:${id}:live`)).toContain('no longer available');
  expect(await presses('mod:conn:2147483647:waive')).toContain('no longer available');
  expect(await presses('mod:conns:0')).toContain('Nobody has connected');
  expect(await trail()).toEqual([]);
});

test('moderators see each payment with its method, and no test', async () => {
  const buyer = await newBuyer(platform, shop);
  const [real, test] = [
    await orderByClick(platform, shop, buyer),
    await orderByClick(platform, shop, buyer, { isTest: true }),
  ];
  for (const filter of ['all', 'created']) {
    const page = await presses(`mod:payments:${filter}:0`);
    expect(page).toMatch(new RegExp(`no\\. ${real} · @${shop.shop.username}\\n1 month · 50,000 UZS · Click`));
    expect(page).not.toContain(`no. ${test} ·`);
  }
});
