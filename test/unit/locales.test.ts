import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { LANGUAGES, type Language, suggestLanguage, translator } from '../../src/infra/i18n/i18n.ts';
import { AUDITED_IN_BOTS, AUDITED_IN_PLATFORM } from '../../src/kernel/audit.ts';

type Texts = { [key: string]: string | Texts };

function flatten(texts: Texts, prefix = ''): Map<string, string> {
  const entries = Object.entries(texts).flatMap(([key, text]): [string, string][] =>
    typeof text === 'string' ? [[prefix + key, text]] : [...flatten(text, `${prefix}${key}.`)],
  );
  return new Map(entries);
}

const PLURAL = /_(?:zero|one|two|few|many|other)$/;

function read(language: Language): Map<string, string> {
  const file = new URL(`../../locales/${language}.json`, import.meta.url);
  return flatten(JSON.parse(readFileSync(file, 'utf8')) as Texts);
}

const locales = new Map(LANGUAGES.map((language) => [language, read(language)]));
const all = (language: Language) => locales.get(language) ?? new Map<string, string>();
const baseKeys = (language: Language) =>
  new Set([...all(language).keys()].map((key) => key.replace(PLURAL, '')));
const placeholders = (text: string) => new Set(text.match(/\{\{[^}]+\}\}/g));

describe.each(LANGUAGES)('the texts in %s', (language) => {
  it('have the same keys as the others', () => {
    expect(baseKeys(language)).toEqual(baseKeys('en'));
  });

  it('have the same placeholders as the others', () => {
    const english = all('en');
    for (const [key, text] of all(language)) {
      const model = english.get(key) ?? english.get(key.replace(PLURAL, '_other'));
      expect(placeholders(text), key).toEqual(placeholders(model ?? ''));
    }
  });

  it('have every plural form that the language knows', () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const plurals = [...all(language).keys()].filter((key) => PLURAL.test(key));
    for (const base of new Set(plurals.map((key) => key.replace(PLURAL, '')))) {
      const present = plurals.filter((key) => key.replace(PLURAL, '') === base);
      expect(new Set(present), base).toEqual(new Set(forms.map((form) => `${base}_${form}`)));
    }
  });

  it('are never empty, and use only tags that Telegram knows, closed', () => {
    for (const [key, text] of all(language)) {
      expect(text.trim(), key).not.toBe('');
      const rest = text.replace(/<(b|i|u|s|code)>[^<]*<\/\1>/g, '');
      expect(rest, key).not.toMatch(/[<>]/);
    }
  });
});

test('every action of the trail, and everything that it is done to, has its words', () => {
  for (const [action, noun] of Object.entries({ ...AUDITED_IN_BOTS, ...AUDITED_IN_PLATFORM })) {
    expect(all('en').has(`audit.${action}`), action).toBe(true);
    if (noun !== 'setting') expect(all('en').has(`audit.target.${noun}`), noun).toBe(true);
  }
});

describe('Uzbek', () => {
  it('is written with its own letters ʻ and ʼ', () => {
    for (const [key, text] of all('uz')) expect(text, key).not.toMatch(/['`‘’]/);
  });
});

describe('a translator', () => {
  it('counts in Russian', () => {
    const t = translator('ru');
    expect([1, 2, 5, 21].map((count) => t('duration.months', { count }))).toEqual([
      '1 месяц',
      '2 месяца',
      '5 месяцев',
      '21 месяц',
    ]);
  });

  it('escapes what people typed', () => {
    expect(translator('en')('bot.channel', { title: '<b>& co' })).toBe(
      '📢 Channel: <b>&lt;b&gt;&amp; co</b>',
    );
  });

  it('never shows a raw key', () => {
    expect(() => translator('uz').dynamic('errors.noSuchThing')).toThrow('No text');
  });
});

describe('the language offered first', () => {
  it.each([
    [undefined, 'uz'],
    ['uz', 'uz'],
    ['ru-RU', 'ru'],
    ['kk', 'ru'],
    ['en-GB', 'en'],
    ['de', 'en'],
  ])('for %s is %s', (code, language) => {
    expect(suggestLanguage(code)).toBe(language);
  });
});
