import { AppError } from '../../kernel/errors.ts';
import { isDate } from '../../shared/calendar.ts';
import { toAsciiDigits } from '../../shared/digits.ts';
import { parsePrice, toDecimalString } from '../../shared/money.ts';
import { PROMO_RANGES, type PromoField, type PromoKind } from './promo-code.ts';

type PromoChange =
  | { kind: PromoKind; value: string | number }
  | { maxUses: number | null }
  | { perPerson: number | null }
  | { startsOn: Date | null }
  | { endsOn: Date | null };

/**
 * What an owner typed for one of a code's fields.
 * @param text `-` takes a limit away
 * @throws AppError `promoField.number` with the range, `promoField.date`, `price.malformed`, `price.outOfRange`
 */
export function readPromoField(field: PromoField, text: string): PromoChange {
  const typed = toAsciiDigits(text).trim();
  const isNone = typed === '-';
  switch (field) {
    case 'percent':
    case 'days':
      return { kind: field, value: readNumber(field, typed) };
    case 'fixed': {
      const sum = parsePrice(typed);
      if (typeof sum === 'string') throw new AppError(`price.${sum}`);
      return { kind: field, value: toDecimalString(sum) };
    }
    case 'uses':
      return { maxUses: isNone ? null : readNumber(field, typed) };
    case 'each':
      return { perPerson: isNone ? null : readNumber(field, typed) };
    case 'from':
      return { startsOn: isNone ? null : readDate(typed) };
    case 'until':
      return { endsOn: isNone ? null : readDate(typed) };
  }
}

function readNumber(field: keyof typeof PROMO_RANGES, typed: string): number {
  const { min, max } = PROMO_RANGES[field];
  const digits = field === 'percent' ? typed.replace(/\s*%$/, '') : typed;
  const number = /^\d{1,7}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!(number >= min && number <= max)) throw new AppError('promoField.number', { min, max });
  return number;
}

/** `31.12.2026` as a database keeps a date. */
function readDate(typed: string): Date {
  const [, day = '', month = '', year = ''] = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/.exec(typed) ?? [];
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (!isDate(date)) throw new AppError('promoField.date');
  return new Date(`${date}T00:00:00Z`);
}
