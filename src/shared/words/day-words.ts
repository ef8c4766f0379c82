/** As a date has them: in Russian in the genitive. */
export const MONTHS = {
  uz: 'yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr'.split(' '),
  en: 'January February March April May June July August September October November December'.split(' '),
  ru: 'января февраля марта апреля мая июня июля августа сентября октября ноября декабря'.split(' '),
} as const;
type Language = keyof typeof MONTHS;

/** A date as a calendar shows it: months from 1. */
export interface CalendarDay {
  year: number;
  month: number;
  day: number;
}

/** `2027-yil 31-yanvar`, `31 January 2027`, `31 января 2027`: not by `Intl`, of which not every browser knows Uzbek months. */
export function writeDay({ year, month, day }: CalendarDay, language: Language): string {
  const name = MONTHS[language][month - 1];
  return language === 'uz' ? `${year}-yil ${day}-${name}` : `${day} ${name} ${year}`;
}

const BEFORE_TIME = { uz: ', soat ', en: ', ', ru: ' в ' } as const;

/** `31 January 2027, 14:05`. @param time `14:05` */
export function writeDayAndTime(day: CalendarDay, time: string, language: Language): string {
  return writeDay(day, language) + BEFORE_TIME[language] + time;
}
