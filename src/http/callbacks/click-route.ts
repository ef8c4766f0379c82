import {
  type ClickOperation,
  readClickCall,
  writeClickAnswer,
} from '../../modules/payments/providers/click/click-protocol.ts';
import type { ClickService } from '../../modules/payments/providers/click/click-service.ts';
import { PROVIDER_RULES } from '../../modules/payments/providers/provider-rules.ts';
import type { CallbackAnswer, CallbackEndpoint } from './callback-route.ts';

const MALFORMED = -8;

/** `POST /click/:botId/prepare` and `/complete`; anything else below is no address of ours. */
export function clickEndpoint(click: ClickService): CallbackEndpoint {
  const malformed = (operation: string, status: number): CallbackAnswer => ({
    status,
    body: writeClickAnswer(operationOf(operation), NOTHING_READ, { error: MALFORMED }),
    method: operation,
    outcome: String(MALFORMED),
  });
  return {
    provider: 'click',
    urls: ['/click/:botId/:operation(^(?:prepare|complete)$)'],
    async handle(request) {
      const operation = operationOf(request.operation);
      const { text, error, isRefused } = await click.receive(request.telegramBotId, operation, request);
      return { body: text, method: operation, outcome: String(error), ...(isRefused && { isRefused }) };
    },
    notPost: ({ operation }) => malformed(operation, 405),
    tooLarge: ({ operation }) => malformed(operation, 200),
    fault(request) {
      const operation = operationOf(request.operation);
      const { status, error } = PROVIDER_RULES.click.outage[operation];
      const { echo } = readClickCall(operation, request);
      const body = writeClickAnswer(operation, echo, { error });
      return { status, body, method: operation, outcome: String(error) };
    },
  };
}

const NOTHING_READ = { transId: null, orderNumber: null };

/** The address holds no other. */
function operationOf(operation: string): ClickOperation {
  return operation === 'complete' ? 'complete' : 'prepare';
}
