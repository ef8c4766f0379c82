import type { SellerBot } from '../../infra/prisma-client/client.ts';
import type { PersonName } from '../../kernel/person.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { CONNECTED } from '../channels/channel.ts';
import { defineNotices } from '../notifications/notice.ts';

interface AboutBot {
  to: 'owner';
  payload: { botId: number };
  content: { botUsername: string };
}

declare module '../notifications/notice.ts' {
  interface Notices {
    botReady: {
      to: 'owner';
      payload: { botId: number };
      content: { botUsername: string; telegramBotId: bigint; hasChat: boolean };
    };
    /** Where its buyers pay. Of both cards the last digits. */
    cardChanged: {
      to: 'owner';
      payload: { botId: number; old: string; new: string };
      content: { botUsername: string; telegramBotId: bigint; old: string; new: string };
    };
    botTokenDead: AboutBot;
    webhookTaken: AboutBot;
    /** It is somebody else's at Telegram; each of the three reads what is theirs to do. */
    botChangedHands: {
      to: 'owner' | 'moderator';
      payload: { botId: number; reads: 'former' | 'new' | 'moderator' };
      content: {
        botUsername: string;
        telegramBotId: bigint;
        reads: 'former' | 'new' | 'moderator';
        former: PersonName;
        /** Null: they are forgotten since. */
        present: PersonName | null;
      };
    };
    /** Telegram does not deliver to this server; its own words for why. */
    webhookRefused: {
      to: 'owner' | 'moderator';
      payload: { botId: number; reason: string };
      content: { botUsername: string; reason: string };
    };
  }
}

export const SELLER_BOT_NOTICES = defineNotices({
  botReady: {
    isSure: true,
    isQuiet: false,
    async content(db, { botId }) {
      const bot = await readBot(db, botId);
      if (!bot) return null;
      const chats = await db.channel.count({ where: { botId, ...CONNECTED } });
      const { username: botUsername, telegramBotId } = bot;
      return { botUsername, telegramBotId, hasChat: chats > 0 };
    },
  },
  cardChanged: {
    isSure: true,
    isQuiet: false,
    async content(db, { botId, old, new: present }) {
      const bot = await readBot(db, botId);
      if (!bot) return null;
      const { username: botUsername, telegramBotId } = bot;
      return { botUsername, telegramBotId, old, new: present };
    },
  },
  botTokenDead: { isSure: true, isQuiet: false, content: nameOf },
  webhookTaken: { isSure: true, isQuiet: false, content: nameOf },
  botChangedHands: {
    isSure: true,
    isQuiet: false,
    async content(db, { botId, reads }) {
      const bot = await db.sellerBot.findUnique({ where: { id: botId }, include: { owner: true } });
      // Back again, or released.
      if (!bot?.handedOverAt || bot.removedAt) return null;
      const { username: botUsername, telegramBotId, owner: former, handedOverTo } = bot;
      const present =
        handedOverTo === null ? null : await db.owner.findUnique({ where: { telegramUserId: handedOverTo } });
      return { botUsername, telegramBotId, reads, former, present };
    },
  },
  webhookRefused: {
    isSure: true,
    isQuiet: false,
    async content(db, { botId, reason }) {
      const named = await nameOf(db, { botId });
      return named && { ...named, reason };
    },
  },
});

function readBot(db: Db, id: number): Promise<SellerBot | null> {
  return db.sellerBot.findUnique({ where: { id } });
}

export async function nameOf(db: Db, { botId }: { botId: number }): Promise<{ botUsername: string } | null> {
  const bot = await readBot(db, botId);
  return bot && { botUsername: bot.username };
}
