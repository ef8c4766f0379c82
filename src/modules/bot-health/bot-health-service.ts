import type { SellerBot as SellerBotRow } from '../../infra/prisma-client/client.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { DueItem } from '../../kernel/due-item.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import { requireMay } from '../../kernel/rights.ts';
import { type TenantScope, toTenantScope } from '../../kernel/tenant-scope.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { type BotPlace, CONNECTED, OUTSIDE } from '../channels/channel.ts';
import type { ChannelService } from '../channels/channel-service.ts';
import type { ChatGateway } from '../channels/chat-gateway.ts';
import { ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import type { BotGateway, BotIdentity, Rival, WebhookState } from '../seller-bots/bot-gateway.ts';
import { healOrMarkDead, type TokenHealingDeps } from '../seller-bots/managed/token-healing.ts';
import { SELLER_BOT_NOTICES } from '../seller-bots/seller-bot-notices.ts';
import { tellOfRefusal } from '../seller-bots/webhook-refusal.ts';

/** Another service that takes a bot's updates this often in a row is one that the owner must hear of. */
const TELL_AFTER_TIMES = 2;

/** What a check of one bot found. */
export interface BotHealth {
  /** `unknown`: Telegram does not answer now. */
  token: 'alive' | 'dead' | 'unknown';
  webhook: WebhookState | null;
  /** Who else took the bot's updates since the last check. */
  rival: Rival | null;
  chats: ({ title: string; isPublic: boolean } & BotPlace)[];
}

const DEAD: BotHealth = { token: 'dead', webhook: null, rival: null, chats: [] };
const UNKNOWN: BotHealth = { ...DEAD, token: 'unknown' };

export interface BotHealthDeps extends TokenHealingDeps {
  gateway: BotGateway;
  chats: ChatGateway;
  channels: ChannelService;
  moderatorIds: readonly bigint[];
}

/** Whether bots and their chats are as the database has them, and what can be mended without their owners. */
export function createBotHealthService(deps: BotHealthDeps) {
  const { prisma, transact, gateway } = deps;

  /** The next bots that Getolog runs, in the order of their ids. */
  async function listToCheck(after: number, limit: number): Promise<DueItem[]> {
    const rows = await prisma.sellerBot.findMany({
      where: { isActive: true, id: { gt: after } },
      select: { id: true },
      orderBy: { id: 'asc' },
      take: limit,
    });
    return rows.map(({ id }) => ({ id, rank: 1 }));
  }

  /** Looks at token, webhook and rights; mends what it can, tells the owner of the rest. Null for a removed bot. */
  async function checkBot(botId: number): Promise<BotHealth | null> {
    const row = await prisma.sellerBot.findFirst({
      where: { id: botId, removedAt: null },
      include: { owner: { select: { telegramUserId: true } }, channels: { where: CONNECTED } },
    });
    if (!row) return null;
    if (!row.isActive) return DEAD;
    try {
      // Asked before Telegram is: a bot that is still to be launched has no webhook that anybody could have taken.
      const isLaunched = (await countLaunches(botId)) === 0;
      const webhook = await gateway.inspect(row.telegramBotId);
      const rival = isLaunched ? await noteRival(row, webhook) : null;
      await noteIdentity(row, await gateway.whoIs(row.telegramBotId));
      const scope = toTenantScope(row);
      const chats = await Promise.all(row.channels.map((channel) => checkChat(scope, channel)));
      return { token: 'alive', webhook, rival, chats };
    } catch (error) {
      if (isDeliveryFailure(error, 'token-dead')) {
        return judgeToken(row);
      }
      if (isDeliveryFailure(error, 'refused') && error.saying !== undefined)
        await tellOfRefusal(deps, row, error.saying);
      else if (!isDeliveryFailure(error, 'not-sent', 'unknown')) throw error;
      return UNKNOWN;
    }
  }

  /** Telegram has refused a bot's token. With another one it is looked at anew: one is made an hour at most, so that ends. */
  async function judgeToken(row: SellerBotRow): Promise<BotHealth | null> {
    try {
      if (!(await healOrMarkDead(deps, row))) return DEAD;
    } catch (error) {
      if (!isDeliveryFailure(error, 'not-sent', 'unknown')) throw error;
      return UNKNOWN;
    }
    return checkBot(row.id);
  }

  /** How often it is still to be launched. */
  const countLaunches = (botId: number) =>
    prisma.outboxMessage.count({ where: { kind: 'launch-bot', botId, doneAt: null } });

  /** The same, for its owner to read. @throws AppError `notFound` */
  async function checkOwnBot(scope: TenantScope, actor: Actor): Promise<BotHealth | null> {
    // A check mends what it finds, so it is a change; in parts, between which Telegram is asked.
    await transact(({ db }) => requireMay(db, scope, actor, 'shop'));
    return checkBot(scope.botId);
  }

  async function checkChat(
    scope: TenantScope,
    channel: { id: number; title: string; telegramChatId: bigint },
  ) {
    const place = { telegramBotId: scope.telegramBotId, telegramChatId: channel.telegramChatId };
    const sight = await deps.chats.look(place);
    await deps.channels.chatSeen(scope, channel.id, sight);
    if (!sight) return { title: channel.title, isPublic: false, ...OUTSIDE };
    const { title, isPublic, isInside, canInvite, canRestrict } = sight;
    return { title, isPublic, isInside, canInvite, canRestrict };
  }

  /** Owners rename their bots at BotFather, and links to the old name lead nowhere. */
  async function noteIdentity(row: SellerBotRow, { username, name }: BotIdentity): Promise<void> {
    if (row.username === username && row.name === name) return;
    await prisma.sellerBot.update({ where: { id: row.id }, data: { username, name } });
    await deps.invalidate(row.telegramBotId);
  }

  /** @returns who was there since the last check, which this one tells */
  async function noteRival(row: SellerBotRow, { wasTaken }: WebhookState): Promise<Rival | null> {
    if (!wasTaken && row.takenBy === null && row.webhookTakenTimes === 0) return null;
    return transact(async (work) => {
      if (wasTaken) {
        await countRival(work, row.id, null);
        return 'webhook';
      }
      const [seen] = await work.db.$queryRaw<{ takenBy: Rival | null }[]>`
        SELECT taken_by AS "takenBy" FROM user_bots WHERE id = ${row.id} FOR UPDATE`;
      const takenBy = seen?.takenBy ?? null;
      await work.db.sellerBot.update({
        where: { id: row.id },
        data: takenBy === null ? { webhookTakenTimes: 0 } : { takenBy: null },
      });
      return takenBy;
    });
  }

  /** A poller found somebody else at its bot. */
  async function rivalFound(telegramBotId: bigint, rival: Rival): Promise<void> {
    await transact(async (work) => {
      const row = await work.db.sellerBot.findFirst({ where: { telegramBotId, isActive: true } });
      if (row) await countRival(work, row.id, rival);
    });
  }

  /** @param takenBy what the next check is to tell; null where one tells it now */
  async function countRival(work: Work, botId: number, takenBy: Rival | null): Promise<void> {
    const { webhookTakenTimes, ownerId } = await work.db.sellerBot.update({
      where: { id: botId },
      data: { webhookTakenTimes: { increment: 1 }, takenBy },
    });
    if (webhookTakenTimes !== TELL_AFTER_TIMES) return;
    tell(work, SELLER_BOT_NOTICES.webhookTaken, ownerOf({ ownerId }), { botId });
  }

  /** Telegram refused a bot's token. */
  async function tokenDied(telegramBotId: bigint): Promise<void> {
    const row = await prisma.sellerBot.findFirst({
      where: { telegramBotId, isActive: true },
      select: { id: true },
    });
    if (row) await checkBot(row.id);
  }

  return { listToCheck, checkBot, checkOwnBot, rivalFound, tokenDied };
}
