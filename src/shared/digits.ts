/** Turns the decimal digits of any script into ASCII ones; everything else stays. */
export function toAsciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
}

/** Unicode keeps each script's ten digits in a row that starts with its zero. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  // The mathematical digits are five sets without a gap between them, from U+1D7CE on.
  return code >= 0x1d7ce && code <= 0x1d7ff ? (code - 0x1d7ce) % 10 : code - zero;
}

/** The largest id that a table of ours counts up to. */
export const MAX_SERIAL = 2_147_483_647;

/** An id of ours that others send back, as text. @returns null where it cannot be one */
export function readSerial(text: string): number | null {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= MAX_SERIAL ? Number(text) : null;
}
