import type {
  EndUser,
  Payment as PaymentRow,
  Prisma,
  SellerBot,
} from '../../../infra/prisma-client/client.ts';
import { isForgotten, type TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Db, Work } from '../../../kernel/unit-of-work.ts';
import { readSerial } from '../../../shared/digits.ts';
import { HOUR_MS } from '../../../shared/durations.ts';
import type { Provider } from '../../merchant-accounts/merchant-account.ts';
import { isOver, toDuration } from '../../plans/duration.ts';
import { firstChatFirst } from '../../plans/plan.ts';
import type { HashPerson } from '../../platform/person-key.ts';
import { hasLifetimeInAll, isGivable, lockEndUser } from '../../subscriptions/subscription-queries.ts';
import { isTrialUsed } from '../../trials/trials.ts';
import { storedMethods } from '../methods/shown-method.ts';
import { CHOICE_HOURS } from '../payment.ts';
import { type Attempt, isStale, type PaymentProvider } from './attempt.ts';
import { expireAttemptsOf } from './attempt-clock.ts';

/** A bot as one provider pays it: whatever is seen is of this bot, this provider and this world alone. */
export interface PaidBot<P extends PaymentProvider = PaymentProvider> {
  scope: TenantScope;
  provider: P;
  /** Null: the provider has one key for both worlds, and the order says of which it is. */
  isTest: boolean | null;
}

/** Who calls, by the key that they brought. */
export interface Merchant<P extends Provider = Provider> extends PaidBot<P> {
  accountId: number;
}

/** An order under the lock on its buyer, with everything that decides what becomes of it. */
export interface Order {
  payment: PaymentRow;
  /** Every chat that it opens, the first one first. */
  channelIds: number[];
  /** In the order of their coming. */
  attempts: Attempt[];
  endUser: Pick<EndUser, 'id' | 'telegramUserId' | 'banned'>;
  bot: Pick<SellerBot, 'removedAt' | 'tokenDeadAt'> & { owner: { banned: boolean } };
}

/** `paid`: approved, or reversed since. `closed`: cancelled, run out, or nothing that may be begun. */
export type Standing = 'payable' | 'paid' | 'closed';

/** An attempt that takes an order's money at present; of Click there may be several. */
export function runningOf({ attempts }: Pick<Order, 'attempts'>): Attempt | null {
  return attempts.find(({ state }) => state === 'created') ?? null;
}

const worldOf = ({ isTest }: PaidBot) => (isTest === null ? {} : { isTest });

/** @param orderNumber as the provider sent it @returns its id; null where it is nobody's, or another bot's, method's or world's */
export async function findOrder(db: Db, merchant: PaidBot, orderNumber: string): Promise<number | null> {
  const id = readSerial(orderNumber);
  if (id === null) return null;
  const found = await db.payment.findFirst({
    where: { id, ...ofMerchant(merchant) },
    select: { id: true },
  });
  return found?.id ?? null;
}

const ofMerchant = (merchant: PaidBot): Prisma.PaymentWhereInput => ({
  botId: merchant.scope.botId,
  paymentMethod: { in: [...storedMethods(merchant.provider)] },
  ...worldOf(merchant),
});

/** An attempt by the number that its provider gave it; of Click it may be one of several orders. Nothing is locked. */
export async function findAttempt(
  db: Db,
  merchant: PaidBot,
  providerTxnId: string,
): Promise<(Attempt & { paymentId: number }) | null> {
  const { scope, provider } = merchant;
  const attempt = await db.paymentAttempt.findFirst({
    where: { botId: scope.botId, provider, ...worldOf(merchant), providerTxnId },
    orderBy: { id: 'asc' },
  });
  return attempt && attempt.paymentId !== null ? { ...attempt, paymentId: attempt.paymentId } : null;
}

/**
 * Locks an order's bot and buyer, then reads it. What has run for too long is expired by then.
 * @returns null where it is not this merchant's
 */
