import type { Message } from 'grammy/types';
import { defined, unixTime } from '../../defined.ts';
import type { Person } from '../accounts.ts';
import type { World } from '../world.ts';
import type { Charge, Invoice, Subscription } from './ledger.ts';

/** Takes the Stars of a one-off payment, or of a subscription's first period. */
export function chargeFirst(world: World, invoice: Invoice, person: Person): Charge {
  const charge = world.stars.take(invoice, person, world.now());
  if (invoice.period === undefined) {
    tellOfCharge(world, charge);
    return charge;
  }
  const subscription: Subscription = {
    invoice,
    person,
    firstCharge: charge,
    until: endOfPeriod(world.now(), invoice.period),
    state: 'running',
    isCanceled: false,
    isResumable: true,
  };
  world.stars.subscriptions.push(subscription);
  tellOfCharge(world, charge, subscription);
  return charge;
}

/** Takes the next period's Stars on the day on which they fall due, whenever that is noticed. */
export function chargeAgain(world: World, subscription: Subscription, period: number): void {
  const { invoice, person, until } = subscription;
  const charge = world.stars.take(invoice, person, until);
  subscription.until = endOfPeriod(until, period);
  tellOfCharge(world, charge, subscription);
}

/** Gives the Stars back. Nothing else ends: what was a subscription's goes on. */
export function giveBack(world: World, charge: Charge): void {
  world.stars.refund(charge, world.now());
  const { id, invoice, person } = charge;
  const refunded_payment = {
    currency: 'XTR',
    total_amount: invoice.amount,
    invoice_payload: invoice.payload,
    telegram_payment_charge_id: id,
  };
  tellOfService(world, charge, { refunded_payment });
  world.journal.note(`${person.firstName} has ${invoice.amount} Stars back from @${invoice.bot.username}`);
}

function endOfPeriod(from: Date, period: number): Date {
  return new Date(from.getTime() + period * 1_000);
}

function tellOfCharge(world: World, charge: Charge, subscription?: Subscription): void {
  const { id, providerChargeId, invoice, person } = charge;
  const isFirst = subscription?.firstCharge === charge;
  const successful_payment = defined({
    currency: 'XTR',
    total_amount: invoice.amount,
    invoice_payload: invoice.payload,
    telegram_payment_charge_id: id,
    provider_payment_charge_id: providerChargeId,
    is_recurring: subscription === undefined ? undefined : (true as const),
    is_first_recurring: isFirst ? (true as const) : undefined,
    subscription_expiration_date: subscription === undefined ? undefined : unixTime(subscription.until),
  });
  tellOfService(world, charge, { successful_payment });
  world.journal.note(`${person.firstName} paid @${invoice.bot.username} ${invoice.amount} Stars`);
}

/** The chat says what happened: a payment in the person's name, a refund in the bot's. */
function tellOfService(
  world: World,
  { invoice: { bot }, person }: Charge,
  fields: Pick<Message, 'successful_payment' | 'refunded_payment'>,
): void {
  const dialog = world.dialog(bot, person);
  dialog.hasStarted = true;
  const from = fields.refunded_payment === undefined ? person : bot;
  world.tellOfMessage(bot, world.addMessage(dialog, { from, content: { kind: 'service', fields } }));
}
