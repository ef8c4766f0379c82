import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdAnswer } from '../../support/held-call.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

test('an album to support arrives whole, and is thanked for once', async () => {
  const { telegram } = platform;
  const { owner, shop } = await openShop(platform);
  const buyer = await newBuyer(platform, { shop });
  await buyer.sends(shop, '/support');
  const uniqueIds = ['first-of-album', 'second-of-album'];
  for (const uniqueId of uniqueIds) await buyer.sendsPhoto(shop, { album: 'holiday', uniqueId });
  await telegram.until(
    () => {
      const seen = owner.chatWith(shop).messages.map(({ photo }) => photo?.uniqueId);
      return uniqueIds.every((uniqueId) => seen.includes(uniqueId));
    },
    { what: 'both pictures to arrive' },
  );
  const thanks = buyer.chatWith(shop).messages.filter(({ text }) => text.includes('Sent.'));
  expect(thanks).toHaveLength(1);
  await buyer.sendsPhoto(shop, { album: 'another' });
  await buyer.reads(shop, 'choose a plan first');
});

test('an end user writes, the owner answers by replying, and the end user replies to that', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Nodira' });
  await buyer.presses(shop.shop, 'support');
  await buyer.sends(shop.shop, 'Where is my link?');
  expect(buyer.chatWith(shop.shop).last?.text).toContain('Sent');
  const asked = await shop.owner.reads(shop.shop, 'Where is my link?');
  expect(shop.owner.chatWith(shop.shop).messages.some(({ text }) => /Nodira.*wrote in/.test(text))).toBe(
    true,
  );

  await shop.owner.sendsVoice(shop.shop, { replyTo: asked });
  const answer = await buyer.reads(shop.shop, ({ media }) => media?.kind === 'voice');
  await buyer.sends(shop.shop, 'Thank you', { replyTo: answer });
  await shop.owner.reads(shop.shop, 'Thank you');
});

test('a photo for support is no receipt, and a reply to support is no answer to a question', async () => {
  const { database } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Kamola' });
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.sends(shop.shop, '/paysupport');
  expect(buyer.chatWith(shop.shop).last?.text).toMatch(/returns the money.*Write your message/s);
  await buyer.sendsPhoto(shop.shop);
  await shop.owner.reads(shop.shop, /Kamola.*wrote in/);
  expect(await database.payment.count({ where: { status: 'pending' } })).toBe(0);
});

test('a message that Telegram holds back stands below one header, and a reply to that arrives', async () => {
  const { telegram } = platform;
  const other = await openShop(platform);
  const buyer = await newBuyer(platform, other, { firstName: 'Sabr' });
  telegram.failNext('copyMessage', { kind: 'serverError' }, 2);
  await buyer.presses(other.shop, 'support');
  await buyer.sends(other.shop, 'Did you get it?');
  await other.owner.reads(other.shop, 'Did you get it?');
  const headers = other.owner.chatWith(other.shop).messages.filter(({ text }) => text.includes('Sabr'));
  expect(headers).toHaveLength(1);
  for (const header of headers) await other.owner.sends(other.shop, 'I did', { replyTo: header });
  await buyer.reads(other.shop, 'I did');
});

test('more people than a chat takes at once are all heard, each below one header', async () => {
  const { telegram } = platform;
  const other = await openShop(platform);
  const buyers = await Promise.all(
    Array.from({ length: 12 }, (_, n) => newBuyer(platform, other, { firstName: `Crowd ${n}.` })),
  );
  await Promise.all(
    buyers.map(async (buyer, n) => {
      await buyer.presses(other.shop, 'support');
      await buyer.sends(other.shop, `Question ${n}.`);
    }),
  );
  const seen = () => other.owner.chatWith(other.shop).messages;
  await telegram.until(() => buyers.every((_, n) => seen().some(({ text }) => text === `Question ${n}.`)), {
    what: 'every question to arrive',
  });
  expect(seen().filter(({ text }) => text.includes('wrote in'))).toHaveLength(buyers.length);
});

