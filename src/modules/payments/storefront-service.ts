import { type Prepared, preparedBatchLoader, type Read } from '../../infra/postgres/prepared.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Clock } from '../../shared/clock.ts';
import { fromDecimalString } from '../../shared/money.ts';
import { CAN_SELL, type Channel, type ChannelType } from '../channels/channel.ts';
import { KNOWN_END_USER_COLUMNS, type KnownEndUser } from '../end-users/end-user.ts';
import { byDuration, type Plan } from '../plans/plan.ts';
import {
  type Advertisement,
  type AdvertisementRow,
  advertisementColumns,
  toAdvertisement,
} from '../tariffs/advertisement.ts';

/** What a seller bot shows one person: what they have, and what they may buy. */
export interface Storefront {
  /** Null: the default text. */
  welcomeMessage: string | null;
  subscriptions: HeldSubscription[];
  /** The owner sells this person nothing. */
  isBanned: boolean;
  /** Chats with at least one plan for this person; empty when nothing is sold now. */
  offers: { channel: Channel; plans: Plan[] }[];
  /** Getolog's line, for those who see it in their language. */
  advertisement: Advertisement;
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
 * Who enters and the whole window in one round trip, because everybody's `/start` looks into it. What stands on `plans`
 * here is `onSale` once more; a test holds the two to each other. Ids and amounts that JSON would round are texts.
 */
const ENTER: Prepared = {
  name: 'storefront-enter',
  text: `
    SELECT q.n, ${KNOWN_END_USER_COLUMNS}, shop.*,
           ${advertisementColumns({ ownerId: 'shop."ownerId"', language: 'e.language', now: 'q.now' })}
      FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::timestamptz[])
           WITH ORDINALITY q(bot_id, telegram_user_id, telegram_bot_id, now, n)
      JOIN end_users e ON e.telegram_id = q.telegram_user_id AND e.user_bot_id = q.bot_id
     CROSS JOIN LATERAL (
        WITH chats AS MATERIALIZED (
          SELECT c.*, json_build_object(
                   'id', c.id, 'telegramChatId', c.telegram_chat_id::text, 'type', c.type, 'title', c.title,
                   'isBasicGroup', c.is_basic_group, 'isPublic', c.is_public, 'canInvite', c.can_invite, 'canRestrict', c.can_restrict) AS shown
            FROM channels c
           WHERE c.user_bot_id = q.bot_id AND c.connected_at IS NOT NULL AND c.disconnected_at IS NULL)
        SELECT o.id AS "ownerId", b.welcome_message AS "welcomeMessage",
               (SELECT coalesce(json_agg(json_build_object(
                         'id', p.id, 'durationMonths', p.duration_months, 'price', p.price::text, 'channel', c.shown)), '[]')
                  FROM chats c JOIN plans p ON p.channel_id = c.id
                 WHERE NOT e.banned AND p.is_active AND NOT c.is_basic_group AND NOT c.is_public AND c.can_invite AND c.can_restrict
                   AND b.is_active AND b.paused_at IS NULL AND b.card_number IS NOT NULL AND NOT o.banned) AS plans,
               (SELECT coalesce(json_agg(json_build_object(
                         'id', s.id, 'expiresAt', s.expires_at, 'joinedAt', s.joined_at, 'channel', c.shown)), '[]')
                  FROM subscriptions s JOIN chats c ON c.id = s.channel_id
                 WHERE s.end_user_id = e.id AND s.status = 'active') AS held
          FROM user_bots b JOIN user_admins o ON o.id = b.user_admin_id
         WHERE b.id = q.bot_id) shop`,
};

interface EnterRow extends KnownEndUser, AdvertisementRow {
  welcomeMessage: string | null;
  plans: { id: number; durationMonths: number; price: string; channel: ShownChannel }[];
  held: { id: number; expiresAt: string | null; joinedAt: string | null; channel: ShownChannel }[];
}

interface ShownChannel extends Omit<Channel, 'telegramChatId' | 'type'> {
  telegramChatId: string;
  type: string;
}

export function createStorefrontService({ read, clock }: { read: Read; clock: Clock }) {
  const find = preparedBatchLoader<[number, bigint, bigint, Date], EnterRow>(read, ENTER);

  return {
    /** Somebody who was here before, settleAll with the window as they see it; null for whoever was not. */
    async enter(
      scope: TenantScope,
      telegramUserId: bigint,
    ): Promise<{ known: KnownEndUser; window: Storefront } | null> {
      const row = await find(scope.botId, telegramUserId, scope.telegramBotId, clock.now());
      return row ? { known: row, window: toStorefront(row) } : null;
    },
  };
}

function toStorefront({ welcomeMessage, plans, held, ...row }: EnterRow): Storefront {
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
    isBanned: row.banned,
    subscriptions: held.map((one) => ({
      id: one.id,
      channel: toChannel(one.channel),
      expiresAt: toDate(one.expiresAt),
      joinedAt: toDate(one.joinedAt),
    })),
    offers: [...offers.values()].sort((a, b) => a.channel.type.localeCompare(b.channel.type)),
    advertisement: toAdvertisement(row),
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
