import { toAsciiDigits } from '../../shared/digits.ts';
import type { FiscalData } from './merchant-account.ts';

/** What a fiscal receipt names, in the order in which it is asked for, and what an answer has to be. */
export const FISCAL_FIELDS = [
  { name: 'ikpu', rule: /^\d{17}$/ },
  { name: 'packageCode', rule: /^\d{1,20}$/ },
  { name: 'vatPercent', rule: /^(?:100|\d{1,2})$/ },
] as const satisfies readonly { name: keyof FiscalData; rule: RegExp }[];

export type FiscalField = (typeof FISCAL_FIELDS)[number];

/** In the order of the questions; null: left empty. */
export type FiscalAnswers = readonly (string | null)[];

export function nextFiscalField({ length }: FiscalAnswers): FiscalField | null {
  return FISCAL_FIELDS[length] ?? null;
}

/** The answers so far with one more; null for one that cannot be one. */
export function withFiscalAnswer(
  given: FiscalAnswers,
  field: FiscalField,
  typed: string,
): FiscalAnswers | null {
  const answer = toAsciiDigits(typed.trim());
  if (answer === '-') return [...given, null];
  return field.rule.test(answer) ? [...given, answer] : null;
}

export function toFiscalColumns([ikpu, packageCode, vatPercent]: FiscalAnswers): {
  [K in keyof FiscalData]: FiscalData[K] | null;
} {
  return {
    ikpu: ikpu ?? null,
    packageCode: packageCode ?? null,
    vatPercent: vatPercent ? Number(vatPercent) : null,
  };
}
