import type { Fernet } from '../../infra/crypto/fernet.ts';
import type { Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, type OwnerActor, requireOwner, requireOwnerOf } from '../../kernel/actor.ts';
import type { AuditAction } from '../../kernel/audit.ts';
import { AppError } from '../../kernel/errors.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import { type TenantScope, toTenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { type Page, pageOf, readCursor } from '../../shared/page.ts';
import { readSelling } from '../channels/selling-queries.ts';
import { lockActingOwner } from '../owners/owner-queries.ts';
import { createBotCard } from './bot-card.ts';
import type { BotGateway, BotIdentity } from './bot-gateway.ts';
import { createBotTexts } from './bot-texts.ts';
import { type BotAtAGlance, type BotWork, type SellerBot, toSellerBot } from './seller-bot.ts';

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** Its owner has removed a bot: nothing that it sold is given any more. */
    botRemoved: { botId: number };
  }
}

export interface SellerBotServiceDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  fernet: Fernet;
  gateway: BotGateway;
  mainBotId: bigint;
  /** Tells every process that what it remembers of this bot is old. */
  invalidate: (telegramBotId: bigint) => Promise<void>;
}

/** As many as fit on a telephone's screen. */
const BOTS_PER_PAGE = 10;

/** Bots of an owner with what waits at each, from one of them on. */
const ofOwner = ({ telegramUserId }: OwnerActor, after = 0) =>
  ({
    where: { owner: { telegramUserId }, removedAt: null, id: { gt: after } },
    include: { _count: { select: { payments: { where: { status: 'pending' } } } } },
    orderBy: { id: 'asc' },
  }) as const;
type BotRow = Prisma.SellerBotGetPayload<{ include: ReturnType<typeof ofOwner>['include'] }>;

export type SellerBotService = ReturnType<typeof createSellerBotService>;

export type AddedBot = { bot: SellerBot; outcome: 'added' | 'token-replaced' };

