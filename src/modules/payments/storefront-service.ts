import { type Prepared, preparedBatchLoader, type RunPrepared } from '../../infra/postgres/prepared.ts';
import { Prisma } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { dateOf } from '../../shared/calendar.ts';
import type { Clock } from '../../shared/clock.ts';
import { fromDecimalString } from '../../shared/money.ts';
import type { Channel, ChannelType } from '../channels/channel.ts';
import { KNOWN_END_USER_COLUMNS, type KnownEndUser } from '../end-users/end-user.ts';
import {
  addsTo,
  byDuration,
  DURATION_OF_PLAN,
  type Duration,
  type DurationColumns,
  offeredUntil,
  toDuration,
} from '../plans/duration.ts';
import type { HashPerson } from '../platform/person-key.ts';
import { toGift } from '../promo-codes/promo-code.ts';
import { offerFor } from '../promo-codes/promo-offer.ts';
import {
  type HeldCode,
  IS_HELD,
  IS_TYPED,
  LIVE_CODE,
  PLANS_OF_CODE,
  promoState,
} from '../promo-codes/promo-state.ts';
import type { HeldSubscription } from '../subscriptions/subscription.ts';
import {
  type Advertisement,
  type AdvertisementRow,
  advertisementColumns,
  toAdvertisement,
} from '../tariffs/advertisement.ts';
import { HAD_ANYTHING, type Taster } from '../trials/trials.ts';
import { isPaymentMethod, PAYMENT_METHODS } from './methods/index.ts';
import type { PaymentMethod } from './methods/payment-method.ts';

/** What a seller bot shows one person: what they have, and what they may buy. */
export interface Storefront {
  /** Null: the default text. */
  welcomeMessage: string | null;
  subscriptions: HeldSubscription[];
  /** The owner sells this person nothing. */
  isBanned: boolean;
  /** Chats that some plan for this person opens, the channel first; empty when nothing is sold now. */
  chats: Channel[];
  /** What this person may buy: chat by chat, then what opens several; the shortest first. */
  plans: OfferedPlan[];
  /** The code that they typed, while it is kept. */
  typedCode: string | null;
  /** Whether a code that they may hear of is good now. */
  hasCodes: boolean;
  /** Whether whoever brings a friend gets something for it. */
  rewardsInviters: boolean;
  /** Chats where nobody removes this person: they come in for nothing. */
  freeChats: Channel[];
  /** Getolog's line, for those who see it in their language. */
  advertisement: Advertisement;
}

/** A plan as a buyer sees it. */
export interface OfferedPlan {
  id: number;
  /** Every chat that it opens, the first one first. */
  channelIds: number[];
  duration: Duration;
  /** The owner's own; null: it is called by its duration. */
  name: string | null;
  /** Tiyin. */
  price: bigint;
  /** Whole Stars, where nothing else is taken for it; null: something is. */
  starsPrice: number | null;
  /** What it costs or lasts with the code that they hold; null where that is not for it. */
  offer: { price: bigint; days: number; code: string } | null;
  isTrial: boolean;
}

/**
 * Who enters and the whole window in one round trip, because everybody's `/start` looks into it. What is on sale
 * is for the view `plans_on_sale` to say. Ids and amounts that JSON would round are texts.
 */
