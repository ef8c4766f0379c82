import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { IncomingCall } from '../../../sandbox/server/fault-plan.ts';
import { Fernet } from '../../../src/infra/crypto/fernet.ts';
import { eventually } from '../../support/eventually.ts';
import { callsOf, holdAnswer, holdCall } from '../../support/held-call.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { startProxy } from '../../support/servers/proxy.ts';
import { settled } from '../../support/settled.ts';
import { buyAccess, linkIn, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';
import { updatesByHand } from '../../support/updates-by-hand.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

const endUserOf = ({ id }: SandboxPerson) =>
  platform.database.endUser.findFirstOrThrow({ where: { telegramUserId: id } });

/** Every message in which the owner can still approve a receipt. */
const openCopies = ({ owner, shop }: Shop, paymentId: number) =>
  owner
    .chatWith(shop)
    .messages.filter(({ buttons }) => buttons.flat().some(({ data }) => data === `approve:${paymentId}`))
    .map(({ text }) => text);

const linksReadBy = (person: SandboxPerson, { shop }: Shop) =>
  person.chatWith(shop).messages.map(linkIn).filter(Boolean);

/** The owner bans somebody, and every chat is what the database says. */
async function bans({ owner, chat }: Shop, person: SandboxPerson): Promise<void> {
  const { database, mainBot } = platform;
  const { id, botId } = await endUserOf(person);
  await owner.presses(mainBot, `user:${id}:ban`);
  await eventually(async () => {
    expect(await database.outboxMessage.count({ where: { kind: 'settle-ban', botId, doneAt: null } })).toBe(
      0,
    );
  });
  expect(chat.isBanned(person)).toBe(true);
}

describe('while somebody is let in or put out', () => {
  test('whoever is banned before their link is made gets none, and stays banned in the chat', async () => {
    const { telegram } = platform;
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop, { firstName: 'Banned' });
    const paymentId = await payFor(platform, shop, buyer);
    const look = holdCall(telegram, callsOf(shop.shop, 'getChatMember', buyer));
    await shop.owner.presses(shop.shop, `approve:${paymentId}`);
    await look.comes();
    await bans(shop, buyer);
    look.release();
    await settled(platform);
    expect((await endUserOf(buyer)).banned).toBe(true);
    expect(shop.chat.isBanned(buyer)).toBe(true);
    expect(linksReadBy(buyer, shop)).toEqual([]);
  });

  test('a link that is made while the approval is taken back goes to nobody, and is revoked', async () => {
    const { telegram } = platform;
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop, { firstName: 'Doubtful' });
    const paymentId = await payFor(platform, shop, buyer);
    const link = holdAnswer(telegram, callsOf(shop.shop, 'createChatInviteLink'));
    await shop.owner.presses(shop.shop, `approve:${paymentId}`);
    await link.comes();
    await shop.owner.presses(shop.shop, `revert:${paymentId}:yes`);
    await buyer.reads(shop.shop, 'wasn’t confirmed after all');
    link.release();
    await settled(platform);
    expect(linksReadBy(buyer, shop)).toEqual([]);
    expect(shop.chat.links.map(({ revoked }) => revoked)).toEqual([true]);
  });

  /** Somebody whom the shop knows comes in by another's link, and is about to be put out. */
  async function strangerIsPutOut(shop: Shop, stranger: SandboxPerson) {
    const { link } = await buyAccess(platform, shop, { firstName: 'Careless' });
    const isRemoval = callsOf(shop.shop, 'unbanChatMember', stranger);
    const removal = holdCall(
      platform.telegram,
      (call: IncomingCall) => isRemoval(call) && call.params['only_if_banned'] === undefined,
    );
    await stranger.joins(link);
    await removal.comes();
    return removal;
  }

  test('a stranger whose own receipt is approved before they are out gets a way back in', async () => {
    const shop = await openShop(platform);
    const stranger = await newBuyer(platform, shop, { firstName: 'Lucky' });
    const paymentId = await payFor(platform, shop, stranger);
    const removal = await strangerIsPutOut(shop, stranger);
    await shop.owner.presses(shop.shop, `approve:${paymentId}`);
    await stranger.reads(shop.shop, '🎉 Approved');
    removal.release();
    await stranger.joins(linkIn(await stranger.reads(shop.shop, 'Here is your link')));
    await settled(platform);
    expect(shop.chat.has(stranger)).toBe(true);
  });

  test('a stranger who is banned before they are out stays banned', async () => {
    const shop = await openShop(platform);
    const stranger = await newBuyer(platform, shop, { firstName: 'Stranger' });
    const removal = await strangerIsPutOut(shop, stranger);
    await bans(shop, stranger);
    removal.release();
    await settled(platform);
    expect((await endUserOf(stranger)).banned).toBe(true);
    expect(shop.chat.isBanned(stranger)).toBe(true);
  });
});

