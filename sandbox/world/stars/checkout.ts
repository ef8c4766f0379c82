import { randomInt } from 'node:crypto';
import { type Person, type SandboxBot, toUser } from '../accounts.ts';
import type { ActOptions, World } from '../world.ts';
import { chargeFirst } from './charges.ts';
import type { Checkout, CheckoutAnswer, Invoice, StarLedger } from './ledger.ts';

/** A bot that has not answered by then has lost the payment. */
const ANSWER_WITHIN_MS = 10_000;
/** Questions have a queue of their own, a person's messages another. */
const QUEUE = 4 * 2 ** 33;

export type PayResult =
  | { ok: true; chargeId: string }
  | { ok: false; reason: 'not enough Stars' | 'already subscribed' | 'no answer' }
  /** In the bot's words. */
  | { ok: false; reason: 'refused'; text: string };

export interface PayOptions extends ActOptions {
  /** False: another program on the same bot has said yes, and this one hears of the payment alone. */
  isAsked?: boolean;
}

/** From the press on "Pay" to the message in the chat. Nobody is charged whom the bot has not let pay. */
export async function pay(
  world: World,
  invoice: Invoice,
  person: Person,
  { isAsked = true, ...options }: PayOptions,
): Promise<PayResult> {
  const before = whyNotPayable(world.stars, invoice, person);
  if (before !== undefined) return { ok: false, reason: before };
  const answer = isAsked ? await askBot(world, invoice, person) : ({ ok: true } as const);
  if (answer === undefined) return { ok: false, reason: 'no answer' };
  if (!answer.ok) {
    world.dialog(invoice.bot, person).answers.push({ text: answer.text, alert: true });
    world.journal.note(`@${invoice.bot.username} does not let ${person.firstName} pay: ${answer.text}`);
    return { ok: false, reason: 'refused', text: answer.text };
  }
  // While the bot was thinking, another payment may have been faster.
  const since = whyNotPayable(world.stars, invoice, person);
  if (since !== undefined) return { ok: false, reason: since };
  const { id } = await world.act(() => chargeFirst(world, invoice, person), options);
  return { ok: true, chargeId: id };
}

/** @returns false where the question is another bot's, has been answered, or is too old */
export function answerCheckout(
  world: World,
  bot: SandboxBot,
  { id, answer }: { id: string; answer: CheckoutAnswer },
): boolean {
  const checkout = world.stars.checkouts.get(id);
  if (checkout?.bot !== bot || checkout.answer !== undefined) return false;
  if (isTooLate(world, checkout.askedAt)) return false;
  checkout.answer = answer;
  world.journal.note(`@${bot.username} answered a pre-checkout query`);
  return true;
}

function whyNotPayable(
  stars: StarLedger,
  invoice: Invoice,
  person: Person,
): 'not enough Stars' | 'already subscribed' | undefined {
  const isSubscribed = stars.subscriptions.some(
    (other) => other.invoice === invoice && other.person === person && other.state === 'running',
  );
  if (isSubscribed) return 'already subscribed';
  return stars.balanceOf(person) < invoice.amount ? 'not enough Stars' : undefined;
}

async function askBot(
  world: World,
  { bot, amount, payload }: Invoice,
  person: Person,
): Promise<CheckoutAnswer | undefined> {
  const id = `${randomInt(1e9, 1e10)}${randomInt(1e8, 1e9)}`;
  const checkout: Checkout = { bot, askedAt: world.now(), answer: undefined };
  world.stars.checkouts.set(id, checkout);
  const pre_checkout_query = {
    id,
    from: toUser(person),
    currency: 'XTR',
    total_amount: amount,
    invoice_payload: payload,
  };
  world.tell(bot, { pre_checkout_query }, person.id + QUEUE);
  await world.journal.until(() => checkout.answer !== undefined || isTooLate(world, checkout.askedAt), {
    what: `@${bot.username} to let ${person.firstName} pay or not, or ten seconds to pass`,
  });
  return checkout.answer;
}

function isTooLate(world: World, askedAt: Date): boolean {
  return world.now().getTime() - askedAt.getTime() >= ANSWER_WITHIN_MS;
}
