import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fernet } from '../../../../src/infra/crypto/fernet.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { CASHBOX, ownerDesk } from '../../../support/providers/owner-desk.ts';
import { moderatorReadsEnglish, openShop } from '../../../support/shop.ts';

let platform: Platform;
let desk: ReturnType<typeof ownerDesk>;
beforeAll(async () => {
  // Nobody listens there: Click says nothing of keys.
  platform = await startPlatform({ environment: { CLICK_API_ROOT: 'http://127.0.0.1:9' } });
  desk = ownerDesk(platform);
  await moderatorReadsEnglish(platform);
  const { moderator, mainBot } = platform;
  for (const [name, value] of [
    ['card', '8600 1234 5678 9012'],
    ['holder', 'GETOLOG'],
    ['connect-payme', '500 000'],
  ] as const) {
    await moderator.presses(mainBot, `mod:set:${name}`);
    await moderator.sends(mainBot, value);
  }
});
afterAll(async () => {
  await platform.closesClean();
});

test('on the free tariff the card is all there is, and whoever connects is told why and shown the way', async () => {
  const { owner, shop } = await openShop(platform);
  const { mainBot } = platform;
  await owner.presses(mainBot, `bot:${shop.id}`);
  expect(desk.lastOf(owner).data).toContain(`bot:${shop.id}:pay`);
  await owner.presses(mainBot, `bot:${shop.id}:pay`);
  expect(desk.lastOf(owner).text).toContain('Card transfer: buyers can choose it');
  expect(desk.lastOf(owner).text).toContain('Payme: not connected');
  await owner.presses(mainBot, `bot:${shop.id}:pay:payme`);
  expect(desk.lastOf(owner).text).toMatch(/registered company.*one-time fee.*only Stars/s);
  await owner.presses(mainBot, `bot:${shop.id}:pay:payme:connect`);
  expect(desk.lastOf(owner).text).toContain('available on paid tariffs');
  expect(desk.lastOf(owner).data).toContain('tariff');
  expect(await desk.accountOf({ shop }, 'payme')).toBeNull();
});

