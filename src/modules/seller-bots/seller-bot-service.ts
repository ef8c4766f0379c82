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
import { endWithBot } from './bot-end.ts';
import type { BotGateway, BotIdentity } from './bot-gateway.ts';
import { createBotLookup } from './bot-lookup.ts';
import { createBotTexts } from './bot-texts.ts';
import { type BotWork, type SellerBot, toSellerBot } from './seller-bot.ts';

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
    const identity = await identifyShop(token);
    const added = await transact((work) => store(work, actor, { identity, ...encrypted(token) }));
    await deps.invalidate(identity.telegramBotId);
    return added;
  }

  /**
   * A new bot by a token that the main bot was given by Telegram, and may ask for again.
   * @returns false where the bot is known here since: nothing is stored, and nobody hears of it twice
   * @throws AppError as `addBot`
   */
  async function addManagedBot(actor: OwnerActor, token: string): Promise<boolean> {
    const identity = await identifyShop(token);
    const { telegramBotId } = identity;
    const isAdded = await transact(async (work) => {
      // Telegram tells several times at once, and of whoever has it next while this one is stored.
      await work.db
        .$queryRaw`SELECT pg_advisory_xact_lock(hashtext('managed bots'), hashtext(${String(telegramBotId)}))::text`;
      if (await work.db.sellerBot.count({ where: { telegramBotId, releasedAt: null } })) return false;
      await store(work, actor, { identity, ...encrypted(token), isManaged: true });
      return true;
    });
    await deps.invalidate(telegramBotId);
    return isAdded;
  }

  const encrypted = (token: string) => ({ encryptedToken: fernet.encrypt(token) });

  /** @throws AppError `token.*` */
  async function identifyShop(token: string): Promise<BotIdentity> {
    if (token.startsWith(`${deps.mainBotId}:`)) throw new AppError('token.isMainBot');
    const identity = await identify(token);
    if (identity.telegramBotId === deps.mainBotId) throw new AppError('token.isMainBot');
    return identity;
  }

  /**
   * Telegram has told of a bot that the main bot manages, and whose it is: what follows is seen to later, as often as it
   * takes.
   * @throws AppError `ownerBanned` where that is a new bot
   */
  async function noteManagedBot(actor: OwnerActor, telegramBotId: bigint): Promise<void> {
    const known = await prisma.sellerBot.count({ where: { telegramBotId, releasedAt: null } });
    if (known === 0) await requireMayAdd(actor);
    const payload = {
      telegramBotId: String(telegramBotId),
      telegramUserId: String(actor.telegramUserId),
    };
    await transact(async ({ enqueue }) => enqueue({ kind: 'heed-managed-bot', payload }));
  }

  /** Asked before a picture is: nobody sends one in vain. @throws AppError `notFound`, `botChangedHands` */
  async function requireMaySetPhoto(scope: TenantScope, actor: Actor): Promise<void> {
    await transact(async ({ db }) => {
      await requireOwner(db, scope, actor);
      await requireInTheirHands(db, scope);
    });
  }

  /**
   * What people see beside its name.
   * @param fileId a JPEG that the main bot was sent; null: the photo goes
   * @throws AppError `notFound`, `botChangedHands`, `botPhoto.refused`, `telegramUnavailable`
   */
  async function setPhoto(scope: TenantScope, actor: Actor, fileId: string | null): Promise<void> {
    await requireMaySetPhoto(scope, actor);
    try {
      await deps.gateway.showPhoto(scope.telegramBotId, fileId);
    } catch (error) {
      if (isDeliveryFailure(error, 'refused', 'unclear', 'file-out-of-reach')) {
        throw new AppError('botPhoto.refused');
      }
      if (isDeliveryFailure(error, 'not-sent', 'unknown', 'token-dead')) {
        throw new AppError('telegramUnavailable');
      }
      throw error;
    }
    await transact(async ({ audit }) => audit(actor, 'bot.photo-set', { bot: scope.botId }));
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
    { identity, ...origin }: { identity: BotIdentity; encryptedToken: string; isManaged?: true },
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
      ...origin,
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

  /** @throws AppError `botChangedHands` of a bot that is somebody else's at Telegram */
  async function resumeBot(scope: TenantScope, actor: Actor): Promise<void> {
    await change(scope, actor, 'bot.resumed', { pausedAt: null }, 'shop', (db) =>
      requireInTheirHands(db, scope),
    );
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
    await transact(async (work) => {
      const { db, now, enqueue, audit, once } = work;
      await requireOwner(db, scope, actor);
      if (!(await once(actor.act))) return;
      const removed = await db.sellerBot.updateMany({
        where: { id: scope.botId, removedAt: null },
        data: { isActive: false, removedAt: now },
      });
      if (removed.count === 0) return;
      enqueue({ kind: 'retire-bot', payload: { botId: scope.botId } });
      await endWithBot(work, scope.botId);
      audit(actor, 'bot.removed', { bot: scope.botId });
    });
    await deps.invalidate(scope.telegramBotId);
  }

  /** @throws AppError `botChangedHands` of a bot that is somebody else's at Telegram */
  async function requireInTheirHands(db: Work['db'], { botId }: TenantScope): Promise<void> {
    const gone = await db.sellerBot.count({ where: { id: botId, handedOverAt: { not: null } } });
    if (gone > 0) throw new AppError('botChangedHands');
  }

  async function change(
    scope: TenantScope,
    actor: Actor,
    action: Extract<AuditAction, `bot.${string}`>,
    data: object,
    right?: Right,
    check: (db: Work['db']) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    await transact(async ({ db, audit, once }) => {
      if (right) await requireMay(db, scope, actor, right);
      else await requireOwner(db, scope, actor);
      await check(db);
      if (!(await once(actor.act))) return;
      await db.sellerBot.update({ where: { id: scope.botId }, data });
      audit(actor, action, { bot: scope.botId });
    });
  }

  return {
    addBot,
    addManagedBot,
    noteManagedBot,
    requireMaySetPhoto,
    setPhoto,
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
