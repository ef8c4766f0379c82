import type { Update } from 'grammy/types';
import { type Person, type SandboxBot, toUser } from '../accounts.ts';
import type { World } from '../world.ts';
import { chargeAgain } from './charges.ts';
import type { Subscription } from './ledger.ts';

/** News of subscriptions has a queue of its own. */
const QUEUE = 14 * 2 ** 33;

/** A subscription as its person sees it in Telegram. */
export interface SeenSubscription {
  payload: string;
  /** Of its first payment. */
  chargeId: string;
  until: Date;
  state: 'active' | 'canceled' | 'failed' | 'ended';
}

/** Charges what has fallen due, in the order in which it did; several periods of one subscription where need be. */
export function chargeWhatIsDue(world: World): void {
  const now = world.now();
  const nextDue = (): Subscription | undefined =>
    world.stars.subscriptions
      .filter(({ state, until }) => state === 'running' && until <= now)
      .toSorted((one, other) => one.until.getTime() - other.until.getTime())[0];
  for (let due = nextDue(); due !== undefined; due = nextDue()) endPeriod(world, due);
}

function endPeriod(world: World, subscription: Subscription): void {
  const { invoice, person, isCanceled } = subscription;
  if (isCanceled || invoice.period === undefined) {
    subscription.state = 'ended';
  } else if (world.stars.balanceOf(person) < invoice.amount) {
    subscription.state = 'failed';
    tellOfState(world, subscription, 'failed');
  } else {
    chargeAgain(world, subscription, invoice.period);
  }
}

export function subscriptionsOf(world: World, bot: SandboxBot, person: Person): Subscription[] {
  return world.stars.subscriptions.filter((one) => one.person === person && one.invoice.bot === bot);
}

export function seeSubscription(subscription: Subscription): SeenSubscription {
  const { invoice, firstCharge, until, state, isCanceled } = subscription;
  const running = isCanceled ? 'canceled' : 'active';
  return {
    payload: invoice.payload,
    chargeId: firstCharge.id,
    until,
    state: state === 'running' ? running : state,
  };
}

/** What a person does in Telegram's own settings. @throws where they have nothing there to press */
export function turnRenewal(world: World, subscription: Subscription, isOn: boolean): void {
  const { person, isCanceled, isResumable } = subscription;
  if (isCanceled !== isOn)
    throw new Error(`${person.firstName}'s renewal is ${isOn ? 'on' : 'off'} already.`);
  if (isOn && !isResumable) throw new Error(`The bot has ended ${person.firstName}'s renewal.`);
  subscription.isCanceled = !isOn;
  tellOfState(world, subscription, isOn ? 'active' : 'canceled');
}

/** What a bot may do. Taking it back only lets the person turn the renewal on again; the bot is told nothing. */
export function letBotCancel(world: World, subscription: Subscription, isCanceled: boolean): void {
  if (isCanceled) subscription.isCanceled = true;
  subscription.isResumable = !isCanceled;
  const { invoice, person } = subscription;
  const done = isCanceled ? 'ended the renewal of' : 'lets renewal be turned on again by';
  world.journal.note(`@${invoice.bot.username} ${done} ${person.firstName}`);
}

function tellOfState(
  world: World,
  { invoice: { bot, payload }, person }: Subscription,
  state: NonNullable<Update['subscription']>['state'],
): void {
  world.tell(
    bot,
    { subscription: { user: toUser(person), invoice_payload: payload, state } },
    person.id + QUEUE,
  );
}
