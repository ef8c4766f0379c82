import { readFileSync } from 'node:fs';
import { LANGUAGES, type Language } from '../../shared/languages.ts';
import type { LocaleKey } from '../../shared/locale-keys.ts';
import { isolate } from '../../shared/text.ts';

export { LANGUAGES, type Language };

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
  /** The same for what is no HTML. */
  plainNamed(group: string, name: string, params?: TextParams): string;
  readonly language: Language;
}

/** A place for a parameter in a text. */
const PARAMETER = /\{\{(\w+)\}\}/;
const NO_PARAMS: TextParams = {};

/** A text as words and names of parameters by turns: words at even places, names at odd ones. */
type Pieces = readonly string[];
type Texts = { readonly [key: string]: string | Texts };

function readLocale(language: Language): Texts {
  // The same depth in `src` and in `dist`.
  return JSON.parse(readFileSync(new URL(`../../../locales/${language}.json`, import.meta.url), 'utf8'));
}

/** Taken apart once: a screen says dozens of texts, and looks each of them up alone. */
function* flatten(texts: Texts, prefix = ''): Generator<[key: string, pieces: Pieces]> {
  for (const [key, text] of Object.entries(texts)) {
    if (typeof text === 'string') yield [prefix + key, text.split(PARAMETER)];
    else yield* flatten(text, `${prefix}${key}.`);
  }
}

const translators = new Map(LANGUAGES.map((language) => [language, createTranslator(language)]));

export function translator(language: Language): Translator {
  const found = translators.get(language);
  if (!found) throw new RangeError('Not a language of ours');
  return found;
}

function createTranslator(language: Language): Translator {
  const texts = new Map(flatten(readLocale(language)));
  const plurals = new Intl.PluralRules(language);

  /** In the plural form that is asked for, where the text has forms; it may have one of its own for none at all. */
  function find(key: string, count: string | number | undefined): Pieces | undefined {
    if (typeof count !== 'number') return texts.get(key);
    const none = count === 0 ? texts.get(`${key}_zero`) : undefined;
    return none ?? texts.get(`${key}_${plurals.select(count)}`) ?? texts.get(key);
  }

  function speak(key: string, params: TextParams, write: (text: string) => string): string {
    const pieces = find(key, params['count']);
    if (!pieces) throw new Error(`No text for ${key} in ${language}`);
    return pieces
      .map((piece, place) => (place % 2 === 0 ? piece : write(isolate(String(params[piece] ?? '')))))
      .join('');
  }

  const dynamic = (key: string, params: TextParams = NO_PARAMS): string => speak(key, params, escapeHtml);
  const plain = (key: LocaleKey, params: TextParams = NO_PARAMS): string => speak(key, params, asItIs);
  const named = (group: string, name: string, params?: TextParams): string =>
    name !== '' && texts.has(`${group}.${name}`) ? dynamic(`${group}.${name}`, params) : escapeHtml(name);
  const plainNamed = (group: string, name: string, params: TextParams = NO_PARAMS): string =>
    name !== '' && texts.has(`${group}.${name}`) ? speak(`${group}.${name}`, params, asItIs) : name;
  return Object.assign((key: LocaleKey, params?: TextParams) => dynamic(key, params), {
    dynamic,
    named,
    plain,
    plainNamed,
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
