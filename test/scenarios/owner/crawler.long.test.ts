import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { SandboxMessage } from '../../../sandbox/world/conversation.ts';
import { LANGUAGES, type Language } from '../../../src/infra/i18n/i18n.ts';
import { MANAGER_ROLES, mayDo } from '../../../src/kernel/rights.ts';
import { MAX_BUTTON_LENGTH } from '../../../src/telegram/views/common.ts';
import { newDraft } from '../../support/growth/broadcasts.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { connectClick } from '../../support/providers/click-caller.ts';
import { beginConnection } from '../../support/providers/connection.ts';
import { newBuyer, newMember, openShop, payFor, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
  platform.mainBot.canManageBots = true;
  await platform.app.jobs.checkBots();
  // The night: what is being sent stays so.
  platform.clock.passes({ hours: 9 });
});
afterAll(async () => {
  await platform.closesClean();
});

/** More presses than any of the desks has buttons: a crawl that comes so far goes round in circles. */
const MAX_PRESSES = 300;

const rawKey = new RegExp(
  keysOf(JSON.parse(readFileSync('locales/en.json', 'utf8')) as object)
    .filter((key) => /\.[a-z]+[A-Z]/.test(key))
    .map((key) => key.replaceAll('.', '\\.'))
    .join('|'),
);

function keysOf(texts: object, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? keysOf(value as object, `${prefix}${key}.`)
      : [prefix + key],
  );
}

const graphemes = new Intl.Segmenter();

