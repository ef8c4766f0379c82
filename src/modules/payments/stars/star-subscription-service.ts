import type { Prisma, PrismaClient, StarSubscription } from '../../../infra/prisma-client/client.ts';
import type { EndUserActor } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { isDeliveryFailure } from '../../../kernel/outbox/delivery-error.ts';
import { isForgotten, type TenantScope } from '../../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../../kernel/unit-of-work.ts';
import type { Clock } from '../../../shared/clock.ts';
import { endUserOf } from '../../notifications/address.ts';
import { tell } from '../../notifications/notice.ts';
import { PLACE_HELD_MS } from '../../subscriptions/subscription.ts';
import { lockEndUser } from '../../subscriptions/subscription-queries.ts';
import type { StarGateway } from './star-gateway.ts';
import { orderOfPayload } from './star-invoice.ts';
import { RENEWAL_NOTICES } from './star-renewal-notices.ts';
import { findRunningRenewal, type RenewalState } from './star-renewal-queries.ts';

/** What somebody pays for again and again, as they see it. */
export interface OwnRenewal {
  id: number;
  channelId: number;
  title: string;
  /** Whole Stars. */
  stars: number;
  state: 'active' | 'canceled';
  /** They have stopped it here, and may take that back. */
  canBeAllowed: boolean;
  /** When it is paid again, or ends. */
  until: Date;
}

/** What Telegram may say of a renewal, and of which ones that is news. */
const NEWS = {
  active: { state: { not: 'ended' }, OR: [{ state: { not: 'active' } }, { canceledBy: { not: null } }] },
  canceled: { state: { notIn: ['ended', 'canceled'] } },
  failed: { state: { notIn: ['ended', 'failed'] } },
} as const satisfies Partial<Record<RenewalState, Prisma.StarSubscriptionWhereInput>>;

function isNews(state: string): state is keyof typeof NEWS {
  return Object.hasOwn(NEWS, state);
}

export type StarSubscriptionService = ReturnType<typeof createStarSubscriptionService>;

