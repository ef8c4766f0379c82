import { PAYME_ERRORS, type PaymeError } from '../../modules/payments/providers/payme/payme-errors.ts';
import { readPaymeCall, writePaymeAnswer } from '../../modules/payments/providers/payme/payme-protocol.ts';
import type { PaymeService } from '../../modules/payments/providers/payme/payme-service.ts';
import type { CallbackAnswer, CallbackEndpoint } from './callback-route.ts';

/** `/payme/:botId`. Whatever comes of a call, HTTP has no part in it. */
export function paymeEndpoint(payme: PaymeService): CallbackEndpoint {
  const unread = (error: PaymeError): CallbackAnswer => ({
    body: writePaymeAnswer(null, { error }),
    method: 'unknown',
    outcome: String(error.code),
  });
  return {
    provider: 'payme',
    urls: ['/payme/:botId'],
    async handle({ telegramBotId, authorization, body }) {
      const { text, method, code, isRefused } = await payme.receive(telegramBotId, { authorization, body });
      return { body: text, method, outcome: String(code), ...(isRefused && { isRefused }) };
    },
    notPost: () => unread(PAYME_ERRORS.notPost),
    tooLarge: () => unread(PAYME_ERRORS.malformed),
    fault({ body }) {
      const { id, method } = readPaymeCall(body);
      const error = PAYME_ERRORS.fault;
      return { body: writePaymeAnswer(id, { error }), method, outcome: String(error.code) };
    },
  };
}
