import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { postUpdate } from '../../support/servers/post-update.ts';
import { newBuyer, newMember, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let ids = 500_000_000;

beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(async () => {
  expect(platform.faults).toEqual([]);
  await platform.close();
});

/** An update that Telegram may send again, by whatever is known of it an hour later: nothing. */
interface Recorded {
  bot: SandboxBot;
  update: { update_id: number };
}

function recorded(bot: SandboxBot, content: object): Recorded {
  ids += 1;
  return { bot, update: { update_id: ids, ...content } };
}

async function comes({ bot, update }: Recorded): Promise<void> {
  const redis = new Redis(platform.redisUrl);
  const keys = (await redis.keys('update*')) as string[];
  if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
  const server = { origin: platform.app.origin, encryptionKey: platform.encryptionKey };
  expect((await postUpdate(server, bot.id, update)).status).toBe(200);
  await platform.quiet();
}

const fromOf = ({ id, firstName }: SandboxPerson) => ({ id, is_bot: false, first_name: firstName });
const chatOf = ({ id, firstName }: SandboxPerson) => ({ id, type: 'private', first_name: firstName });

function pressOf(person: SandboxPerson, bot: SandboxBot, data: string): Recorded {
  const message = { message_id: 1, date: 1_795_000_000, chat: chatOf(person), text: 'A screen' };
  return recorded(bot, {
    callback_query: { id: `press-${ids}`, from: fromOf(person), chat_instance: '1', data, message },
  });
}

function messageOf(person: SandboxPerson, bot: SandboxBot, text: string): Recorded {
  const message = { message_id: ids, date: 1_795_000_000, from: fromOf(person), chat: chatOf(person), text };
  return recorded(bot, { message });
}

const priceOf = async (months: number) =>
  (
    await platform.database.plan.findFirst({
      where: { channelId: await channelId(), durationMonths: months },
    })
  )?.price;
const channelId = async () =>
  (await platform.database.channel.findFirstOrThrow({ where: { telegramChatId: BigInt(shop.chat.id) } })).id;

test('a price typed for one month never becomes the price of twelve, nor an old one the price of now', async () => {
  const { mainBot } = platform;
  const channel = await channelId();
  await comes(pressOf(shop.owner, mainBot, `price:${channel}:1`));
  const typed = messageOf(shop.owner, mainBot, '70 000');
  await comes(typed);
  expect(Number(await priceOf(1))).toBe(70_000);
  await comes(pressOf(shop.owner, mainBot, `price:${channel}:12`));
  await comes(typed);
  expect(await priceOf(12)).toBeUndefined();
  await comes(pressOf(shop.owner, mainBot, `price:${channel}:1`));
  await comes(messageOf(shop.owner, mainBot, '80 000'));
  await comes(typed);
  expect(Number(await priceOf(1))).toBe(80_000);
});

test('a message that was no answer does not become one', async () => {
  const { mainBot, database } = platform;
  const hello = messageOf(shop.owner, mainBot, 'Hello there');
  await comes(hello);
  await comes(pressOf(shop.owner, mainBot, `bot:${shop.shop.id}:welcome`));
  await comes(hello);
  const bot = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: BigInt(shop.shop.id) } });
  expect(bot.welcomeMessage).toBeNull();
});

test('words for one receipt reject no other', async () => {
  const { database } = platform;
  const payments: number[] = [];
  for (const firstName of ['First', 'Second']) {
    const buyer = await newBuyer(platform, shop, { firstName });
    await buyer.presses(shop.shop, `plan:${shop.planId}`);
    await buyer.sendsPhoto(shop.shop);
    await platform.quiet();
    const payment = await database.payment.findFirstOrThrow({ orderBy: { id: 'desc' } });
    payments.push(payment.id);
  }
  const [first, second] = payments;
  await comes(pressOf(shop.owner, shop.shop, `reject:${first}:text`));
  const words = messageOf(shop.owner, shop.shop, 'The sum is wrong');
  await comes(words);
  await comes(pressOf(shop.owner, shop.shop, `reject:${second}:text`));
  await comes(words);
  const states = await database.payment.findMany({ where: { id: { in: payments } }, orderBy: { id: 'asc' } });
  expect(states.map(({ status }) => status)).toEqual(['rejected', 'pending']);
});

test('an older choice that is heard again does not take the place of a newer one', async () => {
  const { database, mainBot } = platform;
  const channel = await channelId();
  await comes(pressOf(shop.owner, mainBot, `price:${channel}:12`));
  await comes(messageOf(shop.owner, mainBot, '500 000'));
  const year = await database.plan.findFirstOrThrow({ where: { channelId: channel, durationMonths: 12 } });
  const buyer = await newBuyer(platform, shop);
  const month = pressOf(buyer, shop.shop, `plan:${shop.planId}`);
  await comes(month);
  await comes(pressOf(buyer, shop.shop, `plan:${year.id}`));
  await comes(month);
  const open = await database.payment.findMany({ where: { channelId: channel, status: 'created' } });
  expect(open.map(({ planId }) => planId)).toEqual([year.id]);
});

test.each<[string, (ids: { bot: number; person: number; plan: number }) => [string, string]]>([
  ['a plan that went off and on', ({ plan }) => [`plan-off:${plan}`, `plan-on:${plan}`]],
  ['a bot that was paused and goes on', ({ bot }) => [`bot:${bot}:pause`, `bot:${bot}:resume`]],
  [
    'a person who was banned and may come again',
    ({ person }) => [`user:${person}:ban`, `user:${person}:unban`],
  ],
])('%s stays as it is when the first press is heard again', async (_what, buttons) => {
  const { database, mainBot } = platform;
  const { endUserId } = await newMember(platform, shop);
  const [one, other] = buttons({ bot: shop.shop.id, person: endUserId, plan: shop.planId });
  const first = pressOf(shop.owner, mainBot, one);
  await comes(first);
  await comes(pressOf(shop.owner, mainBot, other));
  const state = async () => ({
    plan: await database.plan.findUnique({ where: { id: shop.planId } }),
    bot: await database.sellerBot.findFirst({ where: { telegramBotId: BigInt(shop.shop.id) } }),
    person: await database.endUser.findUnique({ where: { id: endUserId } }),
  });
  const before = await state();
  await comes(first);
  expect(await state()).toEqual(before);
});

test('who deleted their data and came back is not deleted by the old press', async () => {
  const { database } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Back' });
  const forget = pressOf(buyer, shop.shop, 'forget:yes');
  const known = { telegramUserId: BigInt(buyer.id) };
  await comes(forget);
  await eventually(async () => expect(await database.endUser.count({ where: known })).toBe(0));
  await buyer.starts(shop.shop);
  expect(await database.endUser.count({ where: known })).toBe(1);
  await comes(forget);
  await platform.app.jobs.sweep();
  await platform.quiet();
  expect(await database.endUser.count({ where: known })).toBe(1);
});

test('a bot that was removed does not come back by the old message with its token', async () => {
  const { database, mainBot, telegram } = platform;
  const bot = telegram.newBot({ username: `again_${ids}_bot`, name: 'Again' });
  const token = messageOf(shop.owner, mainBot, bot.token);
  await comes(token);
  await comes(pressOf(shop.owner, mainBot, `bot:${bot.id}:remove:yes`));
  await comes(token);
  const row = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: BigInt(bot.id) } });
  expect(row.removedAt).not.toBeNull();
});
