import type { Prisma } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db, Work } from '../../kernel/unit-of-work.ts';
import { ownerOf } from '../notifications/address.ts';
import { defineNotices, tell } from '../notifications/notice.ts';
import { type ChatState, CONNECTED, chatState } from './channel.ts';
import { readChatSelling, type Selling } from './selling-queries.ts';

export type ChatRefusal = 'public' | 'secondChannel' | 'secondGroup' | 'takenByAnotherBot';

interface ChatContent {
  chat: ChatState;
  botUsername: string;
  telegramBotId: bigint;
}

interface AboutChat {
  to: 'owner';
  payload: { channelId: number };
  content: ChatContent;
}

/** What keeps a bot from selling anything, wherever it is. */
interface BotState {
  bot: { username: string; isActive: boolean; pausedAt: Date | null };
  /** Its owner is banned. */
  isSuspended: boolean;
}

declare module '../notifications/notice.ts' {
  interface Notices {
    chatConnected: Omit<AboutChat, 'content'> & {
      content: ChatContent & BotState & Selling & { hasPlan: boolean };
    };
    chatWaitsForOwner: AboutChat;
    /** A chat that is connected by the time of telling was refused by mistake. */
    chatRefused: {
      to: 'owner';
      payload: { botId: number; telegramChatId: string; title: string; reason: ChatRefusal };
      content: { title: string; reason: ChatRefusal; botUsername: string; telegramBotId: bigint };
    };
    chatDisconnected: AboutChat;
    chatLost: AboutChat;
    chatRightsMissing: AboutChat;
    chatRightsBack: AboutChat;
    /** It got a username. */
    chatPublic: AboutChat;
    chatPrivate: AboutChat;
  }
}

const ABOUT_CHAT = { isSure: true, isQuiet: false, content: readChat } as const;

export const CHANNEL_NOTICES = defineNotices({
  chatConnected: {
    isSure: true,
    isQuiet: false,
    async content(db, { channelId }) {
      const channel = await db.channel.findUnique({
        where: { id: channelId },
        include: {
          bot: { include: { owner: { select: { banned: true } } } },
          plans: { where: { isActive: true }, select: { id: true }, take: 1 },
        },
      });
      if (!channel) return null;
      const { bot, plans } = channel;
      return {
        ...toContent(channel),
        ...(await readChatSelling(db, { botId: bot.id, channelId })),
        hasPlan: plans.length > 0,
        bot,
        isSuspended: bot.owner.banned,
      };
    },
  },
  chatWaitsForOwner: ABOUT_CHAT,
  chatRefused: {
    isSure: true,
    isQuiet: false,
    async content(db, { botId, telegramChatId, title, reason }) {
      const bot = await db.sellerBot.findUnique({ where: { id: botId } });
      if (!bot) return null;
      const isConnected = await db.channel.count({
        where: { ...CONNECTED, botId, telegramChatId: BigInt(telegramChatId) },
      });
      if (isConnected > 0) return null;
      return { title, reason, botUsername: bot.username, telegramBotId: bot.telegramBotId };
    },
  },
  chatDisconnected: ABOUT_CHAT,
  chatLost: ABOUT_CHAT,
  chatRightsMissing: ABOUT_CHAT,
  chatRightsBack: ABOUT_CHAT,
  chatPublic: ABOUT_CHAT,
  chatPrivate: ABOUT_CHAT,
});

async function readChat(db: Db, { channelId }: { channelId: number }): Promise<ChatContent | null> {
  const channel = await db.channel.findUnique({ where: { id: channelId }, include: { bot: true } });
  return channel && toContent(channel);
}

function toContent(channel: Prisma.ChannelGetPayload<{ include: { bot: true } }>): ChatContent {
  const { username: botUsername, telegramBotId } = channel.bot;
  return { chat: chatState(channel), botUsername, telegramBotId };
}

/** Tells the bot's owner something of one of its chats. */
export function tellOfChat(
  work: Work,
  scope: TenantScope,
  kind: Exclude<keyof typeof CHANNEL_NOTICES, 'chatRefused'>,
  channelId: number,
  options: { key?: string } = {},
): void {
  tell(work, CHANNEL_NOTICES[kind], ownerOf(scope), { channelId }, options);
}
