import { mayDo, type TeamRole } from '../../kernel/rights.ts';
import type { BotHealth as FoundHealth } from '../../modules/bot-health/bot-health-service.ts';
import type { Channel } from '../../modules/channels/channel.ts';
import type { Plan } from '../../modules/plans/plan.ts';
import type { BotWork, SellerBot } from '../../modules/seller-bots/seller-bot.ts';
import type { Bot, BotHealth } from '../contract/bots.ts';
import { stateOf } from '../session/me.ts';

interface BotPage {
  bot: SellerBot;
  channels: readonly Channel[];
  plans: readonly Plan[];
  work: BotWork;
  /** Their owner is banned. */
  isSuspended: boolean;
  /** As what whoever asks may see it. */
  role: TeamRole;
}

export function toBot(page: BotPage): Bot {
  const { bot, channels, work } = page;
  return {
    id: String(bot.telegramBotId),
    username: bot.username,
    name: bot.name,
    state: stateOf({ ...bot, sells: work.sells }),
    nextStep: nextStepOf(page),
    paused: bot.pausedAt !== null,
    muted: bot.mutedAt !== null,
    chats: channels.map(({ id, title, type, canInvite, canRestrict, isBasicGroup }) => ({
      id,
      title,
      type,
      canInvite,
      canRestrict,
      basic: isBasicGroup,
    })),
    live: mayDo(page.role, 'shop') ? work.members : null,
    waiting: mayDo(page.role, 'receipts') ? work.waiting : null,
    link: `https://t.me/${bot.username}`,
  };
}

/** The first of what is missing, as on its page in the main bot. */
function nextStepOf({ bot, channels, plans, work, isSuspended, role }: BotPage): Bot['nextStep'] {
  if (work.sells || isSuspended || !bot.isActive || !mayDo(role, 'shop')) return null;
  if (channels.length === 0) return 'chat';
  if (!channels.some(isUsable)) return 'rights';
  const isPriced = plans.some(({ isActive, price }) => isActive && price > 0n);
  if (!isPriced) return 'plan';
  if (work.methods.length === 0) return 'card';
  return null;
}

function isUsable({ isBasicGroup, isPublic, canInvite, canRestrict }: Channel): boolean {
  return !isBasicGroup && !isPublic && canInvite && canRestrict;
}

export function toHealth({ token, webhook, rival, chats }: FoundHealth, closedBy: number): BotHealth {
  return {
    token,
    webhook: webhook && {
      // Looked at, it is set again where it was not.
      ours: true,
      wasTaken: webhook.wasTaken || rival !== null,
      waiting: webhook.waiting,
      lastError: webhook.lastError,
    },
    chats: chats.map(({ title, isInside, canInvite, canRestrict }) => ({
      title,
      inside: isInside,
      canInvite,
      canRestrict,
    })),
    closedBy,
  };
}
