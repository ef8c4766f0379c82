import { toAsciiDigits } from './digits.ts';

/** Amounts are whole tiyin (1/100 soʻm) as `bigint`: exact, whatever is added up. */
export const TIYIN = 100n;
/** What `numeric(12,2)` holds: 9,999,999,999.99. */
export const MAX_TIYIN = 999_999_999_999n;

const CURRENCY_WORDS = /\s*(?:so[ʻ'’‘`ʼ]?m|sum|сум|uzs)\.?\s*/giu;
const GROUP = "[\\s\\u00a0\\u2009\\u202f'’]";

/**
 * Reads a price as an owner types it. A separator before exactly three digits groups, one before a final one or two
 * digits is the decimal mark. What could be meant in two ways is malformed; out of range is beyond 0.01…9,999,999,999.99.
 * @param least in tiyin; 0 where something may be free
 */
export function parsePrice(text: string, least = 1n): bigint | 'malformed' | 'outOfRange' {
  const plain = toAsciiDigits(text)
    .replaceAll('٬', ',')
    .replaceAll('٫', '.')
    .replace(CURRENCY_WORDS, ' ')
    .trim()
    .replace(new RegExp(`(\\d)${GROUP}(?=\\d{3}(?!\\d))`, 'g'), '$1 ');
  const match = /^(\d+|[1-9]\d{0,2}(?:([ .,])\d{3})(?:\2\d{3})*)(?:([.,])(\d{1,2}))?$/.exec(plain);
  const whole = match?.[1];
  if (!match || whole === undefined) return 'malformed';
  const [, , groupMark, decimalMark, fraction = ''] = match;
  if (groupMark !== undefined && groupMark === decimalMark) return 'malformed';
  const tiyin = BigInt(whole.replace(/[ .,]/g, '')) * TIYIN + BigInt(fraction.padEnd(2, '0'));
  return tiyin >= least && tiyin <= MAX_TIYIN ? tiyin : 'outOfRange';
}

const STYLES = {
  uz: { group: '\u00a0', decimal: ',', unit: 'soʻm' },
  en: { group: ',', decimal: '.', unit: 'UZS' },
  ru: { group: '\u00a0', decimal: ',', unit: 'сум' },
} as const;

/** `50000,50`: a number as a spreadsheet in that language reads it. */
export function formatAmount(tiyin: bigint, language: keyof typeof STYLES): string {
  const fraction = tiyin % TIYIN;
  const tail = fraction === 0n ? '' : STYLES[language].decimal + String(fraction).padStart(2, '0');
  return `${tiyin / TIYIN}${tail}`;
}

/** `50 000 soʻm`, `50,000 UZS`, `50 000 сум`, with spaces that do not break; tiyin only when not zero. */
export function formatMoney(tiyin: bigint, language: keyof typeof STYLES): string {
  return `${formatSum(tiyin, language)}\u00a0${STYLES[language].unit}`;
}

/** The same without its unit, where room is short and the unit goes without saying. */
export function formatSum(tiyin: bigint, language: keyof typeof STYLES): string {
  const { decimal } = STYLES[language];
  const sign = tiyin < 0n ? '−' : '';
  const amount = tiyin < 0n ? -tiyin : tiyin;
  const whole = groupDigits(amount / TIYIN, language);
  const fraction = amount % TIYIN;
  const tail = fraction === 0n ? '' : decimal + String(fraction).padStart(2, '0');
  return `${sign}${whole}${tail}`;
}

/** `50 000`, `50,000`: a whole number that is not negative. */
export function groupDigits(number: bigint | number, language: keyof typeof STYLES): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, STYLES[language].group);
}

/** `50000.00`, as `numeric(12,2)` is written. */
export function toDecimalString(tiyin: bigint): string {
  return `${tiyin / TIYIN}.${String(tiyin % TIYIN).padStart(2, '0')}`;
}

/** Reads `numeric(12,2)`. @throws SyntaxError for what is none */
export function fromDecimalString(text: string): bigint {
  const match = /^(\d+)(?:\.(\d{1,2}))?$/.exec(text);
  if (!match) throw new SyntaxError('Not an amount of money');
  return BigInt(match[1] ?? '') * TIYIN + BigInt((match[2] ?? '').padEnd(2, '0'));
}

/** The same of the database's own decimal. */
export function fromDecimal(amount: { toFixed(digits: number): string }): bigint {
  return fromDecimalString(amount.toFixed(2));
}