const ENTER: Prepared = {
  name: 'storefront-shop-window',
  text: `
    SELECT q.n, ${KNOWN_END_USER_COLUMNS}, shop.*,
           ${advertisementColumns({ ownerId: 'shop."ownerId"', language: 'e.language', now: 'q.now' })}
      FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::date[], $6::bigint[], $7::date[])
           WITH ORDINALITY q(bot_id, telegram_user_id, telegram_bot_id, now, offered_until, person, today, n)
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
                         'id', p.id, 'durationMonths', p.duration_months, 'durationDays', p.duration_days, 'endsOn', p.ends_on,
                         'name', p.name, 'price', p.price::text, 'isTrial', p.is_trial, 'channelIds', p.channel_ids,
                         'starsPrice', CASE WHEN coalesce(p.uzs_until, '-infinity') <= q.now THEN p.stars_price END)), '[]')
                  FROM plans_on_sale p
                 WHERE p.user_bot_id = q.bot_id AND NOT e.banned AND p.sold_until > q.now AND (NOT p.is_trial OR NOT ${HAD_ANYTHING})
                   AND (p.ends_on IS NULL OR p.ends_on >= q.offered_until)) AS plans,
               (SELECT coalesce(json_agg(json_build_object(
                         'id', s.id, 'expiresAt', s.expires_at, 'joinedAt', s.joined_at,
                         'graceUntil', CASE WHEN s.expires_at <= q.now THEN s.grace_until END, 'channel', c.shown)), '[]')
                  FROM subscriptions s JOIN chats c ON c.id = s.channel_id
                 WHERE s.end_user_id = e.id AND s.status = 'active') AS held,
               (SELECT coalesce(json_agg(c.shown), '[]') FROM chats c
                 WHERE NOT e.banned AND EXISTS (
                   SELECT FROM free_members f
                    WHERE f.user_bot_id = q.bot_id AND f.telegram_id = q.telegram_user_id
                      AND (f.channel_id IS NULL OR f.channel_id = c.id))) AS "freeChats",
               EXISTS (SELECT FROM promo_codes pc WHERE pc.user_bot_id = q.bot_id AND pc.end_user_id IS NULL AND ${LIVE_CODE}
                          AND (pc.starts_on IS NULL OR pc.starts_on <= q.today)) AS "hasCodes",
               EXISTS (SELECT FROM bot_settings bs WHERE bs.user_bot_id = q.bot_id AND bs.referral <> 'off') AS "rewardsInviters",
               (SELECT coalesce(json_agg(json_build_object(
                         'id', pc.id, 'code', pc.code, 'kind', pc.kind, 'value', pc.value::text,
                         'isTyped', ${IS_TYPED}, 'planIds', ${PLANS_OF_CODE})), '[]')
                  FROM promo_codes pc
                 WHERE ${IS_HELD} AND (pc.end_user_id = e.id OR e.promo_until > q.now)
                   AND ${promoState('any')} = 'usable') AS codes
          FROM user_bots b
         WHERE b.id = q.bot_id) shop`,
};

interface EnterRow extends KnownEndUser, AdvertisementRow {
  welcomeMessage: string | null;
  chats: ShownChannel[];
  plans: {
    id: number;
    channelIds: number[];
    durationMonths: number | null;
    durationDays: number | null;
    endsOn: string | null;
    name: string | null;
    price: string;
    starsPrice: number | null;
    isTrial: boolean;
  }[];
  freeChats: ShownChannel[];
  hasCodes: boolean;
  rewardsInviters: boolean;
  /** Those that can be used. */
  codes: {
    id: number;
    code: string;
    kind: string;
    value: string;
    isTyped: boolean;
    planIds: number[];
  }[];
  held: {
    id: number;
    expiresAt: string | null;
    graceUntil: string | null;
    joinedAt: string | null;
    channel: ShownChannel;
  }[];
}

interface ShownChannel extends Omit<Channel, 'telegramChatId' | 'type'> {
  telegramChatId: string;
  type: string;
}

const METHODS_IN_ORDER = Object.keys(PAYMENT_METHODS);

/** A plan on sale. */
export interface PlanOnSale {
  id: number;
  /** Every chat that it opens, the first one first. */
  channelIds: number[];
  /** Of all of them. */
  title: string;
  duration: Duration;
  price: Prisma.Decimal;
  isTrial: boolean;
  /** Whole Stars; null: it cannot be paid in them. */
  starsPrice: number | null;
  /** Whether whoever asks had anything in its chats before: to them no trial is given. */
  hadAnything: boolean;
  /** By which it can be paid: at least one, unless it is free. */
  methods: PaymentMethod[];
}

/**
 * A plan that may be bought now; null for one that is not, and for another bot's.
 * @param taster who wants it
 * @param offered the earliest date to which a plan may run and still be bought, see `offeredUntil`
 */
export async function findOnSale(
  db: Db,
  { botId }: TenantScope,
  { planId, offered, taster, now }: { planId: number; offered: string; taster: Taster; now: Date },
): Promise<PlanOnSale | null> {
  const [plan] = await db.$queryRaw<(Omit<PlanOnSale, 'duration'> & DurationColumns)[]>`
    SELECT p.id, p.channel_ids AS "channelIds", p.price,
           ${DURATION_OF_PLAN}, p.stars_price AS "starsPrice",
           p.is_trial AS "isTrial", p.is_trial AND ${Prisma.raw(HAD_ANYTHING)} AS "hadAnything",
           (SELECT string_agg(c.title, ' + ' ORDER BY array_position(p.channel_ids, c.id))
              FROM channels c WHERE c.id = ANY(p.channel_ids)) AS title,
           ARRAY(SELECT m.method
                   FROM (SELECT o.user_bot_id, o.method, o.offered_until FROM payment_methods_offered o
                         UNION ALL SELECT o.user_bot_id, 'starsub', o.offered_until FROM payment_methods_offered o
                                    WHERE o.method = 'stars' AND p.renews_in_stars) m
                  WHERE m.user_bot_id = p.user_bot_id AND m.offered_until > ${now}
                    AND (m.method <> 'stars' OR p.stars_price IS NOT NULL)
                  ORDER BY array_position(${METHODS_IN_ORDER}::text[], m.method)) AS methods
      FROM plans_on_sale p
     CROSS JOIN (SELECT ${taster.person}::bigint AS person, ${taster.telegramUserId}::bigint AS telegram_user_id) q
     WHERE p.id = ${planId} AND p.user_bot_id = ${botId} AND p.sold_until > ${now}
       AND (p.ends_on IS NULL OR p.ends_on >= ${offered}::date)`;
  if (!plan) return null;
  const { id, channelIds, title, price, isTrial, starsPrice, hadAnything, methods, ...columns } = plan;
  // A newer program may know methods that this one does not.
  return {
    id,
    channelIds,
    title,
    price,
    isTrial,
    starsPrice,
    hadAnything,
    duration: toDuration(columns),
    methods: methods.filter(isPaymentMethod),
  };
}