test('an owner who closed the bot gets the question when it opens again', async () => {
  const { mainBot } = platform;
  const other = await openShop(platform);
  const buyer = await newBuyer(platform, other, { firstName: 'Sevara' });
  await other.owner.blocks(other.shop);
  await buyer.presses(other.shop, 'support');
  await buyer.sends(other.shop, 'Anybody there?');
  const told = await other.owner.reads(mainBot, /Sevara.*wrote to you/);
  expect(told.buttons.flat().map(({ url }) => url)).toContain(`https://t.me/${other.shop.username}`);
  await platform.quiet();
  await buyer.presses(other.shop, 'support');
  await buyer.sends(other.shop, 'Still nobody?');
  await platform.quiet();
  const heard = other.owner
    .chatWith(mainBot)
    .messages.filter(({ text }) => /Sevara.*wrote to you/.test(text));
  expect(heard).toHaveLength(1);
  await other.owner.starts(other.shop);
  await other.owner.reads(other.shop, 'Anybody there?');
  await other.owner.reads(other.shop, 'Still nobody?');
});

test('an owner who wants help in their own bot is shown the way to the main bot at once', async () => {
  const { mainBot } = platform;
  for (const ask of [
    () => shop.owner.sends(shop.shop, '/support'),
    () => shop.owner.presses(shop.shop, 'support'),
  ]) {
    await ask();
    const told = shop.owner.chatWith(shop.shop).last;
    expect(told?.text).toContain('in the main bot');
    expect(told?.buttons.flat().map(({ url }) => url)).toContain(`https://t.me/${mainBot.username}`);
  }
});

test('an answer to somebody who closed the bot says so', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Gone' });
  await buyer.presses(shop.shop, 'support');
  await buyer.sends(shop.shop, 'Bye');
  const asked = await shop.owner.reads(shop.shop, 'Bye');
  await buyer.blocks(shop.shop);
  await shop.owner.sends(shop.shop, 'Come back', { replyTo: asked });
  await shop.owner.reads(shop.shop, 'Your answer didn’t arrive');
});

test('an answer by voice to somebody who takes none: the owner reads that it did not arrive, and what to do', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Silent' });
  buyer.refusesVoice();
  await buyer.presses(shop.shop, 'support');
  await buyer.sends(shop.shop, 'Please write');
  const asked = await shop.owner.reads(shop.shop, 'Please write');
  await shop.owner.sendsVoice(shop.shop, { replyTo: asked });
  const told = await shop.owner.reads(shop.shop, 'don’t accept voice');
  expect(told.text).toContain('as text');
  await shop.owner.sends(shop.shop, 'Here it is', { replyTo: asked });
  await buyer.reads(shop.shop, 'Here it is');
});

test('a question by voice to an owner who takes none is told to whoever asked', async () => {
  const other = await openShop(platform);
  other.owner.refusesVoice();
  const buyer = await newBuyer(platform, other, { firstName: 'Loud' });
  await buyer.presses(other.shop, 'support');
  await buyer.sendsVoice(other.shop);
  await buyer.reads(other.shop, 'don’t accept voice');
});

test('an owner writes to the moderators, who answer by replying', async () => {
  const { mainBot, moderator } = platform;
  await moderator.starts(mainBot);
  await shop.owner.presses(mainBot, 'support');
  await shop.owner.sendsPhoto(mainBot, { caption: 'What does this mean?' });
  const asked = await moderator.reads(mainBot, 'What does this mean?');
  expect(asked.photo).toBeDefined();
  await moderator.sends(mainBot, 'It means that all is well', { replyTo: asked });
  await shop.owner.reads(mainBot, 'It means that all is well');
});

test('a reply that comes before Telegram’s answer to the copy is heard of waits for that', async () => {
  const { mainBot, moderator, telegram } = platform;
  const { owner } = await openShop(platform);
  const answer = holdAnswer(telegram, 'copyMessage');
  await owner.presses(mainBot, 'support');
  await owner.sends(mainBot, 'Is anybody awake?');
  const asked = await moderator.reads(mainBot, 'Is anybody awake?');
  const replying = moderator.sends(mainBot, 'At every hour', { replyTo: asked });
  await newBuyer(platform, shop, { firstName: 'Meanwhile' });
  answer.release();
  await replying;
  await owner.reads(mainBot, 'At every hour');
});

test('a stranger’s reply reaches nobody', async () => {
  const { database } = platform;
  const before = await database.supportMessage.count();
  const stranger = await newBuyer(platform, shop, { firstName: 'Nosy' });
  const message = stranger.chatWith(shop.shop).last;
  if (!message) throw new Error('The bot has said nothing.');
  await stranger.sends(shop.shop, 'Hello?', { replyTo: message });
  expect(await database.supportMessage.count()).toBe(before);
});
