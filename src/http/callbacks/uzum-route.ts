import { PROVIDER_RULES } from '../../modules/payments/providers/provider-rules.ts';
import {
  isUzumOperation,
  UZUM_CODES,
  UZUM_OPERATIONS,
  type UzumCode,
} from '../../modules/payments/providers/uzum/uzum-protocol.ts';
import type { UzumService } from '../../modules/payments/providers/uzum/uzum-service.ts';
import type { CallbackAnswer, CallbackEndpoint } from './callback-route.ts';

const DONE = 'ok';
const REFUSED_STATUS = 400;

/** `POST /uzum/:botId/check` and the others; whatever else stands below a bot's number is an operation that is unknown. */
export function uzumEndpoint(uzum: UzumService): CallbackEndpoint {
  const refuse = (operation: string, code: UzumCode, body = ''): CallbackAnswer => ({
    status: REFUSED_STATUS,
    body: uzum.refusal(operation, code, body),
    method: nameOf(operation),
    outcome: code,
  });
  return {
    provider: 'uzum',
    urls: [`/uzum/:botId/:operation(^(?:${UZUM_OPERATIONS.join('|')})$)`, '/uzum/:botId/*'],
    async handle({ telegramBotId, operation, authorization, body }) {
      const { text, code, isRefused } = await uzum.receive(telegramBotId, operation, { authorization, body });
      const refusedStatus = isRefused ? PROVIDER_RULES.uzum.authStatus : REFUSED_STATUS;
      return {
        status: code === null ? 200 : refusedStatus,
        body: text,
        method: nameOf(operation),
        outcome: code ?? DONE,
        ...(isRefused && { isRefused }),
      };
    },
    notPost: ({ operation }) => refuse(operation, UZUM_CODES.unknownOperation),
    tooLarge: ({ operation }) => refuse(operation, UZUM_CODES.notJson),
    fault({ operation, body }) {
      const status = PROVIDER_RULES.uzum.outageStatus;
      const fault = { ...refuse(operation, UZUM_CODES.fault, body), status };
      // A code would be an answer; without one Uzum asks how it stands.
      return status === REFUSED_STATUS ? fault : { ...fault, body: '{}' };
    },
  };
}

const nameOf = (operation: string) => (isUzumOperation(operation) ? operation : 'unknown');
