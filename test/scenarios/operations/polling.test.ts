import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxBot } from '../../../sandbox/sandbox.ts';
import { BotApiClient } from '../../support/bot-api-client.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform({ webhooks: false });
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const pollsOf = ({ username }: SandboxBot) =>
  platform.telegram.calls.filter(({ method, bot }) => method === 'getUpdates' && bot === username).length;
const rival = () => new BotApiClient(platform.telegram, shop.shop.token);
const isTold = () =>
  shop.owner.chatWith(platform.mainBot).messages.some(({ text }) => text.includes('keeps taking over'));

test('after a quiet week, in which ids begin anew, each update is heard once and confirmed', async () => {
  const { telegram } = platform;
  await platform.quiet();
  shop.shop.countsUpdatesAnew(7_000);
  const before = pollsOf(shop.shop);
  const visitor = telegram.newPerson({ firstName: 'Visitor', languageCode: 'en' });
  await visitor.starts(shop.shop);
  await visitor.sends(shop.shop, 'hello');
  expect(shop.shop.inbox.pending).toEqual([]);
  // One for each update, and the one that waits for the next.
  expect(pollsOf(shop.shop) - before).toBeLessThanOrEqual(3);
});

test('a webhook that another service set is taken back, which the check says; the owner is told the second time', async () => {
  const { telegram, mainBot, app } = platform;
  const steal = async () => {
    await rival().get('setWebhook', { url: 'http://127.0.0.1:9/rival' });
    await telegram.until(() => shop.shop.webhookUrl === undefined, { what: 'the webhook to be gone' });
    await telegram.until(() => shop.shop.inbox.hasListener, { what: 'the poller' });
  };
  await steal();
  await shop.owner.starts(shop.shop);
  expect(isTold()).toBe(false);
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:check`);
  await shop.owner.reads(mainBot, 'had taken the bot over');
  await steal();
  await shop.owner.reads(mainBot, 'keeps taking over');

  // What is over is over: a check that finds nobody begins to count anew.
  await app.jobs.checkBots();
  await expect.poll(() => app.countJobs()).toBe(0);
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:check`);
  await shop.owner.reads(mainBot, 'The bot receives messages');
  expect(await platform.database.sellerBot.findFirstOrThrow()).toMatchObject({ webhookTakenTimes: 0 });
});

test('another program that polls the bot is told to the owner, and by the check', async () => {
  const { telegram, mainBot } = platform;
  let isThere = true;
  const polling = (async () => {
    while (isThere) await rival().ask('getUpdates', { timeout: 1 });
  })();
  await shop.owner.reads(mainBot, 'keeps taking over');
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:check`);
  await shop.owner.reads(mainBot, 'Another program reads');
  isThere = false;
  await polling;
  const visitor = telegram.newPerson({ firstName: 'Visitor', languageCode: 'en' });
  await visitor.starts(shop.shop);
  await visitor.reads(shop.shop, 'Choose your language');
});

test('a revoked token is told by the poller that meets it, and a new one answers at once', async () => {
  const { telegram, mainBot } = platform;
  shop.shop.revokeToken();
  await shop.owner.reads(mainBot, 'no longer accepts the token');
  await shop.owner.sends(mainBot, shop.shop.token);
  await shop.owner.reads(mainBot, 'is ready again');
  const visitor = telegram.newPerson({ firstName: 'Early', languageCode: 'en' });
  await visitor.starts(shop.shop);
  // Well before the end of the pause that a refused token brings.
  await visitor.reads(shop.shop, 'Choose your language');
});

test('the main bot hears of a bot that was made for it to manage', async () => {
  const { mainBot } = platform;
  mainBot.canManageBots = true;
  const bot = await shop.owner.makesBot('https://t.me/newbot/getolog_bot/made_in_a_tap_bot?name=Made');
  await shop.owner.reads(mainBot, `Your bot @${bot.username} is ready`);
});
