import { afterEach, beforeEach, expect, test } from 'vitest';
import { Fernet } from '../../../src/infra/crypto/fernet.ts';
import { HOUR_MS } from '../../../src/shared/durations.ts';
import { BotApiClient } from '../../support/bot-api-client.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { postUpdate } from '../../support/servers/post-update.ts';
import { holdsLink, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;

beforeEach(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterEach(async () => {
  await platform.closesClean();
});

const bot = () => platform.database.sellerBot.findFirstOrThrow({ where: { telegramBotId: shop.shop.id } });

test('the check page of a bot that is well says so', async () => {
  const { mainBot } = platform;
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:check`);
  const page = await shop.owner.reads(mainBot, 'The token works');
  expect(page.text).toContain('all rights in place');
});

test('a revoked token is found by the round, stops that bot, and a new one brings everything back', async () => {
  const { mainBot, app } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Waiting' });
  const id = await payFor(platform, shop, buyer);
  shop.shop.revokeToken();
  await app.jobs.checkBots();
  await shop.owner.reads(mainBot, 'no longer accepts the token');
  expect(await bot()).toMatchObject({ isActive: false, tokenDeadAt: expect.any(Date) });
  await app.jobs.checkBots();
  await platform.quiet();
  const told = shop.owner
    .chatWith(mainBot)
    .messages.filter(({ text }) => text.includes('no longer accepts the token'));
  expect(told).toHaveLength(1);
  await shop.owner.presses(mainBot, `approve:${id}`);
  await shop.owner.sends(mainBot, shop.shop.token);
  await buyer.reads(shop.shop, holdsLink);
  await shop.owner.reads(mainBot, 'is ready again');
  expect(await bot()).toMatchObject({ isActive: true, tokenDeadAt: null });
});

/** As another process stores it, while the word of it has not come here yet. */
async function isStoredElsewhere(token: string): Promise<number> {
  const data = {
    encryptedToken: new Fernet([platform.encryptionKey]).encrypt(token),
    isActive: true,
    tokenDeadAt: null,
  };
  const { id } = await platform.database.sellerBot.update({ where: { id: (await bot()).id }, data });
  return id;
}

/** This process knows that nobody runs the bot. */
async function isKnownToBeDead(): Promise<void> {
  const { mainBot, app, encryptionKey } = platform;
  shop.shop.revokeToken();
  await app.jobs.checkBots();
  await shop.owner.reads(mainBot, 'no longer accepts the token');
  const server = { origin: app.origin, encryptionKey };
  const response = await postUpdate(server, shop.shop.id, { update_id: 700_000_000 });
  expect(response.status).toBe(404);
}

test('a check judges the token in the database, not the one that it remembers', async () => {
  await isKnownToBeDead();
  const botId = await isStoredElsewhere(shop.shop.token);
  expect(await platform.app.services.botHealth.checkBot(botId)).toMatchObject({ token: 'alive' });
  expect(await bot()).toMatchObject({ isActive: true, tokenDeadAt: null });
});

test('a launch takes the token in the database, not the one that it remembers', async () => {
  const { mainBot, app, database } = platform;
  await isKnownToBeDead();
  const botId = await isStoredElsewhere(shop.shop.token);
  await database.outboxMessage.create({
    data: { kind: 'launch-bot', key: 'launch-again', botId, payload: { botId }, dueAt: new Date(0) },
  });
  await app.jobs.sweep();
  await shop.owner.reads(mainBot, 'is ready again');
  expect(await bot()).toMatchObject({ isActive: true, tokenDeadAt: null });
});

test('a token that is revoked before its bot is launched stops that bot, which everybody hears and the trail says', async () => {
  const { mainBot, app, database, encryptionKey } = platform;
  const { id: botId } = await bot();
  shop.shop.revokeToken();
  await database.outboxMessage.create({
    data: { kind: 'launch-bot', key: 'launch-again', botId, payload: { botId }, dueAt: new Date(0) },
  });
  await app.jobs.sweep();
  await shop.owner.reads(mainBot, 'no longer accepts the token');
  expect((await bot()).isActive).toBe(false);
  const deaths = { action: 'bot.token-died', target: `bot:${botId}` };
  expect(await database.auditEntry.count({ where: deaths })).toBe(1);
  await eventually(async () => {
    const server = { origin: app.origin, encryptionKey };
    expect((await postUpdate(server, shop.shop.id, { update_id: 700_000_000 })).status).toBe(404);
  });
});

test('a token that dies while something waits in the outbox is noticed by that', async () => {
  const { mainBot } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Waiting' });
  const id = await payFor(platform, shop, buyer);
  shop.shop.revokeToken();
  await shop.owner.presses(mainBot, `approve:${id}`);
  await shop.owner.reads(mainBot, 'no longer accepts the token');
  expect((await bot()).isActive).toBe(false);
});

test.each([
  ['that another service took', 'setWebhook', { url: 'http://127.0.0.1:9/rival' }],
  // Whoever polls a bot begins with this.
  ['that another service took away', 'deleteWebhook', {}],
])('a webhook %s is set again, and told when it happens twice in a row', async (_, method, params) => {
  const { mainBot, app, telegram } = platform;
  const ours = shop.shop.webhookUrl;
  const rival = new BotApiClient(telegram, shop.shop.token);
  const isTold = () =>
    shop.owner.chatWith(mainBot).messages.some(({ text }) => text.includes('keeps taking over'));
  await rival.get(method, params);
  await app.jobs.checkBots();
  await telegram.until(() => shop.shop.webhookUrl === ours, { what: 'the webhook to be ours again' });
  await expect.poll(() => app.countJobs()).toBe(0);
  expect(isTold()).toBe(false);
  await rival.get(method, params);
  await app.jobs.checkBots();
  await shop.owner.reads(mainBot, 'keeps taking over');
  expect(shop.shop.webhookUrl).toBe(ours);
});

test('a bot that is still to be launched was taken by nobody', async () => {
  const { mainBot, app, telegram, database } = platform;
  const { id: botId } = await bot();
  const dueAt = new Date(platform.clock.now().getTime() + HOUR_MS);
  const data = { kind: 'launch-bot', key: 'launch-later', botId, payload: { botId }, dueAt };
  await database.outboxMessage.create({ data });
  const rival = new BotApiClient(telegram, shop.shop.token);
  const counts = async () => (await bot()).webhookTakenTimes;
  await rival.get('deleteWebhook', {});
  await app.jobs.checkBots();
  await platform.quiet();
  expect(await counts()).toBe(0);
  platform.clock.passes({ hours: 1 });
  await app.jobs.sweep();
  await platform.quiet();
  await rival.get('deleteWebhook', {});
  await app.jobs.checkBots();
  await platform.quiet();
  expect(await counts()).toBe(1);
  expect(told(shop.owner, mainBot)).not.toContain('keeps taking over');
});

test('the main bot’s own webhook is set again when another service took it', async () => {
  const { mainBot, app, telegram } = platform;
  const ours = mainBot.webhookUrl;
  await fetch(`${telegram.apiRoot}/bot${mainBot.token}/setWebhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'http://127.0.0.1:9/rival' }),
  });
  expect(mainBot.webhookUrl).not.toBe(ours);
  await app.jobs.checkBots();
  expect(mainBot.webhookUrl).toBe(ours);
});

test('rights that were lost without a word are seen by the check', async () => {
  const { mainBot, app, database } = platform;
  await database.channel.updateMany({ data: { canInvite: false } });
  await app.jobs.checkBots();
  await shop.owner.reads(mainBot, 'has all the rights it needs');
});

test('nobody checks another owner’s bot', async () => {
  const { mainBot } = platform;
  const other = await openShop(platform);
  await other.owner.presses(mainBot, `bot:${shop.shop.id}:check`);
  expect(told(other.owner, mainBot)).toContain('no longer available');
});
