import type { StarTransaction } from 'grammy/types';
import { defined, unixTime } from '../../defined.ts';
import { badRequest, callersBug } from '../../server/api-error.ts';
import { toUser } from '../../world/accounts.ts';
import { giveBack } from '../../world/stars/charges.ts';
import { answerCheckout } from '../../world/stars/checkout.ts';
import type { Charge, StarLedger } from '../../world/stars/ledger.ts';
import { letBotCancel, subscriptionsOf } from '../../world/stars/subscriptions.ts';
import type { Call, Handlers } from '../call.ts';

const MOST_TRANSACTIONS = 100;

interface ChargeOfUser {
  user_id: number;
  telegram_payment_charge_id: string;
}

/** What this very bot was paid by that very person. */
function findCharge({ world, bot }: Call, { user_id, telegram_payment_charge_id: id }: ChargeOfUser): Charge {
  if (user_id <= 0) throw callersBug('invalid user_id specified');
  if (id === '') throw callersBug('parameter "telegram_payment_charge_id" is required');
  const person = world.people.get(user_id);
  if (person === undefined) throw badRequest('USER_ID_INVALID');
  const charge = world.stars.charges.get(id);
  if (charge?.person !== person || charge.invoice.bot !== bot) throw badRequest('CHARGE_NOT_FOUND');
  return charge;
}

export const payments: Handlers<
  | 'answerPreCheckoutQuery'
  | 'refundStarPayment'
  | 'editUserStarSubscription'
  | 'getStarTransactions'
  | 'getMyStarBalance'
> = {
  answerPreCheckoutQuery({ world, bot }, args) {
    const text = args.error_message ?? '';
    if (!args.ok && text === '') throw callersBug('parameter "error_message" is required');
    const answer = args.ok ? ({ ok: true } as const) : { ok: false as const, text };
    if (!answerCheckout(world, bot, { id: args.pre_checkout_query_id, answer })) {
      throw badRequest('query is too old and response timeout expired or query ID is invalid');
    }
    return true;
  },

  refundStarPayment(call, args) {
    const charge = findCharge(call, args);
    if (charge.isRefunded) throw badRequest('CHARGE_ALREADY_REFUNDED');
    giveBack(call.world, charge);
    return true;
  },

  editUserStarSubscription(call, args) {
    const charge = findCharge(call, args);
    const subscription = subscriptionsOf(call.world, call.bot, charge.person).find(
      ({ firstCharge }) => firstCharge === charge,
    );
    if (subscription === undefined) throw badRequest('CHARGE_ID_INVALID');
    if (subscription.state !== 'running') throw badRequest('SUBSCRIPTION_NOT_ACTIVE');
    letBotCancel(call.world, subscription, args.is_canceled);
    return true;
  },

  getStarTransactions({ world, bot }, { offset = 0, limit = MOST_TRANSACTIONS }) {
    const start = Math.max(offset, 0);
    const end = start + Math.min(Math.max(limit, 1), MOST_TRANSACTIONS);
    return { transactions: world.stars.transfersOf(bot).slice(start, end).map(toTransaction) };
  },

  getMyStarBalance: ({ world, bot }) => ({ amount: world.stars.earnedBy(bot) }),
};

function toTransaction({
  charge: { id, invoice, person },
  isRefund,
  at,
}: ReturnType<StarLedger['transfersOf']>[number]): StarTransaction {
  const partner = defined({
    type: 'user' as const,
    transaction_type: 'invoice_payment' as const,
    user: toUser(person),
    invoice_payload: invoice.payload,
    subscription_period: invoice.period,
  });
  const transaction = { id, amount: invoice.amount, date: unixTime(at) };
  return isRefund ? { ...transaction, receiver: partner } : { ...transaction, source: partner };
}