describe('while a bot comes or goes', () => {
  test('a bot that is added again before its webhook is gone keeps it', async () => {
    const { telegram, mainBot } = platform;
    const { owner, shop } = await openShop(platform);
    const goodbye = holdCall(telegram, callsOf(shop, 'deleteWebhook'));
    await owner.presses(mainBot, `bot:${shop.id}:remove:yes`);
    await goodbye.comes();
    await owner.sends(mainBot, shop.token);
    await owner.reads(mainBot, 'is ready again');
    goodbye.release();
    await settled(platform);
    expect(shop.webhookUrl).toBeDefined();
    await newBuyer(platform, { shop });
  });

  test('a bot that is removed before its webhook is set has none, and nobody is told that it is ready', async () => {
    const { telegram, mainBot, database } = platform;
    const { owner, shop } = await openShop(platform);
    const welcome = holdCall(telegram, callsOf(shop, 'setWebhook'));
    await owner.sends(mainBot, shop.token);
    await welcome.comes();
    await owner.presses(mainBot, `bot:${shop.id}:remove:yes`);
    await telegram.until(() => shop.webhookUrl === undefined, { what: 'the old webhook to go' });
    welcome.release();
    await settled(platform);
    expect(shop.webhookUrl).toBeUndefined();
    expect(await database.sellerBot.count({ where: { telegramBotId: shop.id, removedAt: null } })).toBe(0);
    expect(owner.chatWith(mainBot).messages.some(({ text }) => text.includes('is ready again'))).toBe(false);
  });
});

describe('another process that has met a bot', () => {
  /** It answers somebody, and knows the bot's token from then on. */
  async function meets(shop: Shop, environment: Record<string, string> = {}) {
    const another = await platform.startAnother({ ROLE: 'web', ...environment });
    const buyer = await newBuyer(platform, shop);
    const answers = () => buyer.chatWith(shop.shop).messages.filter(({ from }) => from === 'bot').length;
    const { starts } = updatesByHand(platform, shop.shop, another);
    const answersSomebody = () =>
      eventually(async () => {
        const before = answers();
        await starts(buyer);
        expect(answers()).toBe(before + 1);
      });
    await answersSomebody();
    return { answersSomebody };
  }

  test('learns of its new token even when whoever stored it died before saying so', async () => {
    const { database, mainBot, app, encryptionKey } = platform;
    const shop = await openShop(platform);
    const { answersSomebody } = await meets(shop);
    shop.shop.revokeToken();
    const { id: botId } = await database.sellerBot.findFirstOrThrow({
      where: { telegramBotId: shop.shop.id },
    });
    const encryptedToken = new Fernet([encryptionKey]).encrypt(shop.shop.token);
    await database.sellerBot.update({ where: { id: botId }, data: { encryptedToken } });
    await database.outboxMessage.create({
      data: { kind: 'launch-bot', key: 'left-behind', botId, payload: { botId }, dueAt: new Date(0) },
    });
    await app.jobs.sweep();
    await shop.owner.reads(mainBot, 'is ready again');
    await answersSomebody();
  });

  test('learns of its new token even when it could not hear the word of it', async () => {
    const { mainBot, redisUrl } = platform;
    const shop = await openShop(platform);
    const wayToRedis = await startProxy(redisUrl);
    const { answersSomebody } = await meets(shop, { REDIS_URL: wayToRedis.url });
    await wayToRedis.cut();
    shop.shop.revokeToken();
    await shop.owner.sends(mainBot, shop.shop.token);
    await shop.owner.reads(mainBot, 'is ready again');
    await wayToRedis.restore();
    await answersSomebody();
  });
});

describe('every message with a receipt tells the outcome', () => {
  test('a reminder that is on its way when the receipt is decided', async () => {
    const { telegram, clock, app } = platform;
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop, { firstName: 'Reminded' });
    const paymentId = await payFor(platform, shop, buyer);
    const receipt = await shop.owner.reads(shop.shop, 'Receipt no.');
    await settled(platform);
    const reminder = holdAnswer(telegram, callsOf(shop.shop, 'sendMessage', shop.owner));
    clock.passes({ hours: 1 });
    await app.jobs.sweep();
    const { id } = await shop.owner.reads(shop.shop, 'still waiting for your decision');
    await shop.owner.presses(shop.shop, `approve:${paymentId}`, { message: receipt });
    await buyer.reads(shop.shop, '🎉 Approved');
    reminder.release();
    await shop.owner.reads(shop.shop, (message) => message.id === id && /Approved by you/.test(message.text));
    await settled(platform);
    expect(openCopies(shop, paymentId)).toEqual([]);
  });

  test('one whose first decision is shown after the second tells the second', async () => {
    const { telegram } = platform;
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop, { firstName: 'Twice' });
    const paymentId = await payFor(platform, shop, buyer);
    const message = await shop.owner.reads(shop.shop, 'Receipt no.');
    const rejection = holdCall(telegram, callsOf(shop.shop, 'editMessageCaption'));
    await shop.owner.presses(shop.shop, `reject:${paymentId}:amount`, { message });
    await rejection.comes();
    await shop.owner.presses(shop.shop, `approve:${paymentId}`, { message });
    await shop.owner.reads(shop.shop, 'Approved by you');
    rejection.release();
    await settled(platform);
    const shown = shop.owner.chatWith(shop.shop).messages.find(({ id }) => id === message.id);
    expect(shown?.text).toContain('Approved by you');
    expect(openCopies(shop, paymentId)).toEqual([]);
  });

  test('one that is shown once more while the buyer withdraws it', async () => {
    const { telegram } = platform;
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop, { firstName: 'Again' });
    const paymentId = await payFor(platform, shop, buyer);
    await shop.owner.reads(shop.shop, 'Receipt no.');
    await settled(platform);
    const copy = holdAnswer(telegram, callsOf(shop.shop, 'sendPhoto'));
    const showing = shop.owner.presses(shop.shop, `receipt:${paymentId}`);
    await copy.comes();
    await buyer.presses(shop.shop, `cancel:${paymentId}`);
    await shop.owner.reads(shop.shop, 'Withdrawn or replaced by the buyer');
    copy.release();
    await showing;
    await settled(platform);
    expect(openCopies(shop, paymentId)).toEqual([]);
  });
});