export async function lockOrder(work: Work, merchant: PaidBot, paymentId: number): Promise<Order | null> {
  const { db } = work;
  const { botId } = merchant.scope;
  const ours = { id: paymentId, ...ofMerchant(merchant) };
  const before = await db.payment.findFirst({ where: ours, select: { endUserId: true } });
  if (!before) return null;
  // Nobody removes the bot or bans its owner beside us: this lock comes before the buyer's everywhere.
  await db.$queryRaw`
    SELECT b.id FROM user_admins o JOIN user_bots b ON b.user_admin_id = o.id WHERE b.id = ${botId} FOR SHARE OF o, b`;
  await lockEndUser(db, before.endUserId, botId);
  const order = await readOrder(db, paymentId);
  const isAnyStale = order.attempts.some(
    (attempt) => attempt.state === 'created' && isStale(attempt, merchant.provider, work.now),
  );
  if (!isAnyStale) return order;
  await expireAttemptsOf(work, before.endUserId);
  return readOrder(db, paymentId);
}

async function readOrder(db: Db, paymentId: number): Promise<Order> {
  const { chats, attempts, endUser, bot, ...payment } = await db.payment.findUniqueOrThrow({
    where: { id: paymentId },
    include: {
      chats: true,
      attempts: { orderBy: { id: 'asc' } },
      endUser: { select: { id: true, telegramUserId: true, banned: true } },
      bot: { select: { removedAt: true, tokenDeadAt: true, owner: { select: { banned: true } } } },
    },
  });
  return { payment, channelIds: firstChatFirst({ ...payment, chats }), attempts, endUser, bot };
}

/** Writes what became of an attempt. The caller holds the lock on its buyer. */
export function changeAttempt(
  { db }: Pick<Work, 'db'>,
  { id }: Pick<Attempt, 'id'>,
  data: Prisma.PaymentAttemptUncheckedUpdateInput,
): Promise<Attempt> {
  return db.paymentAttempt.update({ where: { id }, data });
}

/** An attempt has ended: its order waits for those alone that run on. */
export async function unlockOrder({ db }: Pick<Work, 'db'>, order: Order): Promise<Order> {
  if (order.attempts.some(({ state }) => state === 'created')) return order;
  const payment = await db.payment.update({
    where: { id: order.payment.id },
    data: { lockedUntil: null },
  });
  return { ...order, payment };
}

/** Whether an attempt at an order may begin now. */
export async function standingOf(
  work: Work,
  order: Order,
  rules: { timeZone: string; hash: HashPerson },
): Promise<Standing> {
  const { payment, bot } = order;
  if (payment.status === 'approved' || payment.status === 'reversed') return 'paid';
  const runsOutAt = payment.createdAt.getTime() + CHOICE_HOURS * HOUR_MS;
  if (payment.status !== 'created' || runsOutAt <= work.now.getTime()) return 'closed';
  if (payment.isTest) return bot.removedAt ? 'closed' : 'payable';
  if (bot.tokenDeadAt || bot.owner.banned) return 'closed';
  return (await isDeliverable(work, order, rules)) ? 'payable' : 'closed';
}

/**
 * Whether an order's money could give anything now: age, a pause, a dead token and a ban of the owner do not matter any
 * more. Of a test nothing is asked.
 */
export async function isDeliverable(
  { db, now }: Work,
  { payment, channelIds, endUser, bot }: Order,
  { timeZone, hash }: { timeZone: string; hash: HashPerson },
): Promise<boolean> {
  if (payment.isTest) return true;
  if (bot.removedAt || endUser.banned || isForgotten(endUser)) return false;
  if (isOver(toDuration(payment), now, timeZone)) return false;
  if (await hasLifetimeInAll(db, endUser.id, channelIds)) return false;
  if (!(await isGivable(db, { botId: payment.botId, channelIds }))) return false;
  const plan = await db.plan.findUniqueOrThrow({ where: { id: payment.planId }, select: { isTrial: true } });
  return !plan.isTrial || !(await isTrialUsed(db, { person: hash(endUser.telegramUserId), channelIds }));
}

/** Whether somebody has bought anything for one of an order's chats since it was made. */
export async function isBoughtSince(db: Db, { payment, channelIds, endUser }: Order): Promise<boolean> {
  const since = await db.payment.count({
    where: {
      id: { not: payment.id },
      endUserId: endUser.id,
      status: 'approved',
      isTest: false,
      approvedAt: { gt: payment.createdAt },
      chats: { some: { channelId: { in: [...channelIds] } } },
    },
  });
  return since > 0;
}
