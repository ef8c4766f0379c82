import { afterAll, beforeAll, expect, test } from 'vitest';
import { statementsOf } from '../../support/database/statements.ts';
import { eventually } from '../../support/eventually.ts';
import { askPanel } from '../../support/panel/ask-panel.ts';
import { openBrowserPanel, openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, newMember, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let club: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  club = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const panelOf = async ({ owner, shop }: Shop) => (await openPanel(platform, owner)).of(shop);
const rowOf = ({ shop }: Shop) =>
  platform.database.sellerBot.findFirstOrThrow({ where: { telegramBotId: BigInt(shop.id) } });

test('a bot’s page says what it is, what it sells in and how it does', async () => {
  await newMember(platform, club);
  const panel = await panelOf(club);
  const channel = await platform.database.channel.findFirstOrThrow({
    where: { telegramChatId: BigInt(club.chat.id) },
  });
  const page = {
    id: String(club.shop.id),
    username: club.shop.username,
    name: expect.any(String),
    state: 'sells',
    nextStep: null,
    paused: false,
    muted: false,
    chats: [
      {
        id: channel.id,
        title: channel.title,
        type: 'channel',
        canInvite: true,
        canRestrict: true,
        basic: false,
      },
    ],
    live: 1,
    waiting: 0,
    link: `https://t.me/${club.shop.username}`,
  };
  for (const path of ['', '/']) {
    const { status, body } = await panel.get(path);
    expect(status).toBe(200);
    expect(body).toEqual(page);
  }
});

test('a bot is looked up once for its page, and whose it is not a second time', async () => {
  const { sellerBots } = platform.app.services;
  const panel = await panelOf(club);
  const asked = await statementsOf(() => panel.get(''));
  const ofTheirs = asked.filter(
    ({ text, values }) => text.includes('"bot_token"') && values.map(String).includes(String(club.owner.id)),
  );
  expect(ofTheirs).toHaveLength(1);
  const opened = () =>
    sellerBots.openBot({ kind: 'owner', telegramUserId: BigInt(club.owner.id) }, BigInt(club.shop.id));
  expect(await statementsOf(opened)).toHaveLength(1);
});

test('it is paused and muted, and goes on, as in the main bot', async () => {
  const panel = await panelOf(club);
  for (const [change, shown] of [
    ['pause', { paused: true, state: 'paused', nextStep: null }],
    ['mute', { muted: true }],
    ['resume', { paused: false, state: 'sells' }],
    ['unmute', { muted: false }],
  ] as const) {
    const answer = await panel.post(`/${change}`);
    expect([answer.status, answer.body]).toEqual([204, null]);
    expect((await panel.get('')).body).toMatchObject(shown);
  }
  const { id } = await rowOf(club);
  const trail = await platform.database.auditEntry.findMany({
    where: { botId: id, action: { in: ['bot.paused', 'bot.muted', 'bot.resumed', 'bot.unmuted'] } },
    orderBy: { id: 'asc' },
  });
  expect(trail.map(({ action }) => action)).toEqual([
    'bot.paused',
    'bot.muted',
    'bot.resumed',
    'bot.unmuted',
  ]);
  expect(new Set(trail.map(({ actor }) => actor))).toEqual(new Set([`owner:${club.owner.id}`]));
});

test('what it still needs comes step by step', async () => {
  const fresh = await openShop(platform);
  const panel = await panelOf(fresh);
  const { id } = await rowOf(fresh);
  const step = async () => (await panel.get('')).body.nextStep;
  await platform.database.sellerBot.update({ where: { id }, data: { cardNumber: null } });
  expect(await step()).toBe('card');
  await platform.database.plan.updateMany({ where: { channel: { botId: id } }, data: { isActive: false } });
  expect(await step()).toBe('plan');
  await platform.database.channel.updateMany({ where: { botId: id }, data: { canInvite: false } });
  expect(await step()).toBe('rights');
  const now = platform.clock.now();
  await platform.database.channel.updateMany({ where: { botId: id }, data: { disconnectedAt: now } });
  expect(await step()).toBe('chat');
});

test('a check looks at Telegram, and says how many closed the bot', async () => {
  const buyer = await newBuyer(platform, club);
  await buyer.blocks(club.shop);
  await platform.telegram.quiet();
  const { status, body } = await (await panelOf(club)).post('/check');
  expect(status).toBe(200);
  expect(body).toEqual({
    token: 'alive',
    webhook: { ours: true, wasTaken: false, waiting: 0, lastError: null },
    chats: [{ title: club.chat.title, inside: true, canInvite: true, canRestrict: true }],
    closedBy: 1,
  });
});

test('somebody else’s bot is nobody’s, and stays as it is', async () => {
  const other = await openShop(platform);
  const panel = (await openPanel(platform, other.owner)).of(club.shop);
  const nowhere = (await openPanel(platform, other.owner)).of({ id: 404 });
  const before = await rowOf(club);
  for (const [method, path] of [
    ['get', ''],
    ['post', '/pause'],
    ['post', '/mute'],
    ['post', '/check'],
    ['delete', '/'],
  ] as const) {
    const { status, body } = await panel[method](path);
    const none = await nowhere[method](path);
    expect(status).toBe(404);
    expect({ ...body.error, requestId: '' }).toEqual({ ...none.body.error, requestId: '' });
  }
  expect(await rowOf(club)).toEqual(before);
  const { status } = await askPanel(platform.app.origin, 'POST', `/bots/${club.shop.id}/pause`);
  expect(status).toBe(401);
});

test('from a browser a bot is removed after a press in the main bot, within Telegram at once', async () => {
  const doomed = await openShop(platform);
  const browser = (await openBrowserPanel(platform, doomed.owner)).of(doomed.shop);
  const asked = await browser.delete('/');
  expect(asked.status).toBe(202);
  expect(asked.body).toEqual({ confirmation: { id: expect.any(Number), expiresAt: expect.any(String) } });
  const { id } = asked.body.confirmation;
  await doomed.owner.reads(platform.mainBot, 'The panel asks for your word');
  await doomed.owner.presses(platform.mainBot, `panel:no:${id}`);
  expect((await rowOf(doomed)).removedAt).toBeNull();

  const again = await browser.delete('/');
  await doomed.owner.reads(platform.mainBot, 'The panel asks for your word');
  await doomed.owner.presses(platform.mainBot, `panel:yes:${again.body.confirmation.id}`);
  await eventually(async () => expect((await rowOf(doomed)).removedAt).not.toBeNull());
  expect((await browser.get('')).status).toBe(404);

  const gone = await openShop(platform);
  const { status } = await (await panelOf(gone)).delete('');
  expect(status).toBe(204);
  expect((await rowOf(gone)).removedAt).not.toBeNull();
});
