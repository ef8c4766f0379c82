import type { Fernet } from '../../infra/crypto/fernet.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, type OwnerActor, requireOwner } from '../../kernel/actor.ts';
import type { AuditAction } from '../../kernel/audit.ts';
import { AppError } from '../../kernel/errors.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import { type Right, requireMay, requireMayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { readSelling } from '../channels/selling-queries.ts';
import { lockActingOwner, tellOfNewOwner } from '../owners/owner-queries.ts';
import { createBotCard } from './bot-card.ts';
import type { BotGateway, BotIdentity } from './bot-gateway.ts';
import { createBotLookup } from './bot-lookup.ts';
import { createBotTexts } from './bot-texts.ts';
import { type BotWork, type SellerBot, toSellerBot } from './seller-bot.ts';

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
  moderatorIds: readonly bigint[];
  /** Tells every process that what it remembers of this bot is old. */
  invalidate: (telegramBotId: bigint) => Promise<void>;
}

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
    work: Work,
    actor: OwnerActor,
    { identity, encryptedToken }: { identity: BotIdentity; encryptedToken: string },
  ): Promise<AddedBot> {
    const { db, now, enqueue, audit, once } = work;
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
    const unknown = { where: { id: owner.id, isAnnounced: false }, data: { isAnnounced: true } };
    if ((await db.owner.updateMany(unknown)).count > 0) tellOfNewOwner(work, owner, deps.moderatorIds);
    const ofBot = { botId: row.id, payload: { botId: row.id } };
    enqueue({ kind: 'launch-bot', ...ofBot });
    enqueue({ kind: 'introduce-bot', ...ofBot });
    audit(actor, known ? 'bot.token-replaced' : 'bot.added', { bot: row.id });
    return { bot: toSellerBot(row), outcome: known && known.removedAt === null ? 'token-replaced' : 'added' };
  }

  /** No new sale or renewal; all else goes on. */
  async function pauseBot(scope: TenantScope, actor: Actor): Promise<void> {
    await change(scope, actor, 'bot.paused', { pausedAt: deps.clock.now() }, 'shop');
  }

  async function resumeBot(scope: TenantScope, actor: Actor): Promise<void> {
    await change(scope, actor, 'bot.resumed', { pausedAt: null }, 'shop');
  }

  /** Notices that can be many are kept from the owner, or come again. */
  async function muteBot(scope: TenantScope, actor: Actor, muted: boolean): Promise<void> {
    await change(scope, actor, muted ? 'bot.muted' : 'bot.unmuted', {
      mutedAt: muted ? deps.clock.now() : null,
    });
  }

  async function readWork(scope: TenantScope, actor: Actor): Promise<BotWork> {
    await requireMayRead(prisma, scope, actor, 'look');
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
      // Whoever adds it again chooses anew who helps with it.
      const over = { botId: scope.botId, status: { not: 'removed' } };
      await db.botManager.updateMany({ where: over, data: { status: 'removed', removedAt: now } });
      await db.managerInvite.deleteMany({ where: { botId: scope.botId } });
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
    right?: Right,
  ): Promise<void> {
    await transact(async ({ db, audit, once }) => {
      if (right) await requireMay(db, scope, actor, right);
      else await requireOwner(db, scope, actor);
      if (!(await once(actor.act))) return;
      await db.sellerBot.update({ where: { id: scope.botId }, data });
      audit(actor, action, { bot: scope.botId });
    });
  }

  return {
    addBot,
    requireMayAdd,
    ...createBotLookup(deps),
    ...createBotCard(deps),
    ...createBotTexts(deps),
    pauseBot,
    resumeBot,
    muteBot,
    readWork,
    removeBot,
  };
}