test('a provider whose fee is not set is not on sale yet, and waits for a moderator all the same', async () => {
  const shop = await desk.openPaidShop();
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:pay:uzum:connect`);
  expect(desk.lastOf(shop.owner).said).toContain('isn’t on sale yet');
  expect(await desk.accountOf(shop, 'uzum')).toMatchObject({ feePaidAt: null, details: {} });
});

test('a paid fee leads to the keys, each of which leaves the chat before it is looked at', async () => {
  const shop = await desk.openPaidShop();
  const { owner } = shop;
  const { mainBot, moderator, database, encryptionKey } = platform;
  await owner.presses(mainBot, `bot:${shop.shop.id}:pay:payme:connect`);
  expect(desk.lastOf(owner).text).toContain('500,000');
  await owner.sendsPhoto(mainBot);
  const waiting = await database.tariffPayment.findFirstOrThrow({ where: { purpose: 'connection' } });
  await moderator.presses(mainBot, `mod:tariff-approve:${waiting.id}`);
  await owner.reads(mainBot, 'Now enter the keys');
  await owner.taps(mainBot, /Enter the keys/);
  const { messages } = owner.chatWith(mainBot);
  const before = messages.length;

  await owner.sends(mainBot, 'no cashbox');
  expect(desk.lastOf(owner).text).toMatch(/exactly 24 characters.*1 of 3/s);
  await owner.sends(mainBot, CASHBOX);
  await owner.sends(mainBot, 'short');
  expect(desk.lastOf(owner).text).toMatch(/8 to 128.*2 of 3/s);
  await owner.sends(mainBot, 'l1ve-Key%of&Payme');
  expect(desk.lastOf(owner).text).toContain('3 of 3');
  expect(await desk.accountOf(shop, 'payme')).toMatchObject({ encryptedSecrets: null, keysSetAt: null });
  const asked = await database.openQuestion.findFirstOrThrow({ where: { telegramUserId: owner.id } });
  expect(JSON.stringify(asked.payload)).not.toMatch(/l1ve-Key|0123456789abcdef/s);
  await owner.sends(mainBot, 'test-Key%of&Payme');
  await platform.quiet();

  const typed = owner
    .chatWith(mainBot)
    .messages.slice(before)
    .filter(({ from }) => from !== 'bot');
  expect(typed).toHaveLength(5);
  expect(typed.every(({ deleted }) => deleted)).toBe(true);
  const account = await desk.accountOf(shop, 'payme');
  expect(account).toMatchObject({ details: { cashboxId: CASHBOX, login: 'Paycom' }, liveAt: null });
  expect(JSON.parse(new Fernet([encryptionKey]).decrypt(account?.encryptedSecrets ?? ''))).toEqual({
    live: 'l1ve-Key%of&Payme',
    test: 'test-Key%of&Payme',
  });
  expect(platform.log.join('\n')).not.toMatch(/l1ve-Key|test-Key/s);
  await moderator.reads(mainBot, 'has entered the keys');
  const trail = await database.auditEntry.findFirstOrThrow({ where: { action: 'provider.keys-set' } });
  expect(trail).toMatchObject({ actor: `owner:${owner.id}`, target: `account:${account?.id}` });

  await owner.presses(mainBot, `bot:${shop.shop.id}:pay:payme`);
  expect(desk.lastOf(owner).text).toMatch(/Key: set on .*a wrong key refused/s);
  expect(desk.lastOf(owner).text).not.toContain(CASHBOX);
});

test('new keys take the place of the old ones at the last answer, and not before', async () => {
  const shop = await desk.openPaidShop();
  const { owner } = shop;
  const { mainBot } = platform;
  await desk.connect(shop, 'payme', [CASHBOX, 'the-first-key', '-']);
  const first = await desk.accountOf(shop, 'payme');
  expect(first?.keysSetAt).not.toBeNull();
  await owner.presses(mainBot, `bot:${shop.shop.id}:pay:payme:keys`);
  await owner.sends(mainBot, 'abcdef0123456789abcdef01');
  await owner.sends(mainBot, '/the-second-key');
  expect(await desk.accountOf(shop, 'payme')).toEqual(first);
  // Whoever presses something else has moved on: nothing of it stays.
  await owner.presses(mainBot, `bot:${shop.shop.id}:pay:payme`);
  await owner.sends(mainBot, '-');
  expect(await desk.accountOf(shop, 'payme')).toEqual(first);
  await owner.presses(mainBot, `bot:${shop.shop.id}:pay:payme:keys`);
  for (const key of ['abcdef0123456789abcdef01', '/the-second-key', '-']) await owner.sends(mainBot, key);
  await platform.quiet();
  expect((await desk.accountOf(shop, 'payme'))?.encryptedSecrets).not.toBe(first?.encryptedSecrets);
  // A key may begin like a command.
  const left = owner.chatWith(mainBot).messages.filter(({ deleted }) => !deleted);
  expect(left.some(({ text }) => text.includes('the-second-key'))).toBe(false);
});

test('a key that Telegram leaves in the chat is named, so that the person deletes it', async () => {
  const shop = await desk.openPaidShop();
  const { owner } = shop;
  const { mainBot, telegram } = platform;
  await desk.connect(shop, 'payme', [CASHBOX]);
  telegram.failNext('deleteMessage', {
    kind: 'refused',
    description: "Bad Request: message can't be deleted for everyone",
  });
  await owner.sends(mainBot, 'a-key-that-stays');
  expect(desk.lastOf(owner).text).toMatch(/delete it yourself.*3 of 3/s);
});

test('Click is not heard, and its keys are told to be unchecked; Uzum wants no password for a test that has no login', async () => {
  const shop = await desk.openPaidShop();
  await desk.connect(shop, 'click', ['12345', '6789', 'S3CRET', '9876']);
  expect(await desk.accountOf(shop, 'click')).toMatchObject({
    details: { serviceId: '12345', merchantId: '6789', merchantUserId: '9876' },
  });
  expect(desk.lastOf(shop.owner).text).toContain('aren’t checked yet');
  await desk.connect(shop, 'uzum', ['101202', 'uzum', 'pass:word8', '-']);
  expect(await desk.accountOf(shop, 'uzum')).toMatchObject({
    details: { serviceId: '101202', login: 'uzum', testLogin: null },
  });
});

test('what is pasted holds addresses and no secret, and can be copied', async () => {
  const shop = await desk.openPaidShop();
  const { owner, shop: bot } = shop;
  const { mainBot, app } = platform;
  await desk.connect(shop, 'click', ['12345', '6789', 'S3CRET', '-']);
  await owner.presses(mainBot, `bot:${bot.id}:pay:click:urls`);
  const { text, buttons } = desk.lastOf(owner);
  expect(text).toContain(`${app.origin}/click/${bot.id}/prepare`);
  expect(text).toContain('standard SHOP-API');
  expect(JSON.stringify(buttons)).toContain(`${app.origin}/click/${bot.id}/complete`);
  await desk.connect(shop, 'payme', [CASHBOX, 'some-payme-key', '-']);
  await owner.presses(mainBot, `bot:${bot.id}:pay:payme:urls`);
  expect(desk.lastOf(owner).text).toContain(`${app.origin}/payme/${bot.id}`);
  expect(desk.lastOf(owner).text).toContain('order_id');
});
