import { signal } from '@preact/signals';
import type { Language } from '../../src/shared/languages.ts';
import type { LocaleKey } from '../../src/shared/locale-keys.ts';
import type * as Groups from './en.ts';

/** What the pages say, of all texts. */
export type WebKey = Extract<LocaleKey, `${keyof typeof Groups}.${string}`>;
export type Params = Readonly<Record<string, string | number>>;

type Texts = { readonly [key: string]: string | Texts };

const LOAD: Record<Language, () => Promise<Texts>> = {
  uz: async () => (await import('./uz.ts')) as unknown as Texts,
  en: async () => (await import('./en.ts')) as unknown as Texts,
  ru: async () => (await import('./ru.ts')) as unknown as Texts,
};

const spoken = signal<{ language: Language; texts: Texts; plurals: Intl.PluralRules }>();

let wanted: Language | null = null;

/** Loads a language, and says everything in it from then on; the last to be asked for is it. */
export async function speak(language: Language): Promise<void> {
  wanted = language;
  if (spoken.peek()?.language === language) return;
  const texts = await LOAD[language]();
  if (wanted !== language) return;
  document.documentElement.lang = language;
  spoken.value = { language, texts, plurals: new Intl.PluralRules(language) };
}

/** The language that everything is said in. */
export function language(): Language {
  return spoken.value?.language ?? 'uz';
}

/** @throws Error for what nobody wrote: a test looks every key up */
export function t(key: WebKey, params: Params = {}): string {
  const text = find(key, params['count']);
  if (text === undefined) throw new Error(`No text for ${key}`);
  return fill(text, params);
}

/** Of a group of the database's own words: one that is newer than this page stands for itself. */
export function named(group: string, name: string, params: Params = {}): string {
  const text = find(`${group}.${name}`, params['count']);
  return text === undefined ? name : fill(text, params);
}

/** In the plural form that is asked for, where the text has forms; it may have one of its own for none at all. */
function find(key: string, count: string | number | undefined): string | undefined {
  const { texts, plurals } = spoken.value ?? {};
  if (!texts || !plurals) return undefined;
  const forms =
    typeof count === 'number' ? [...(count === 0 ? ['_zero'] : []), `_${plurals.select(count)}`] : [];
  for (const form of [...forms, '']) {
    const text = lookUp(texts, key + form);
    if (text !== undefined) return text;
  }
  return undefined;
}

function lookUp(texts: Texts, key: string): string | undefined {
  let at: string | Texts | undefined = texts;
  for (const part of key.split('.')) at = typeof at === 'object' ? at[part] : undefined;
  return typeof at === 'string' ? at : undefined;
}

function fill(text: string, params: Params): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(params[name] ?? ''));
}
