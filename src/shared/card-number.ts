import { toAsciiDigits } from './digits.ts';

/** Reads a card number as people type it: 13 to 19 digits, spaces and dashes between them. Null for anything else. */
export function parseCardNumber(text: string): { digits: string; luhnValid: boolean } | null {
  const trimmed = toAsciiDigits(text.trim());
  if (!/^\d(?:[\s-]*\d){12,18}$/.test(trimmed)) return null;
  const digits = trimmed.replace(/[\s-]/g, '');
  return { digits, luhnValid: isLuhnValid(digits) };
}

/** The check digit of ISO/IEC 7812: a slip of the finger fails it, some national cards do too. */
function isLuhnValid(digits: string): boolean {
  let sum = 0;
  for (const [index, digit] of digits.split('').reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** In groups of four, as it stands on the card. */
export function formatCardNumber(digits: string): string {
  return digits.replace(/(.{4})(?=.)/g, '$1 ');
}

/** Only the last four digits. */
export function maskCardNumber(digits: string): string {
  return `•••• ${digits.slice(-4)}`;
}

/** Its first and last four digits: enough to know one's own by. Stands in for the number wherever a view groups it. */
export function hideCardDigits(digits: string): string {
  return `${digits.slice(0, 4)}${'•'.repeat(Math.max(digits.length - 8, 0))}${digits.slice(-4)}`;
}
