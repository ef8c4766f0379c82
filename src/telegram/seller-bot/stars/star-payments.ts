import type { SuccessfulPayment } from 'grammy/types';
import { suggestLanguage, type Translator, translator } from '../../../infra/i18n/i18n.ts';
import type { StarVerdict } from '../../../modules/payments/stars/star-checkout-service.ts';
import { SECOND_MS } from '../../../shared/durations.ts';
import type { BotDeps } from '../../bots/bot-deps.ts';
import { type SellerContext, telegramUserIdOf } from '../../common/context.ts';
import { type After, afterRealTime } from '../../middleware/answer-press.ts';
import { Composer } from '../../middleware/composer.ts';
import { toDeliveryError } from '../../outgoing/api-errors.ts';

/** Telegram gives a payment up ten seconds after it has asked: a word in time is worth more than the right one. */
const WORD_WITHIN_MS = 8 * SECOND_MS;

/** Answers whether somebody may pay in Stars, and takes what they paid. */
export function starPayments(deps: BotDeps, after: After = afterRealTime): Composer<SellerContext> {
  const { starCheckout, starCharges, starSubscriptions } = deps.services;
  const composer = new Composer<SellerContext>();

  composer.on('pre_checkout_query', async (context) => {
    const { from, currency, total_amount: stars, invoice_payload: payload } = context.preCheckoutQuery;
    const telegramUserId = BigInt(from.id);
    const asking = starCheckout.mayPay(context.scope, { telegramUserId, currency, stars, payload });
    const outcome = await inTime(asking, after);
    const guessed = translator(suggestLanguage(from.language_code));
    try {
      const words = refusalOf(outcome, guessed);
      await (words === null
        ? context.answerPreCheckoutQuery(true)
        : context.answerPreCheckoutQuery(false, words));
    } catch (error) {
      // It was answered before, or Telegram has given it up: there is nobody left to tell.
      deps.logger.warn({ err: toDeliveryError(error), bot: context.me.id }, 'a payment was not answered');
    }
    // So that Telegram asks again what nobody could look up.
    if (outcome.kind === 'fault') throw outcome.error;
  });

  composer.on('message:successful_payment', (context) => {
    const paid = context.message.successful_payment;
    return starCharges.take(context.scope, {
      chargeId: paid.telegram_payment_charge_id,
      telegramUserId: telegramUserIdOf(context),
      currency: paid.currency,
      stars: paid.total_amount,
      payload: paid.invoice_payload,
      renewal: renewalIn(paid),
    });
  });

  composer.on('subscription', (context) => {
    const { user, invoice_payload: payload, state } = context.update.subscription;
    return starSubscriptions.noteState(context.scope, { telegramUserId: BigInt(user.id), payload, state });
  });

  composer.on('message:refunded_payment', (context) =>
    starCharges.giveBack(context.scope, context.message.refunded_payment.telegram_payment_charge_id),
  );

  return composer;
}

type Outcome =
  | { kind: 'verdict'; verdict: StarVerdict }
  | { kind: 'fault'; error: unknown }
  | { kind: 'late' };

/** Of a first payment both flags are set. */
function renewalIn(paid: SuccessfulPayment): { until: Date; isFirst: boolean } | null {
  const { is_recurring: isRecurring, subscription_expiration_date: until } = paid;
  if (!isRecurring || until === undefined) return null;
  return { until: new Date(until * SECOND_MS), isFirst: paid.is_first_recurring === true };
}

/** Why somebody may not pay now, in their language; null: they may. */
function refusalOf(outcome: Outcome, guessed: Translator): string | null {
  if (outcome.kind !== 'verdict') return guessed.plain('order.notNow');
  const { refusal, language } = outcome.verdict;
  if (refusal === null) return null;
  const t = language === null ? guessed : translator(language);
  return t.plain(`order.refused.${refusal}`);
}

/** Whatever is known in time. */
async function inTime(asking: Promise<StarVerdict>, after: After): Promise<Outcome> {
  let callOff = (): void => undefined;
  const late = new Promise<Outcome>((resolve) => {
    callOff = after(WORD_WITHIN_MS, () => resolve({ kind: 'late' }));
  });
  const known = asking.then(
    (verdict): Outcome => ({ kind: 'verdict', verdict }),
    (error: unknown): Outcome => ({ kind: 'fault', error }),
  );
  try {
    return await Promise.race([known, late]);
  } finally {
    callOff();
  }
}
