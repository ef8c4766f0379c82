import { batchedRead, type Prepared, type Read } from '../../infra/prepared.ts';
import { fromDecimalString } from '../../shared/money.ts';
import type { TenantScope } from '../../shared/tenant-scope.ts';
import { CAN_SELL, type Channel, type ChannelType } from '../channels/channel.ts';
import type { EndUser } from '../end-users/end-user.ts';
import { byDuration, type Plan } from '../plans/plan.ts';

/** What a seller bot shows one person: what they have, and what they may buy. */
export interface Storefront {
  /** Null: the default text. */
  welcomeMessage: string | null;
  subscriptions: HeldSubscription[];
  /** Chats with at least one plan for this person; empty when nothing is sold now. */
  offers: { channel: Channel; plans: Plan[] }[];
}

export interface HeldSubscription {
  id: number;
  channel: Channel;
  /** Null = lifetime. */
  expiresAt: Date | null;
  joinedAt: Date | null;
}

/**
 * The one rule of when a plan may be bought, as a condition on `plans`: the bot runs and is not paused, its owner is
 * not banned and has a card, the chat is connected with every right it needs.
 */
export function onSale(scope: TenantScope) {
  return {
    isActive: true,
    channel: {
      ...CAN_SELL,
      botId: scope.botId,
      bot: { isActive: true, pausedAt: null, cardNumber: { not: null }, owner: { banned: false } },
    },
  } as const;
}

/**
 * The whole window in one round trip, because everybody's `/start` looks into it. What stands on `plans` here is
 * `onSale` once more; a test holds the two to each other. Ids and amounts that JSON would round are texts.
 */
const OPEN: Prepared = {
  name: 'storefront-open',
  text: `
    SELECT q.n, w.*
      FROM unnest($1::int[], $2::int[], $3::bool[]) WITH ORDINALITY q(bot_id, end_user_id, is_banned, n)
     CROSS JOIN LATERAL (
        WITH chats AS MATERIALIZED (
          SELECT c.*, json_build_object(
                   'id', c.id, 'telegramChatId', c.telegram_chat_id::text, 'type', c.type, 'title', c.title,
                   'isBasicGroup', c.is_basic_group, 'canInvite', c.can_invite, 'canRestrict', c.can_restrict) AS shown
            FROM channels c
           WHERE c.user_bot_id = q.bot_id AND c.connected_at IS NOT NULL AND c.disconnected_at IS NULL)
        SELECT b.welcome_message AS "welcomeMessage",
               (SELECT coalesce(json_agg(json_build_object(
                         'id', p.id, 'durationMonths', p.duration_months, 'price', p.price::text, 'channel', c.shown)), '[]')
                  FROM chats c JOIN plans p ON p.channel_id = c.id
                 WHERE NOT q.is_banned AND p.is_active AND NOT c.is_basic_group AND c.can_invite AND c.can_restrict
                   AND b.is_active AND b.paused_at IS NULL AND b.card_number IS NOT NULL AND NOT o.banned) AS plans,
               (SELECT coalesce(json_agg(json_build_object(
                         'id', s.id, 'expiresAt', s.expires_at, 'joinedAt', s.joined_at, 'channel', c.shown)), '[]')
                  FROM subscriptions s JOIN chats c ON c.id = s.channel_id
                 WHERE s.end_user_id = q.end_user_id AND s.status = 'active') AS held
          FROM user_bots b JOIN user_admins o ON o.id = b.user_admin_id
         WHERE b.id = q.bot_id) w`,
};

interface OpenRow {
  welcomeMessage: string | null;
  plans: { id: number; durationMonths: number; price: string; channel: ShownChannel }[];
  held: { id: number; expiresAt: string | null; joinedAt: string | null; channel: ShownChannel }[];
}

interface ShownChannel extends Omit<Channel, 'telegramChatId' | 'type'> {
  telegramChatId: string;
  type: string;
}

export function createStorefrontService({ read }: { read: Read }) {
  const findWindow = batchedRead<[number, number, boolean], OpenRow>(read, OPEN);
  return {
    async open(scope: TenantScope, endUser: EndUser): Promise<Storefront> {
      const window = await findWindow(scope.botId, endUser.id, endUser.banned);
      if (!window) throw new Error('A bot that answers is not in the books');
      const { welcomeMessage, plans, held } = window;
      const lifetime = new Set(held.filter((one) => one.expiresAt === null).map((one) => one.channel.id));
      const offers = new Map<number, { channel: Channel; plans: Plan[] }>();
      for (const { channel, ...plan } of plans.sort(byDuration)) {
        if (lifetime.has(channel.id)) continue;
        const offer = offers.get(channel.id) ?? { channel: toChannel(channel), plans: [] };
        offer.plans.push({
          id: plan.id,
          channelId: channel.id,
          durationMonths: plan.durationMonths,
          price: fromDecimalString(plan.price),
          isActive: true,
        });
        offers.set(channel.id, offer);
      }
      return {
        welcomeMessage,
        subscriptions: held.map((one) => ({
          id: one.id,
          channel: toChannel(one.channel),
          expiresAt: toDate(one.expiresAt),
          joinedAt: toDate(one.joinedAt),
        })),
        offers: [...offers.values()].sort((a, b) => a.channel.type.localeCompare(b.channel.type)),
      };
    },
  };
}

function toChannel(shown: ShownChannel): Channel {
  return {
    ...shown,
    telegramChatId: BigInt(shown.telegramChatId),
    type: shown.type as ChannelType,
  };
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
