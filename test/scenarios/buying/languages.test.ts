import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { LANGUAGES } from '../../../src/infra/i18n/i18n.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, newBuyer, openShop } from '../../support/shop.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

const localeKeys = keysOf(JSON.parse(readFileSync('locales/en.json', 'utf8')) as object);

function keysOf(texts: object, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? keysOf(value as object, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}

/** Everything that a bot showed to somebody, buttons too, except the language choice, which speaks all three. */
function shownTo(person: SandboxPerson, bot: SandboxBot): string[] {
  return person
    .chatWith(bot)
    .messages.filter((message) => message.from === 'bot' && !message.text.includes('Tilni tanlang'))
    .flatMap((message) => [message.text, ...message.buttons.flat().map(({ text }) => text)]);
}

function expectPlain(text: string): void {
  expect(text).not.toMatch(/undefined|null|NaN|\[object|\{\{|\}\}|Invalid/);
  expect(text.trim()).not.toBe('');
  for (const key of localeKeys) if (key.includes('.')) expect(text).not.toContain(key);
}

const CYRILLIC = /\p{Script=Cyrillic}/u;
const KINDS = ['channel', 'group'] as const;
const CASES = LANGUAGES.flatMap((language) => KINDS.map((kind) => [language, kind] as const));

test.each(CASES)('the whole way in %s, for a %s, reads as people speak', async (language, kind) => {
  const { telegram, mainBot, database } = platform;
  const { owner, shop, chat, planId } = await openShop(platform, { languageCode: language, kind });
  for (const data of [
    'home',
    'bots:0',
    `bot:${shop.id}`,
    'stats',
    `bot:${shop.id}:stats`,
    'tariff',
    'support',
  ]) {
    await owner.presses(mainBot, data);
  }
  await owner.sends(mainBot, '/help');
  await owner.sends(mainBot, '/privacy');

  const buyer = await newBuyer(platform, { shop }, { languageCode: language, firstName: 'Shahlo' });
  await buyer.presses(shop, `plan:${planId}`);
  await buyer.sendsSticker(shop);
  await buyer.sendsPhoto(shop);
  await owner.reads(shop, 'Shahlo');
  const first = await database.payment.findFirstOrThrow({ orderBy: { id: 'desc' } });
  await owner.presses(shop, `reject:${first.id}`);
  await owner.presses(shop, `reject:${first.id}:unreadable`);
  await telegram.until(() => shownTo(buyer, shop).some((text) => text.includes('❌')), {
    what: 'the rejection',
  });
  await buyer.sendsPhoto(shop);
  await owner.reads(shop, (message) => /Shahlo/.test(message.text) && message.buttons.length > 0);
  const second = await database.payment.findFirstOrThrow({ orderBy: { id: 'desc' } });
  expect(second.id).not.toBe(first.id);
  await owner.presses(shop, `approve:${second.id}`);
  const welcome = await buyer.reads(shop, holdsLink);
  await buyer.joins(welcome.buttons.flat()[0]?.url ?? '');
  await owner.reads(mainBot, /✅.*Shahlo/);
  await buyer.presses(shop, 'home');
  await buyer.sends(shop, '/help');
  await buyer.sends(shop, '/privacy');
  await platform.quiet();

  expect(chat.has(buyer)).toBe(true);
  const shown = [...shownTo(owner, mainBot), ...shownTo(owner, shop), ...shownTo(buyer, shop)];
  for (const text of shown) expectPlain(text);
  const sentences = shown.filter((text) => text.split(' ').length > 3);
  expect(sentences.length).toBeGreaterThan(20);
  for (const text of sentences) expect(CYRILLIC.test(text), text).toBe(language === 'ru');
  const inGroup = telegram.calls.filter((call) => Number(call.params['chat_id']) === chat.id);
  expect(inGroup.map(({ method }) => method).filter((method) => method.startsWith('send'))).toEqual([]);
});