/** What must never be shown, wherever it stands. */
function expectWellMade(message: SandboxMessage, language: Language, how: string): void {
  const labels = message.buttons.flat().map(({ text }) => text);
  for (const text of [message.text, ...labels]) {
    expect(text.trim(), how).not.toBe('');
    expect(text, how).not.toMatch(/undefined|\bnull\b|NaN|\[object|\{\{|\}\}|Invalid|&lt;|&amp;|&quot;/);
    expect(text, how).not.toMatch(rawKey);
    if (language === 'uz') expect(text, how).not.toMatch(/['`‘’]/);
  }
  for (const label of labels)
    expect([...graphemes.segment(label)].length, `${label}, ${how}`).toBeLessThanOrEqual(MAX_BUTTON_LENGTH);
  // Who is let in presses a button: a link to read is copied to others.
  if (message.buttons.flat().some(({ url }) => url?.includes('t.me/+'))) {
    expect(message.text, how).not.toContain('t.me/');
  }
}

/** Cursors and ids differ; what a button does is its words. */
const kindOf = (data: string) => data.replace(/\d{2,}/g, 'N');

/**
 * Presses every button that somebody finds, from the first screen on, until no new kind of button appears. Each press
 * has to be answered, and to show something: a screen with a way on, or a word.
 * @param leave buttons that would end the crawl, or that somebody else's test presses
 */
async function crawl(
  person: SandboxPerson,
  bot: SandboxBot,
  first: readonly string[],
  leave: RegExp,
  language: Language,
): Promise<Set<string>> {
  const pressed = new Set<string>();
  const seen = new Map<number, string>();
  const queue: { data: string; message: SandboxMessage }[] = [];
  const find = () => {
    for (const message of person.chatWith(bot).messages) {
      if (message.from !== 'bot' || message.deleted) continue;
      const looks = JSON.stringify([message.text, message.buttons]);
      if (seen.get(message.id) === looks) continue;
      seen.set(message.id, looks);
      expectWellMade(message, language, `after ${[...pressed].at(-1) ?? first.join(', ')}`);
      for (const { data } of message.buttons.flat()) {
        if (data === undefined || leave.test(data) || pressed.has(kindOf(data))) continue;
        if (!queue.some((one) => kindOf(one.data) === kindOf(data))) queue.push({ data, message });
      }
    }
  };
  /** What came last has a button under it, or keys below the chat. */
  const expectWayOn = (how: string) => {
    const { keyboard, messages } = person.chatWith(bot);
    const last = messages.findLast(({ from, deleted }) => from === 'bot' && !deleted);
    expect((last?.buttons.flat().length ?? 0) + keyboard.length, `${how}: ${last?.text}`).toBeGreaterThan(0);
  };
  for (const command of first) {
    await person.sends(bot, command);
    await platform.quiet();
    find();
    expectWayOn(command);
  }
  for (let next = queue.shift(); next; next = queue.shift()) {
    pressed.add(kindOf(next.data));
    expect(pressed.size).toBeLessThan(MAX_PRESSES);
    const answered = person.answers(bot).length;
    const before = JSON.stringify(person.chatWith(bot).messages.map(({ text, buttons }) => [text, buttons]));
    await person.presses(bot, next.data, { message: next.message });
    await platform.quiet();
    expect(person.answers(bot).length, `${next.data} was answered`).toBeGreaterThan(answered);
    const after = person.chatWith(bot).messages;
    const changed = JSON.stringify(after.map(({ text, buttons }) => [text, buttons])) !== before;
    // The same screen again, such as the menu on the menu, changes nothing, and that is no dead end.
    const pressedMessage = after.find(({ id }) => id === next.message.id);
    // A decision that was made meanwhile is told over the chat.
    const inWords = (person.answers(bot).at(-1)?.text ?? '') !== '';
    const leadsOn = changed || inWords || (pressedMessage?.buttons.flat().length ?? 0) > 0;
    expect(leadsOn, `${next.data} leads on`).toBe(true);
    const shown = after.findLast(({ from, deleted }) => from === 'bot' && !deleted);
    expect(shown?.text, next.data).not.toMatch(/went wrong on our side|xatolik yuz berdi|пошло не так/i);
    find();
    expectWayOn(next.data);
  }
  return pressed;
}

let shops = 0;

/** A shop with something in every corner, where everything is as long as people make it: a member, a waiting receipt, a banned person, a tariff receipt. */
async function livelyShop(
  language: Language,
): Promise<Shop & { buyer: SandboxPerson; member: SandboxPerson; casts: number[] }> {
  const shop = await openShop(platform, {
    languageCode: language,
    title: 'Sogʻlom turmush tarzi va yoga klubi',
    username: `a_rather_long_name_for_${++shops}_bot`,
    price: '9 999 999 999,99',
  });
  const firstName = 'Abdurahmonbek Xoʻjamuhammadov-Nasriddinov';
  const { member, endUserId } = await newMember(platform, shop, { firstName, languageCode: language });
  const buyer = await newBuyer(platform, shop, { firstName, languageCode: language });
  await payFor(platform, shop, buyer);
  const casts = await fillGrowth(shop);
  await shop.owner.presses(platform.mainBot, `user:${endUserId}`);
  return { ...shop, member, buyer, casts };
}

/** Broadcasts in each state, a free list, a source to choose by; and the bot is one that the main bot manages. */
async function fillGrowth({ owner, shop }: Shop): Promise<number[]> {
  const { database, clock } = platform;
  const now = clock.now();
  const { id: botId, channels } = await database.sellerBot.update({
    where: { id: (await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: shop.id } })).id },
    data: { isManaged: true },
    include: { channels: true },
  });
  await database.source.create({ data: { botId, slug: 'ads', name: 'Instagram reklamasi', createdAt: now } });
  const draftId = await newDraft(platform, { shop }, owner);
  const { messageId } = await database.broadcast.findUniqueOrThrow({ where: { id: draftId } });
  const ids = [draftId];
  const people = await database.endUser.findMany({ where: { botId } });
  for (const status of ['scheduled', 'sending', 'paused', 'done', 'cancelled']) {
    const { id: broadcastId } = await database.broadcast.create({
      data: {
        botId,
        status,
        messageId,
        createdBy: owner.id,
        fromChatId: owner.id,
        segment: {},
        createdAt: now,
        startsAt: now,
        startedAt: status === 'scheduled' ? null : now,
        total: people.length,
        pauseReason: status === 'paused' ? 'blocked' : null,
      },
    });
    ids.push(broadcastId);
    const states = ['sent', 'unknown', 'skipped'];
    // At night nobody's turn comes.
    if (status === 'sending') states.unshift('waiting');
    await database.broadcastRecipient.createMany({
      data: (status === 'scheduled' ? [] : people).map(({ id }, index) => ({
        broadcastId,
        endUserId: id,
        state: states[index % states.length] ?? 'sent',
        at: now,
      })),
    });
  }
  await database.freeMember.createMany({
    data: [channels[0]?.id ?? 0, null].map((channelId, index) => ({
      botId,
      channelId,
      telegramUserId: BigInt(770_000_000 + index),
      name: 'Abdurahmonbek Xoʻjamuhammadov-Nasriddinov',
      note: 'Oila aʼzosi',
      addedBy: owner.id,
      addedAt: now,
    })),
  });
  return ids;
}

