import { type Api, GrammyError } from 'grammy';
import type { StarTransaction as ToldTransaction } from 'grammy/types';
import { DeliveryError } from '../../kernel/outbox/delivery-error.ts';
import {
  type AskingBot,
  type StarGateway,
  type StarOutcome,
  type StarTransaction,
  TRANSACTIONS_AT_ONCE,
} from '../../modules/payments/stars/star-gateway.ts';
import { SECOND_MS } from '../../shared/durations.ts';
import { type Throttle, throttled } from './throttle.ts';

/** Calls about Stars: each once, whoever enqueued it decides when it is made again. */
export function createStarGateway(deps: {
  throttle: Throttle;
  apiOf: (telegramBotId: bigint) => Promise<Api>;
  /** Of a token as it is stored. */
  apiWith: (encryptedToken: string) => Api;
}): StarGateway {
  async function call(
    bot: AskingBot,
    method: keyof Api,
    make: (api: Api) => Promise<unknown>,
    isDone: RegExp,
  ): Promise<StarOutcome> {
    const api =
      'telegramBotId' in bot ? await deps.apiOf(bot.telegramBotId) : deps.apiWith(bot.encryptedToken);
    try {
      await throttled(deps.throttle, { api, method }, make);
      return { kind: 'done' };
    } catch (error) {
      const said = refusalIn(error);
      if (said === null) throw error;
      return isDone.test(said) ? { kind: 'done' } : { kind: 'refused', note: said };
    }
  }

  return {
    refund: (telegramBotId, { telegramUserId, chargeId }) =>
      call(
        { telegramBotId },
        'refundStarPayment',
        (api) => api.refundStarPayment(Number(telegramUserId), chargeId),
        /CHARGE_ALREADY_REFUNDED/,
      ),
    cancelRenewal: (bot, { telegramUserId, chargeId, isCanceled }) =>
      call(
        bot,
        'editUserStarSubscription',
        (api) => api.editUserStarSubscription(Number(telegramUserId), chargeId, isCanceled),
        /SUBSCRIPTION_NOT_ACTIVE/,
      ),
    async listTransactions(telegramBotId, offset) {
      const api = await deps.apiOf(telegramBotId);
      const { transactions } = await throttled(deps.throttle, { api, method: 'getStarTransactions' }, () =>
        api.getStarTransactions({ offset, limit: TRANSACTIONS_AT_ONCE }),
      );
      return transactions.map(toTransaction);
    },
  };
}

function toTransaction({ id, amount, date, source, receiver }: ToldTransaction): StarTransaction {
  const partner = source ?? receiver;
  if (partner?.type !== 'user' || partner.transaction_type !== 'invoice_payment') return null;
  const { user, invoice_payload: payload = '', subscription_period: period } = partner;
  return {
    direction: source ? 'in' : 'out',
    chargeId: id,
    telegramUserId: BigInt(user.id),
    stars: amount,
    payload,
    paidUntil: period === undefined ? null : new Date((date + period) * SECOND_MS),
  };
}

/** What Telegram says to a call that it will never carry out; null where it may yet. */
function refusalIn(error: unknown): string | null {
  const said = error instanceof DeliveryError ? error.cause : error;
  if (!(said instanceof GrammyError) || said.error_code !== 400) return null;
  return said.description.replace(/^Bad Request:\s*/, '');
}
