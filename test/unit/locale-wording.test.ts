import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, type Language, translator } from '../../src/infra/i18n/i18n.ts';
import { PAYMENT_STATUSES, REJECT_REASONS } from '../../src/modules/payments/payment-status.ts';
import { MAX_BUTTON_LENGTH } from '../../src/telegram/views/common.ts';

const TELEGRAM = fileURLToPath(new URL('../../src/telegram', import.meta.url));
const SOURCES = readdirSync(TELEGRAM, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(`${TELEGRAM}/${name}`, 'utf8'))
  .join('\n');

type Texts = { [key: string]: string | Texts };

function flatten(texts: Texts, prefix = ''): [key: string, text: string][] {
  return Object.entries(texts).flatMap(([key, text]): [string, string][] =>
    typeof text === 'string' ? [[prefix + key, text]] : flatten(text, `${prefix}${key}.`),
  );
}

const textsIn = (language: Language) =>
  flatten(
    JSON.parse(
      readFileSync(new URL(`../../locales/${language}.json`, import.meta.url), 'utf8'),
    ) as unknown as Texts,
  );

/** The keys that the code puts on buttons: in so many words, or by a name that it looks up. */
const BUTTONS = [
  ...[
    /\bbutton\(\s*t(?:\.plain)?\('([\w.-]+)'/g,
    /\btext: t\('([\w.-]+)'\), (?:url|copy_text|request_chat)/g,
    /OnButton\(\s*\(\w+\) => t\.plain\('([\w.-]+)'/g,
    /\bbutton\(\s*t\(\w[^?]*\? '([\w.-]+)'/g,
    /\bbutton\(\s*t\(\w[^?]*\? '[\w.-]+' : '([\w.-]+)'/g,
    /\bconst join = t\([^?]*\? '([\w.-]+)'/g,
    /\bconst join = t\([^?]*\? '[\w.-]+' : '([\w.-]+)'/g,
  ].flatMap((pattern) => [...SOURCES.matchAll(pattern)].map(([, key = '']) => key)),
  ...REJECT_REASONS.map((reason) => `rejectReason.${reason}`),
  ...PAYMENT_STATUSES.map((status) => `paymentStatus.${status}`),
  'endUsers.grant',
].filter((key, index, all) => all.indexOf(key) === index);

/** What stands on them on an ordinary day. The code cuts names and titles to the room that the words leave. */
function usual(language: Language) {
  const t = translator(language);
  const duration = t.plain('duration.months', { count: 12 });
  const price = { uz: '500\u00A0000\u00A0soʻm', en: '500,000\u00A0UZS', ru: '500\u00A0000\u00A0сум' };
  return {
    count: 12,
    id: 1234,
    mark: '📢',
    duration,
    price: price[language],
    plan: `📢 ${duration}`,
    title: 'Sixteen letters!',
    bot: 'fourteen_1_bot',
  };
}

const graphemes = new Intl.Segmenter();
const EMOJI = /\p{Extended_Pictographic}/u;

describe.each(LANGUAGES)('the buttons in %s', (language) => {
  const t = translator(language);
  const labels = BUTTONS.map((key) => [key, t.dynamic(key, usual(language))] as const);

  it('are found in the code', () => {
    for (const key of [
      'button.home',
      'bot.disconnect',
      'checkout.copyCard',
      'access.joinGroup',
      'mod.release',
    ])
      expect(BUTTONS).toContain(key);
    expect(BUTTONS.length).toBeGreaterThan(60);
  });

  it('fit a telephone', () => {
    for (const [key, label] of labels)
      expect([...graphemes.segment(label)].length, `${key}: ${label}`).toBeLessThanOrEqual(MAX_BUTTON_LENGTH);
  });

  it('have at most one emoji of their own, at their head', () => {
    for (const [key] of labels) {
      const own = t.dynamic(key).replaceAll('\uFE0F', '');
      const [head = '', ...rest] = Array.from(graphemes.segment(own), ({ segment }) => segment);
      expect(rest.filter((one) => EMOJI.test(one)).length, `${key}: ${head}${rest.join('')}`).toBe(0);
    }
  });
});

describe.each(LANGUAGES)('the texts in %s', (language) => {
  const texts = textsIn(language);

  it('are typeset: no typewriter quotes, no space that breaks a number', () => {
    for (const [key, text] of texts) {
      expect(text, key).not.toMatch(/['"`]/);
      expect(text, key).not.toMatch(/\d \d/);
      expect(text, key).not.toMatch(/\d (?:MB|МБ)/);
    }
  });

  it('have no spaces too many', () => {
    for (const [key, text] of texts) expect(text, key).not.toMatch(/ {2}|^\s|\s$| \n|\n /);
  });

  it('number things in the way of their language', () => {
    for (const [key, text] of texts)
      expect(text, key).not.toMatch(language === 'en' ? /№/ : /\b[Nn]o\. |\{\{id\}\}-/);
  });
});

describe('English', () => {
  const texts = textsIn('en');

  it('is spoken, with contractions', () => {
    for (const [key, text] of texts) {
      expect(text, key).not.toMatch(
        /\b(?:do|does|did|is|are|was|were|has|have|can|could|will|would) not\b|\bcannot\b|\bI (?:am|have|will)\b/i,
      );
    }
  });

  it('is no translation', () => {
    for (const [key, text] of texts)
      expect(text, key).not.toMatch(/\b(?:at once|goes? on|the books|put out)\b/i);
  });
});

describe('Russian', () => {
  it('addresses people politely', () => {
    for (const [key, text] of textsIn('ru'))
      expect(text, key).not.toMatch(/(?<!\p{L})(?:вы|вас|вам|ваш\p{L}*)(?!\p{L})/u);
  });

  it('puts no person where their name would have to be inflected', () => {
    for (const [key, text] of textsIn('ru')) {
      expect(text, key).not.toMatch(
        /(?<!\p{L})(?:у|для|от|к|ко|с|со|о|об|по|за|без|через|из|на|после|вместо|до)\s+\{\{(?:person|stranger|by)\}\}/iu,
      );
    }
  });
});

describe('Uzbek', () => {
  const texts = textsIn('uz');

  it('addresses people politely', () => {
    for (const [key, text] of texts)
      expect(text, key).not.toMatch(/(?<!\p{L})(?:siz(?:ga|ni|ning|niki|da)?)(?![\p{L}ʻʼ])/u);
  });

  it('hangs no ending on a name', () => {
    for (const [key, text] of texts)
      expect(text, key).not.toMatch(/\{\{(?:person|stranger|by)\}\}[\p{L}ʻʼ]/u);
  });
});
