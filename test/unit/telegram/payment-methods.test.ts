import { expect, test } from 'vitest';
import { LANGUAGES, translator } from '../../../src/infra/i18n/i18n.ts';
import { PAYMENT_METHODS } from '../../../src/modules/payments/methods/index.ts';
import type { PaymentMethod } from '../../../src/modules/payments/methods/payment-method.ts';
import { PAY } from '../../../src/telegram/common/routes.ts';

const METHODS = Object.keys(PAYMENT_METHODS) as PaymentMethod[];

test.each(METHODS)('the button of %s is read as it was written', (method) => {
  expect(PAY.read(PAY.data(7, method))).toEqual([7, method]);
});

test.each(METHODS)('%s has a name in each language', (method) => {
  for (const language of LANGUAGES)
    expect(translator(language).dynamic(`paymentMethod.${method}`)).not.toBe('');
});
