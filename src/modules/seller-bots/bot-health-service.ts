import type { PrismaClient, SellerBot as SellerBotRow } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../shared/tenant-scope.ts';
import type { ChatGateway } from '../access/chat-gateway.ts';
import { type BotPlace, CONNECTED } from '../channels/channel.ts';
import type { ChannelService } from '../channels/channel-service.ts';
import { isDeliveryFailure } from '../notifications/delivery-error.ts';
import type { UnitOfWork } from '../promises/unit-of-work.ts';
import type { DueItem } from '../subscriptions/deadline-service.ts';
import type { BotGateway, BotIdentity, WebhookState } from './bot-gateway.ts';
import { toTenantScope } from './seller-bot.ts';

/** Another service that takes a webhook away this often in a row is one that the owner must hear of. */
const TELL_AFTER_TIMES = 2;

const NOT_THERE: BotPlace = { isInside: false, canInvite: false, canRestrict: false };

/** What a check of one bot found. */
export interface BotHealth {
  /** `unknown`: Telegram does not answer now. */
  token: 'alive' | 'dead' | 'unknown';
  webhook: WebhookState | null;
  chats: ({ title: string; isPublic: boolean } & BotPlace)[];
}

export interface BotHealthDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  gateway: BotGateway;
  chats: ChatGateway;
  channels: ChannelService;
  invalidate: (telegramBotId: bigint) => Promise<void>;
}

/** Whether bots and their chats are as the books have them, and what can be mended without their owners. */
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
    if (!row.isActive) return { token: 'dead', webhook: null, chats: [] };
    try {
      const webhook = await gateway.inspect(row.telegramBotId);
      await noteWebhook(row, webhook);
      await noteIdentity(row, await gateway.whoIs(row.telegramBotId));
      const scope = toTenantScope(row);
      const chats = await Promise.all(row.channels.map((channel) => checkChat(scope, channel)));
      return { token: 'alive', webhook, chats };
    } catch (error) {
      if (isDeliveryFailure(error, 'token-dead')) {
        await markTokenDead(row);
        return { token: 'dead', webhook: null, chats: [] };
      }
      if (isDeliveryFailure(error, 'not-sent', 'unknown'))
        return { token: 'unknown', webhook: null, chats: [] };
      throw error;
    }
  }

  async function checkChat(
    scope: TenantScope,
    channel: { id: number; title: string; telegramChatId: bigint },
  ) {
    const place = { telegramBotId: scope.telegramBotId, telegramChatId: channel.telegramChatId };
    const sight = await deps.chats.look(place);
    await deps.channels.chatSeen(scope, channel.id, sight);
    if (!sight) return { title: channel.title, isPublic: false, ...NOT_THERE };
    const { title, isPublic, isInside, canInvite, canRestrict } = sight;
    return { title, isPublic, isInside, canInvite, canRestrict };
  }

  /** Owners rename their bots at BotFather, and links to the old name lead nowhere. */
  async function noteIdentity(row: SellerBotRow, { username, name }: BotIdentity): Promise<void> {
    if (row.username === username && row.name === name) return;
    await prisma.sellerBot.update({ where: { id: row.id }, data: { username, name } });
    await deps.invalidate(row.telegramBotId);
  }

  async function noteWebhook(row: SellerBotRow, { wasTaken }: WebhookState): Promise<void> {
    if (!wasTaken && row.webhookTakenTimes === 0) return;
    await transact(async ({ db, promise }) => {
      const { webhookTakenTimes } = await db.sellerBot.update({
        where: { id: row.id },
        data: { webhookTakenTimes: wasTaken ? { increment: 1 } : 0 },
      });
      if (webhookTakenTimes !== TELL_AFTER_TIMES) return;
      promise({
        kind: 'sure-notice',
        payload: {
          to: { kind: 'owner', ownerId: row.ownerId },
          notice: { kind: 'webhookTaken', botId: row.id },
          quiet: false,
        },
      });
    });
  }

  /** Stops a dead token's work and nothing else; a newer token that came meanwhile stays. */
  async function markTokenDead(
    row: Pick<SellerBotRow, 'id' | 'ownerId' | 'telegramBotId' | 'encryptedToken'>,
  ): Promise<void> {
    await transact(async ({ db, now, promise, audit }) => {
      const marked = await db.sellerBot.updateMany({
        where: { id: row.id, encryptedToken: row.encryptedToken, isActive: true },
        data: { isActive: false, tokenDeadAt: now },
      });
      if (marked.count === 0) return;
      promise({
        kind: 'sure-notice',
        payload: {
          to: { kind: 'owner', ownerId: row.ownerId },
          notice: { kind: 'botTokenDead', botId: row.id },
          quiet: false,
        },
      });
      audit({ actor: 'system', action: 'bot.token-died', target: `bot:${row.id}`, botId: row.id });
    });
    await deps.invalidate(row.telegramBotId);
  }

  return { listToCheck, checkBot };
}