/** Opens each of their broadcasts in the bot. */
const openings = (casts: readonly number[]) => ['/start cast', ...casts.map((id) => `/start cast_${id}`)];

/** A draft that is deleted cannot be started any more. */
const keepsDraft = (leave: RegExp, [draft = 0]: readonly number[]) =>
  new RegExp(`${leave.source}|^cast:${draft}:cancel`);

/** What stands below broadcasts, apart from the pages themselves. */
const CAST_BUTTONS = [
  'seg:live',
  'lang:uz',
  'from',
  'plan',
  'test',
  'start',
  'start:yes',
  'pause',
  'resume',
  'cancel',
];

function expectCasts(pressed: ReadonlySet<string>): void {
  for (const button of CAST_BUTTONS)
    expect(
      [...pressed].some((data) => new RegExp(`^cast:(\\d|N):${button}$`).test(data)),
      button,
    ).toBe(true);
}

/** What the menu button offers. */
const COMMANDS = ['/start', '/menu', '/language', '/support', '/help', '/privacy', '/paysupport', '/cancel'];

/** Chooses what ends what others still look at. */
const ENDS =
  /^(lang:|forget:yes|bot:\d+:remove:yes|bot:\d+:pay:\w+:remove:yes|plan-off:|chat:\d+:disconnect|mod:owner:\d+:ban)/;

test.each(LANGUAGES)('an owner presses everything in the main bot in %s', async (language) => {
  const lively = await livelyShop(language);
  await connectClick(platform, lively);
  const { owner, shop } = lively;
  const { mainBot } = platform;
  const pressed = await crawl(owner, mainBot, [...COMMANDS, '/panel'], ENDS, language);
  expect([...pressed].some((data) => /^chat:(?:\d|N):free-add$/.test(data))).toBe(true);
  for (const kind of ['stats:chart', 'tariff', 'forget', 'mydata', 'support', 'panel', 'panel:out'])
    expect(pressed).toContain(kind);
  for (const part of [
    'plans',
    'card',
    'more',
    'grow',
    'casts:0',
    'photo',
    'set:grace',
    'flip:unique',
    'welcome',
    'users:0',
    'find',
    'stats',
    'chart',
    'pending',
    'export',
    'check',
    'pay',
    'pay:card:off',
    'pay:payme:connect',
    'pay:click:keys',
    'pay:click:urls',
    'pay:click:test',
    'pay:click:remove',
  ]) {
    expect(pressed, part).toContain(kindOf(`bot:${shop.id}:${part}`));
  }
});

test.each(LANGUAGES)('an owner presses everything in the seller bot in %s', async (language) => {
  const { owner, shop, casts } = await livelyShop(language);
  const pressed = await crawl(
    owner,
    shop,
    [...COMMANDS, ...openings(casts)],
    keepsDraft(ENDS, casts),
    language,
  );
  expectCasts(pressed);
  for (const kind of ['receipt:N', 'approve:N', 'reject:N', 'revert:N', 'try', 'connect']) {
    expect(
      [...pressed].some((data) => data.startsWith(kind.replace(':N', ':'))),
      kind,
    ).toBe(!kind.endsWith(':N') ? pressed.has(kind) : true);
  }
});

