import { describe, expect, it } from 'vitest';
import { formatCardNumber, maskCardNumber, parseCardNumber } from '../../../src/shared/card-number.ts';

describe('a card number as people type it', () => {
  it.each([
    ['8600 1234 5678 9012', '8600123456789012', true],
    ['4111-1111-1111-1111', '4111111111111111', true],
    ['٤١١١١١١١١١١١١١١١', '4111111111111111', true],
    ['1234567890123', '1234567890123', false],
    ['1234567890123456789', '1234567890123456789', false],
  ])('reads %j', (text, digits, luhnValid) => {
    expect(parseCardNumber(text)).toEqual({ digits, luhnValid });
  });

  it.each(['', '860012345678', '12345678901234567890', '8600 1234 5678 901x', '- 4111111111111111'])(
    'refuses %j',
    (text) => {
      expect(parseCardNumber(text)).toBeNull();
    },
  );

  it('is shown in groups of four, or by its last four', () => {
    expect(formatCardNumber('8600123456789012')).toBe('8600 1234 5678 9012');
    expect(maskCardNumber('8600123456789012')).toBe('•••• 9012');
  });
});
