import { MONTHS } from './day-words.ts';

const NAMES = {
  ...MONTHS,
  ru: 'январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь'.split(' '),
} as const;
const SHORT = {
  uz: 'yan fev mar apr may iyn iyl avg sen okt noy dek'.split(' '),
  en: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '),
  ru: 'янв фев мар апр май июн июл авг сен окт ноя дек'.split(' '),
} as const;
type Language = keyof typeof NAMES;

/** `2026-yil mart`, `March 2026`, `март 2026`: by itself, as no date has it in Russian. @param month from 1 */
export function writeMonth(year: number, month: number, language: Language): string {
  const name = NAMES[language][month - 1];
  return language === 'uz' ? `${year}-yil ${name}` : `${name} ${year}`;
}

/** `Mar`, where room is short. @param month from 1 */
export function shortMonth(month: number, language: Language): string {
  return SHORT[language][month - 1] ?? '';
}

/** `5-mar`, `5 Mar`, `5 мар`. @param month from 1 */
export function shortDay(month: number, day: number, language: Language): string {
  return `${day}${language === 'uz' ? '-' : '\u00a0'}${shortMonth(month, language)}`;
}
