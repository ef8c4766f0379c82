import { readFileSync } from 'node:fs';
import i18next, { type TFunction } from 'i18next';
import type { LocaleKey } from '../../shared/locale-keys.ts';
import { isolate } from '../../shared/text.ts';

export const LANGUAGES = ['uz', 'en', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Telegram's languages whose speakers here read Russian sooner than English. */
const READ_RUSSIAN = new Set(['ru', 'be', 'uk', 'kk', 'ky', 'tg', 'tk', 'tt', 'az', 'hy']);

/** The language to offer first to somebody whose app speaks `languageCode`; Uzbek where Telegram does not say. */
export function suggestLanguage(languageCode: string | undefined): Language {
  // Nearly everybody's, asked for with every update.
  if (languageCode === 'uz' || languageCode === 'en' || languageCode === 'ru') return languageCode;
  const code = languageCode?.toLowerCase().split('-')[0];
  if (code === undefined || code === '' || code === 'uz') return 'uz';
  return READ_RUSSIAN.has(code) ? 'ru' : 'en';
}

type TextParams = Readonly<Record<string, string | number>>;

/**
 * Speaks one language. Parameters are escaped, because texts are Telegram's HTML, and none of them turns the text around
 * it to its own direction.
 */
export interface Translator {
  (key: LocaleKey, params?: TextParams): string;
  /** For what is no HTML: a button's label, a picture, a file. Nothing is escaped. */
  plain(key: LocaleKey, params?: TextParams): string;
  /** For a key that comes from the database. @throws Error for one that is no key */
  dynamic(key: string, params?: TextParams): string;
  /** For a name in the database, which an older or newer program may have written: one without a text here stands for itself. */
  named(group: string, name: string, params?: TextParams): string;
  readonly language: Language;
}

function readLocale(language: Language): object {
  // The same depth in `src` and in `dist`.
  return JSON.parse(readFileSync(new URL(`../../../locales/${language}.json`, import.meta.url), 'utf8'));
}

const texts = i18next.createInstance();
await texts.init({
  resources: Object.fromEntries(
    LANGUAGES.map((language) => [language, { translation: readLocale(language) }]),
  ),
  lng: 'en',
  fallbackLng: false,
  saveMissing: true,
  missingKeyHandler: (languages, _namespace, key) => {
    throw new Error(`No text for ${key} in ${String(languages)}`);
  },
});

/** A place for a parameter in a text. */
const PARAMETER = /\{\{(\w+)\}\}/;
const NO_PARAMS: TextParams = {};

const translators = new Map(LANGUAGES.map((language) => [language, createTranslator(language)]));

export function translator(language: Language): Translator {
  const found = translators.get(language);
  if (!found) throw new RangeError('Not a language of ours');
  return found;
}

function createTranslator(language: Language): Translator {
  const fixed: TFunction = texts.getFixedT(language);
  const plurals = new Intl.PluralRules(language);
  const pieces = new Map<string, readonly string[]>();

  /** Text and names of parameters by turns, in the plural form that is asked for. */
  function piecesOf(key: string, count: string | number | undefined): readonly string[] {
    // A text may have a form of its own for none at all.
    const form = typeof count === 'number' ? `${key} ${count === 0 ? 'zero' : plurals.select(count)}` : key;
    const known = pieces.get(form);
    if (known) return known;
    const made = fixed(key, { skipInterpolation: true, count }).split(PARAMETER);
    pieces.set(form, made);
    return made;
  }

  // i18next reads a text anew each time, which costs more than everything else of a screen.
  function speak(key: string, params: TextParams, write: (text: string) => string): string {
    return piecesOf(key, params['count'])
      .map((piece, place) => (place % 2 === 0 ? piece : write(isolate(String(params[piece] ?? '')))))
      .join('');
  }

  const dynamic = (key: string, params: TextParams = NO_PARAMS): string => speak(key, params, escapeHtml);
  const plain = (key: LocaleKey, params: TextParams = NO_PARAMS): string => speak(key, params, asItIs);
  const named = (group: string, name: string, params?: TextParams): string =>
    name !== '' && texts.exists(`${group}.${name}`, { lng: language })
      ? dynamic(`${group}.${name}`, params)
      : escapeHtml(name);
  return Object.assign((key: LocaleKey, params?: TextParams) => dynamic(key, params), {
    dynamic,
    named,
    plain,
    language,
  });
}

const asItIs = (text: string): string => text;

/** Telegram's HTML knows these and no more. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
