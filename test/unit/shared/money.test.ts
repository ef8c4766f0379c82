import { describe, expect, it } from 'vitest';
import { formatMoney, fromDecimalString, parsePrice, toDecimalString } from '../../../src/shared/money.ts';

describe('a price as an owner types it', () => {
  it.each([
    ['50000', 5_000_000n],
    ['50 000', 5_000_000n],
    ['50\u00a0000', 5_000_000n],
    ['50.000', 5_000_000n],
    ['50,000', 5_000_000n],
    ['50,5', 5_050n],
    ['50.50', 5_050n],
    ['0,01', 1n],
    ['1.000.000', 100_000_000n],
    ['1 000 000,50', 100_000_050n],
    ['1,000.50', 100_050n],
    ['1.000,5', 100_050n],
    ['9 999 999 999.99', 999_999_999_999n],
    ['٥٠٠٠٠', 5_000_000n],
    ['٥٠٬٠٠٠', 5_000_000n],
    ['٥٠٫٥', 5_050n],
    ['५०,५', 5_050n],
    ['50 000 soʻm', 5_000_000n],
    ["50 000 so'm", 5_000_000n],
    ['50 000 сум', 5_000_000n],
    ['UZS 50,000', 5_000_000n],
  ])('reads %j', (text, tiyin) => {
    expect(parsePrice(text)).toBe(tiyin);
  });

  it.each([
    '',
    '-1',
    'abc',
    '50.0000',
    '1.5.5',
    '1,5,5',
    '50.',
    '.5',
    '1,00,000',
    '1.000,000.00,0',
    '1.000.00',
    '0.001.5',
    '0.001',
    '0,500',
    '9999999999.999',
    '5e4',
    '50 00',
  ])('cannot read %j', (text) => {
    expect(parsePrice(text)).toBe('malformed');
  });

  it.each(['0', '0,00', '10000000000', '10 000 000 000'])('reads %j, and refuses it', (text) => {
    expect(parsePrice(text)).toBe('outOfRange');
  });
});

describe('money on the screen', () => {
  it.each([
    ['uz', 5_000_000n, '50\u00a0000\u00a0soʻm'],
    ['en', 5_000_000n, '50,000\u00a0UZS'],
    ['ru', 5_000_000n, '50\u00a0000\u00a0сум'],
    ['uz', 5_000_050n, '50\u00a0000,50\u00a0soʻm'],
    ['en', 5_000_005n, '50,000.05\u00a0UZS'],
    ['ru', 100n, '1\u00a0сум'],
  ] as const)('in %s, %d tiyin', (language, tiyin, text) => {
    expect(formatMoney(tiyin, language)).toBe(text);
  });
});

describe('money in the database', () => {
  it('comes back as it went', () => {
    for (const tiyin of [1n, 99n, 100n, 5_000_050n, 999_999_999_999n]) {
      expect(fromDecimalString(toDecimalString(tiyin))).toBe(tiyin);
    }
  });
});