test.each(LANGUAGES)('a buyer and a member press everything in %s', async (language) => {
  const { shop, buyer, member } = await livelyShop(language);
  const bought = await crawl(buyer, shop, COMMANDS, ENDS, language);
  expect([...bought].some((data) => data.startsWith('plan:'))).toBe(true);
  const held = await crawl(member, shop, COMMANDS, ENDS, language);
  expect(held).toContain('mysub');
});

test.each(LANGUAGES)('a moderator presses everything in %s', async (language) => {
  const { moderator, mainBot, database } = platform;
  const { owner, shop } = await livelyShop(language);
  await moderator.starts(mainBot);
  await moderator.presses(mainBot, `lang:${language}`);
  for (const [name, value] of [
    ['price1', '10 000'],
    ['star-rate', '250'],
    ['card', '8600 1234 5678 9012'],
    ['holder', 'GETOLOG'],
  ] as const) {
    await moderator.presses(mainBot, `mod:set:${name}`);
    await moderator.sends(mainBot, value);
  }
  await owner.presses(mainBot, 'tariff:1');
  await owner.sendsPhoto(mainBot);
  await moderator.reads(mainBot, /№|no\./);
  await owner.presses(mainBot, `bot:${shop.id}:remove:yes`);
  // Another of theirs connects providers: one waits for its fee, one to be opened.
  const connecting = await openShop(platform, { owner, username: `connects_to_providers_${shops}_bot` });
  await beginConnection(platform, connecting, 'uzum');
  await connectClick(platform, connecting, { liveAt: null });
  await platform.quiet();
  const row = await database.owner.findUniqueOrThrow({ where: { telegramUserId: owner.id } });
  const pressed = await crawl(moderator, mainBot, [...COMMANDS, '/admin'], ENDS, language);
  for (const kind of [
    'mod:owners:0',
    'mod:find',
    'mod:tariffs',
    'mod:settings',
    'mod:audit:0',
    'mod:chart',
    'mod:conns:0',
    'mod:casts:0',
  ]) {
    expect(pressed, kind).toContain(kind);
  }
  expect([...pressed].some((data) => data.startsWith('mod:payments:pending'))).toBe(true);
  expect([...pressed].some((data) => data.startsWith('mod:set:ad-uz'))).toBe(true);
  expect([...pressed].some((data) => /^mod:cast:(\d|N):stop$/.test(data))).toBe(true);
  for (const decision of ['waive', 'live', 'test']) {
    expect([...pressed].some((data) => data.startsWith('mod:conn:') && data.endsWith(decision))).toBe(true);
  }
  await moderator.presses(mainBot, `mod:owner:${row.id}`);
  expect(moderator.chatWith(mainBot).messages.some(({ text }) => text.includes(shop.username))).toBe(true);
});

test.each(LANGUAGES)(
  'whoever helps presses everything that their role has, in both bots, in %s',
  async (language) => {
    const lively = await livelyShop(language);
    const { mainBot } = platform;
    const leaves = new RegExp(`${ENDS.source}|^mgr:\\d+:leave|^addbot`);
    for (const role of MANAGER_ROLES) {
      const { manager } = await newManager(platform, lively, role, { languageCode: language });
      const inMain = await crawl(manager, mainBot, COMMANDS, leaves, language);
      const of = (part: string) => [...inMain].some((data) => data.endsWith(`:${part}`));
      expect(of('pending'), role).toBe(mayDo(role, 'receipts'));
      expect(of('users:0'), role).toBe(mayDo(role, 'people'));
      expect(of('plans'), role).toBe(mayDo(role, 'shop'));
      for (const part of ['card', 'pay', 'export', 'team', 'remove', 'mute'])
        expect(inMain, part).not.toContain(kindOf(`bot:${lively.shop.id}:${part}`));
      const inShop = await crawl(
        manager,
        lively.shop,
        [...COMMANDS, ...openings(lively.casts)],
        leaves,
        language,
      );
      expect(
        [...inShop].some((data) => data.startsWith('cast')),
        role,
      ).toBe(mayDo(role, 'shop'));
    }
  },
);