/** How renewals go on and stop: by their person, by Telegram's word, and by themselves. */
export function createStarSubscriptionService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  stars: Pick<StarGateway, 'cancelRenewal'>;
}) {
  const { prisma, transact, clock, stars } = deps;

  async function listOwn({ botId }: TenantScope, { endUserId }: EndUserActor): Promise<OwnRenewal[]> {
    const rows = await prisma.starSubscription.findMany({
      where: { botId, endUserId, state: { in: ['active', 'canceled'] }, expiresAt: { gt: clock.now() } },
      include: { channel: { select: { title: true } } },
      orderBy: { id: 'asc' },
    });
    return rows.map(({ id, channelId, channel, stars: price, state, canceledBy, expiresAt }) => ({
      id,
      channelId,
      title: channel.title,
      stars: price,
      // One that was allowed again is off until its person has turned it on.
      state: canceledBy === 'user' ? 'canceled' : (state as OwnRenewal['state']),
      canBeAllowed: canceledBy === 'user',
      until: expiresAt,
    }));
  }

  /** Nothing is paid again; what is paid for stays. @throws AppError `notFound`, `telegramUnavailable` */
  async function stop(scope: TenantScope, actor: EndUserActor, id: number): Promise<void> {
    const own = await requireOwn(scope, actor, id, 'active');
    await ask(scope, actor, own, true);
    await transact(async (work) => {
      const data = { state: 'canceled', canceledBy: 'user' };
      await changeUnder(work, own, { id, state: 'active' }, data);
    });
  }

  /**
   * Telegram lets them turn it on again, in its own settings. Until they have, it stays noted that they stopped it: nothing is
   * paid so far, and they are warned of the end.
   * @throws AppError `notFound`, `telegramUnavailable`
   */
  async function allow(scope: TenantScope, actor: EndUserActor, id: number): Promise<void> {
    const own = await requireOwn(scope, actor, id, 'canceled', 'active');
    if (own.canceledBy !== 'user') throw new AppError('notFound');
    const running = await findRunningRenewal(prisma, {
      endUserId: own.endUserId,
      channelIds: [own.channelId],
    });
    if (running && running.id !== id) throw new AppError('notFound');
    await ask(scope, actor, own, false);
    await transact(async (work) => {
      await changeUnder(work, own, { id, state: 'canceled', canceledBy: 'user' }, { state: 'active' });
    });
  }

  async function requireOwn(
    { botId }: TenantScope,
    { endUserId }: EndUserActor,
    id: number,
    ...states: RenewalState[]
  ): Promise<StarSubscription> {
    const where = { id, botId, endUserId, state: { in: states } };
    const own = await prisma.starSubscription.findFirst({ where });
    if (!own) throw new AppError('notFound');
    return own;
  }

  async function ask(
    { telegramBotId }: TenantScope,
    { telegramUserId }: EndUserActor,
    { firstChargeId: chargeId }: StarSubscription,
    isCanceled: boolean,
  ): Promise<void> {
    try {
      const outcome = await stars.cancelRenewal({ telegramBotId }, { telegramUserId, chargeId, isCanceled });
      if (outcome.kind === 'refused') throw new AppError('notFound');
    } catch (error) {
      if (isDeliveryFailure(error, 'not-sent', 'unknown')) throw new AppError('telegramUnavailable');
      throw error;
    }
  }

  /** What Telegram tells of a renewal; who it is about hears of it once. */
  async function noteState(
    { botId }: TenantScope,
    told: { telegramUserId: bigint; payload: string; state: string },
  ): Promise<void> {
    const order = orderOfPayload(told.payload);
    const { telegramUserId, state } = told;
    if (order?.method !== 'starsub' || !isNews(state)) return;
    const { paymentId } = order;
    const where = { paymentId, botId, endUser: { telegramUserId }, ...NEWS[state] };
    const known = await prisma.starSubscription.findFirst({ where, orderBy: { id: 'desc' } });
    if (!known) return;
    await transact(async (work) => {
      const data = state === 'active' ? { state, canceledBy: null } : { state };
      const changed = await changeUnder(work, known, { id: known.id, ...NEWS[state] }, data);
      if (!changed) return;
      const about = { starSubscriptionId: known.id, state };
      tell(work, RENEWAL_NOTICES.autoRenewalChanged, endUserOf(known), about, { botId });
    });
  }

  /** @returns whether it was so before */
  async function changeUnder(
    work: Work,
    { endUserId, botId }: StarSubscription,
    where: object,
    data: object,
  ): Promise<boolean> {
    await lockEndUser(work.db, endUserId, botId);
    const { count } = await work.db.starSubscription.updateMany({ where, data });
    return count > 0;
  }

  /** Those whose charge is a day overdue: nobody waits for it any more. */
  async function endOverdue(): Promise<void> {
    const overdue = new Date(clock.now().getTime() - PLACE_HELD_MS);
    await prisma.starSubscription.updateMany({
      where: { state: { not: 'ended' }, expiresAt: { lte: overdue } },
      data: { state: 'ended' },
    });
  }

  /**
   * Has Telegram charge no more for what its person cannot have any more.
   * @param forgotten what its person was called at Telegram, where nobody knows that any more
   * @returns false: it was stopped before
   * @throws DeliveryError where it is to be asked again
   */
  async function stopByItself(id: number, forgotten: bigint | null): Promise<boolean> {
    const row = await prisma.starSubscription.findUnique({
      where: { id },
      include: {
        endUser: true,
        bot: { select: { telegramBotId: true, encryptedToken: true, removedAt: true } },
      },
    });
    if (!row || (row.state === 'ended' && row.canceledBy === 'bot')) return false;
    const { endUser, bot, firstChargeId: chargeId } = row;
    const telegramUserId = forgotten ?? endUser.telegramUserId;
    // Another message knows whom it is about.
    if (isForgotten({ telegramUserId })) return false;
    const { telegramBotId, encryptedToken } = bot;
    const isRemoved = bot.removedAt !== null;
    const asking = isRemoved ? { encryptedToken } : { telegramBotId };
    try {
      await stars.cancelRenewal(asking, { telegramUserId, chargeId, isCanceled: true });
    } catch (error) {
      // Nobody can ask any more by a removed bot whose token is another's, or dead.
      if (!isRemoved || !isDeliveryFailure(error, 'token-dead')) throw error;
    }
    await prisma.starSubscription.update({ where: { id }, data: { state: 'ended', canceledBy: 'bot' } });
    return true;
  }

  return { listOwn, stop, allow, noteState, endOverdue, stopByItself };
}
