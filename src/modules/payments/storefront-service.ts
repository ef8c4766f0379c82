import { type Prepared, preparedBatchLoader, type Read } from '../../infra/postgres/prepared.ts';
import type { Prisma } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { fromDecimalString } from '../../shared/money.ts';
import type { Channel, ChannelType } from '../channels/channel.ts';
import { KNOWN_END_USER_COLUMNS, type KnownEndUser } from '../end-users/end-user.ts';
import { byDuration, type Plan } from '../plans/plan.ts';
import type { HeldSubscription } from '../subscriptions/subscription.ts';
import {
  type Advertisement,
  type AdvertisementRow,
  advertisementColumns,
  toAdvertisement,
} from '../tariffs/advertisement.ts';
import { isPaymentMethod } from './methods/index.ts';
import type { PaymentMethod } from './methods/payment-method.ts';

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

/**
 * Who enters and the whole window in one round trip, because everybody's `/start` looks into it. What is on sale
 * is for the view `plans_on_sale` to say. Ids and amounts that JSON would round are texts.
 */
const ENTER: Prepared = {
  name: 'storefront-window',
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
        SELECT b.user_admin_id AS "ownerId", b.welcome_message AS "welcomeMessage",
               (SELECT coalesce(json_agg(c.shown), '[]') FROM chats c) AS chats,
               (SELECT coalesce(json_agg(json_build_object(
                         'id', p.id, 'durationMonths', p.duration_months, 'price', p.price::text, 'channelId', p.channel_id)), '[]')
                  FROM plans_on_sale p
                 WHERE p.user_bot_id = q.bot_id AND NOT e.banned) AS plans,
               (SELECT coalesce(json_agg(json_build_object(
                         'id', s.id, 'expiresAt', s.expires_at, 'joinedAt', s.joined_at, 'channel', c.shown)), '[]')
                  FROM subscriptions s JOIN chats c ON c.id = s.channel_id
                 WHERE s.end_user_id = e.id AND s.status = 'active') AS held
          FROM user_bots b
         WHERE b.id = q.bot_id) shop`,
};

interface EnterRow extends KnownEndUser, AdvertisementRow {
  welcomeMessage: string | null;
  chats: ShownChannel[];
  plans: { id: number; channelId: number; durationMonths: number; price: string }[];
  held: { id: number; expiresAt: string | null; joinedAt: string | null; channel: ShownChannel }[];
}

interface ShownChannel extends Omit<Channel, 'telegramChatId' | 'type'> {
  telegramChatId: string;
  type: string;
}

/** A plan on sale. */
export interface PlanOnSale {
  id: number;
  channelId: number;
  durationMonths: number;
  price: Prisma.Decimal;
  channelTitle: string;
  /** By which it can be paid, at least one. */
  methods: PaymentMethod[];
}

/** A plan that may be bought now; null for one that is not, and for another bot's. */
export async function findOnSale(db: Db, scope: TenantScope, planId: number): Promise<PlanOnSale | null> {
  const [plan] = await db.$queryRaw<PlanOnSale[]>`
    SELECT p.id, p.channel_id AS "channelId", p.duration_months AS "durationMonths", p.price,
           c.title AS "channelTitle",
           ARRAY(SELECT m.method FROM payment_methods_offered m WHERE m.user_bot_id = p.user_bot_id) AS methods
      FROM plans_on_sale p JOIN channels c ON c.id = p.channel_id
     WHERE p.id = ${planId} AND p.user_bot_id = ${scope.botId}`;
  // A newer program may know methods that this one does not.
  return plan ? { ...plan, methods: plan.methods.filter(isPaymentMethod) } : null;
}

export function createStorefrontService({ read, clock }: { read: Read; clock: Clock }) {
  const find = preparedBatchLoader<[number, bigint, bigint, Date], EnterRow>(read, ENTER);

  return {
    /** Somebody who was here before, together with the window as they see it; null for whoever was not. */
    async enter(
      scope: TenantScope,
      telegramUserId: bigint,
    ): Promise<{ known: KnownEndUser; window: Storefront } | null> {
      const row = await find(scope.botId, telegramUserId, scope.telegramBotId, clock.now());
      return row ? { known: row, window: toStorefront(row) } : null;
    },
  };
}

function toStorefront({ welcomeMessage, chats, plans, held, ...row }: EnterRow): Storefront {
  const lifetime = new Set(held.filter((one) => one.expiresAt === null).map((one) => one.channel.id));
  const offers = chats
    .filter(({ id }) => !lifetime.has(id))
    .map((chat) => ({
      channel: toChannel(chat),
      plans: plans
        .filter(({ channelId }) => channelId === chat.id)
        .sort(byDuration)
        .map((plan) => ({ ...plan, price: fromDecimalString(plan.price), isActive: true })),
    }))
    .filter((offer) => offer.plans.length > 0);
  return {
    welcomeMessage,
    isBanned: row.banned,
    subscriptions: held.map((one) => ({
      id: one.id,
      channel: toChannel(one.channel),
      expiresAt: toDate(one.expiresAt),
      joinedAt: toDate(one.joinedAt),
    })),
    offers: offers.sort((a, b) => a.channel.type.localeCompare(b.channel.type)),
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