export function createSellerBotService(deps: SellerBotServiceDeps) {
  const { prisma, transact, fernet } = deps;

  /**
   * Takes a token: asks Telegram whose it is, stores it encrypted, enqueues the launch.
   * A message with a token that is heard again brings no bot back that was removed since.
   * @throws AppError `token.*` with nothing stored
   */
  async function addBot(actor: OwnerActor, token: string): Promise<AddedBot> {
    if (token.startsWith(`${deps.mainBotId}:`)) throw new AppError('token.isMainBot');
    const identity = await identify(token);
    if (identity.telegramBotId === deps.mainBotId) throw new AppError('token.isMainBot');
    const added = await transact((work) =>
      store(work, actor, { identity, encryptedToken: fernet.encrypt(token) }),
    );
    await deps.invalidate(identity.telegramBotId);
    return added;
  }

  /** Asked before a token is: nobody fetches one in vain. @throws AppError `ownerBanned` */
  async function requireMayAdd({ telegramUserId }: OwnerActor): Promise<void> {
    const banned = await prisma.owner.count({ where: { telegramUserId, banned: true } });
    if (banned > 0) throw new AppError('ownerBanned');
  }

  async function identify(token: string): Promise<BotIdentity> {
    try {
      return await deps.gateway.identify(token);
    } catch (error) {
      if (isDeliveryFailure(error, 'token-dead', 'refused')) throw new AppError('token.wrong');
      if (isDeliveryFailure(error, 'not-sent', 'unknown')) throw new AppError('telegramUnavailable');
      throw error;
    }
  }

  async function store(
    { db, now, enqueue, audit, once }: Work,
    actor: OwnerActor,
    { identity, encryptedToken }: { identity: BotIdentity; encryptedToken: string },
  ): Promise<AddedBot> {
    // Telegram's answer took its time.
    const owner = await lockActingOwner(db, actor);
    // The latest row decides: a bot keeps one row per owner, and moves on only when a moderator released it.
    const known = await db.sellerBot.findFirst({
      where: { telegramBotId: identity.telegramBotId, releasedAt: null },
      orderBy: [{ removedAt: { sort: 'desc', nulls: 'first' } }, { id: 'desc' }],
    });
    if (known && known.ownerId !== owner.id) {
      throw new AppError('token.ofAnotherOwner', { username: identity.username });
    }
    // A dead token may be replaced all the same: paid members wait for their links.
    if (owner.banned && known?.removedAt !== null) throw new AppError('ownerBanned');
    if (!(await once(actor.act))) {
      if (!known || known.removedAt) throw new AppError('notFound');
      return { bot: toSellerBot(known), outcome: 'token-replaced' };
    }
    const data = {
      encryptedToken,
      username: identity.username,
      name: identity.name,
      isActive: true,
      tokenDeadAt: null,
      removedAt: null,
    };
    const row = known
      ? await db.sellerBot.update({ where: { id: known.id }, data })
      : await db.sellerBot.create({
          data: { ...data, ownerId: owner.id, telegramBotId: identity.telegramBotId, createdAt: now },
        });
    const ofBot = { botId: row.id, payload: { botId: row.id } };
    enqueue({ kind: 'launch-bot', ...ofBot });
    enqueue({ kind: 'introduce-bot', ...ofBot });
    audit(actor, known ? 'bot.token-replaced' : 'bot.added', { bot: row.id });
    return { bot: toSellerBot(row), outcome: known && known.removedAt === null ? 'token-replaced' : 'added' };
  }

  /**
   * A page of the owner's bots that are not removed, newest last.
   * @param after `0`, or the `next` of the page before
   */
  async function listBots(actor: OwnerActor, after: string): Promise<Page<BotAtAGlance>> {
    const rows = await prisma.sellerBot.findMany({
      ...ofOwner(actor, readCursor(after)),
      take: BOTS_PER_PAGE + 1,
    });
    return pageOf(await atAGlance(rows), BOTS_PER_PAGE, (bot) => bot);
  }

  /** Every bot of theirs. */
  async function listAllBots(actor: OwnerActor): Promise<BotAtAGlance[]> {
    const rows = await prisma.sellerBot.findMany(ofOwner(actor));
    return atAGlance(rows);
  }

  async function atAGlance(rows: readonly BotRow[]): Promise<BotAtAGlance[]> {
    const sellingOf = await readSelling(
      prisma,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => ({
      ...toSellerBot(row),
      waiting: row._count.payments,
      sells: sellingOf(row.id).sells,
    }));
  }

  /** @throws AppError `notFound` for anybody else's bot, exactly as for none */
  async function openBot(
    actor: OwnerActor,
    telegramBotId: bigint,
  ): Promise<{ scope: TenantScope; bot: SellerBot }> {
    const row = await findOfOwner(actor, { telegramBotId, removedAt: null });
    return { scope: toTenantScope(row), bot: toSellerBot(row) };
  }

  /** Which of the owner's bots a chat of theirs belongs to. @throws AppError `notFound` */
  async function scopeOfChannel(actor: OwnerActor, channelId: number): Promise<TenantScope> {
    return scopeOf(actor, { channels: { some: { id: channelId } } });
  }

  async function scopeOfPlan(actor: OwnerActor, planId: number): Promise<TenantScope> {
    return scopeOf(actor, { channels: { some: { plans: { some: { id: planId } } } } });
  }

  async function scopeOfPayment(actor: OwnerActor, paymentId: number): Promise<TenantScope> {
    return scopeOf(actor, { payments: { some: { id: paymentId } } });
  }

  /** Also where the bot is removed by now: its money is still its owner's to return. */
  async function scopeOfRefund(actor: OwnerActor, refundId: number): Promise<TenantScope> {
    return scopeOf(actor, { refunds: { some: { id: refundId } } }, {});
  }

  async function scopeOfEndUser(actor: OwnerActor, endUserId: number): Promise<TenantScope> {
    return scopeOf(actor, { endUsers: { some: { id: endUserId } } });
  }

  async function scopeOfPromo(actor: OwnerActor, promoCodeId: number): Promise<TenantScope> {
    return scopeOf(actor, { promoCodes: { some: { id: promoCodeId } } });
  }

  async function scopeOfReferral(actor: OwnerActor, referralId: number): Promise<TenantScope> {
    return scopeOf(actor, { referrals: { some: { id: referralId } } });
  }

  async function scopeOfSource(actor: OwnerActor, sourceId: number): Promise<TenantScope> {
    return scopeOf(actor, { sources: { some: { id: sourceId } } });
  }

  async function scopeOfSubscription(actor: OwnerActor, subscriptionId: number): Promise<TenantScope> {
    return scopeOf(actor, { channels: { some: { subscriptions: { some: { id: subscriptionId } } } } });
  }

  async function scopeOf(
    actor: OwnerActor,
    where: object,
    isThere: object = { removedAt: null },
  ): Promise<TenantScope> {
    return toTenantScope(await findOfOwner(actor, { ...where, ...isThere }));
  }

  /** Whose it is needs no look at them: it is whoever asks. */
  async function findOfOwner({ telegramUserId }: OwnerActor, where: object) {
    const owner = { telegramUserId };
    const row = await prisma.sellerBot.findFirst({ where: { ...where, owner } });
    if (!row) throw new AppError('notFound');
    return { ...row, owner };
  }

  /** No new sale or renewal; all else goes on. */
  async function pauseBot(scope: TenantScope, actor: Actor): Promise<void> {
    await change(scope, actor, 'bot.paused', { pausedAt: deps.clock.now() });
  }

  async function resumeBot(scope: TenantScope, actor: Actor): Promise<void> {
    await change(scope, actor, 'bot.resumed', { pausedAt: null });
  }

  /** Notices that can be many are kept from the owner, or come again. */
  async function muteBot(scope: TenantScope, actor: Actor, muted: boolean): Promise<void> {
    await change(scope, actor, muted ? 'bot.muted' : 'bot.unmuted', {
      mutedAt: muted ? deps.clock.now() : null,
    });
  }

  async function readWork(scope: TenantScope, actor: Actor): Promise<BotWork> {
    requireOwnerOf(scope, actor);
    const { botId } = scope;
    const inGraceNow = { graceUntil: { not: null }, expiresAt: { lte: deps.clock.now() } };
    const [members, inGrace, waiting, refunds, sellingOf] = await Promise.all([
      prisma.endUser.count({ where: { botId, subscriptions: { some: { status: 'active' } } } }),
      prisma.endUser.count({
        where: { botId, subscriptions: { some: { status: 'active', ...inGraceNow } } },
      }),
      prisma.payment.count({ where: { botId, status: 'pending' } }),
      prisma.refund.count({ where: { botId, status: { in: ['open', 'sending'] } } }),
      readSelling(prisma, [botId]),
    ]);
    return { members, inGrace, waiting, refunds, ...sellingOf(botId) };
  }

  /** Stops the bot and keeps its data: the same owner may add it again, and everything goes on. */
  async function removeBot(scope: TenantScope, actor: Actor): Promise<void> {
    await transact(async ({ db, now, enqueue, publish, audit, once }) => {
      await requireOwner(db, scope, actor);
      if (!(await once(actor.act))) return;
      const removed = await db.sellerBot.updateMany({
        where: { id: scope.botId, removedAt: null },
        data: { isActive: false, removedAt: now },
      });
      if (removed.count === 0) return;
      enqueue({ kind: 'retire-bot', payload: { botId: scope.botId } });
      publish('botRemoved', { botId: scope.botId });
      audit(actor, 'bot.removed', { bot: scope.botId });
    });
    await deps.invalidate(scope.telegramBotId);
  }

  async function change(
    scope: TenantScope,
    actor: Actor,
    action: Extract<AuditAction, `bot.${string}`>,
    data: object,
  ): Promise<void> {
    await transact(async ({ db, audit, once }) => {
      await requireOwner(db, scope, actor);
      if (!(await once(actor.act))) return;
      await db.sellerBot.update({ where: { id: scope.botId }, data });
      audit(actor, action, { bot: scope.botId });
    });
  }

  return {
    addBot,
    requireMayAdd,
    listBots,
    listAllBots,
    openBot,
    scopeOfChannel,
    scopeOfPlan,
    scopeOfPayment,
    scopeOfRefund,
    scopeOfEndUser,
    scopeOfPromo,
    scopeOfReferral,
    scopeOfSource,
    scopeOfSubscription,
    ...createBotCard(deps),
    ...createBotTexts(deps),
    pauseBot,
    resumeBot,
    muteBot,
    readWork,
    removeBot,
  };
}