export function createStorefrontService(deps: {
  read: RunPrepared;
  clock: Clock;
  timeZone: string;
  hashPerson: () => Promise<HashPerson>;
}) {
  const { read, clock, timeZone, hashPerson } = deps;
  const find = preparedBatchLoader<[number, bigint, bigint, Date, string, bigint, Date], EnterRow>(
    read,
    ENTER,
  );

  /** Somebody who was here before, and the window as they see it; null for whoever was not. */
  async function enter(
    scope: TenantScope,
    telegramUserId: bigint,
  ): Promise<{ known: KnownEndUser; window: Storefront } | null> {
    const now = clock.now();
    const { botId, telegramBotId } = scope;
    const person = (await hashPerson())(telegramUserId);
    const until = offeredUntil(now, timeZone);
    const today = dateOf(now, timeZone);
    const row = await find(botId, telegramUserId, telegramBotId, now, until, person, today);
    return row ? { known: row, window: toStorefront(row, now, timeZone) } : null;
  }

  /** The window as an end user of the bot sees it now. */
  async function look(scope: TenantScope, telegramUserId: bigint): Promise<Storefront> {
    const entered = await enter(scope, telegramUserId);
    if (!entered) throw new Error('An end user, or their bot, is not in the database');
    return entered.window;
  }

  return { enter, look };
}

function toStorefront(
  { welcomeMessage, chats, plans, held, codes, freeChats, hasCodes, rewardsInviters, ...row }: EnterRow,
  now: Date,
  timeZone: string,
): Storefront {
  const ends = new Map(held.map(({ channel, expiresAt }) => [channel.id, toDate(expiresAt)]));
  const known = chats.map(toChannel).sort((a, b) => a.type.localeCompare(b.type));
  const order = byDuration(now);
  const place = ({ channelIds }: OfferedPlan) =>
    channelIds.length > 1 ? known.length : known.findIndex(({ id }) => id === channelIds[0]);
  const codesHeld = codes.flatMap(toHeldCode);
  const offered = plans
    .map((plan) => toOfferedPlan(plan, codesHeld))
    .filter(({ channelIds, duration }) => channelIds.some((id) => addsTo(ends.get(id), duration, timeZone)))
    .sort((one, other) => place(one) - place(other) || order(one.duration, other.duration));
  const sold = new Set(offered.flatMap(({ channelIds }) => channelIds));
  return {
    welcomeMessage,
    isBanned: row.banned,
    subscriptions: held.map((one) => ({
      id: one.id,
      channel: toChannel(one.channel),
      expiresAt: toDate(one.expiresAt),
      graceUntil: toDate(one.graceUntil),
      joinedAt: toDate(one.joinedAt),
    })),
    chats: known.filter(({ id }) => sold.has(id)),
    plans: offered,
    freeChats: freeChats.map(toChannel).sort((a, b) => a.type.localeCompare(b.type)),
    hasCodes,
    rewardsInviters,
    typedCode: codesHeld.find(({ isTyped }) => isTyped)?.code ?? null,
    advertisement: toAdvertisement(row),
  };
}

function toHeldCode({ value, ...row }: EnterRow['codes'][number]): HeldCode[] {
  const gift = toGift({ kind: row.kind, value: new Prisma.Decimal(value) });
  return gift ? [{ ...row, gift }] : [];
}

function toOfferedPlan(
  { id, channelIds, name, price: text, starsPrice, isTrial, endsOn, ...columns }: EnterRow['plans'][number],
  codes: readonly HeldCode[],
): OfferedPlan {
  const price = fromDecimalString(text);
  const duration = toDuration({ ...columns, endsOn: toDate(endsOn) });
  // No code changes a price in Stars.
  const offer = starsPrice === null ? offerFor(codes, { id, price, duration, isTrial }) : null;
  return {
    id,
    channelIds,
    duration,
    name,
    price,
    starsPrice,
    isTrial,
    offer: offer && { price: offer.price, days: offer.days, code: offer.code.code },
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
