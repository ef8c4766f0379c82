import { Prisma, type PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Db } from '../../../kernel/unit-of-work.ts';
import { dateOf } from '../../../shared/calendar.ts';
import { hideCardDigits } from '../../../shared/card-number.ts';
import type { Clock } from '../../../shared/clock.ts';
import { fromDecimal } from '../../../shared/money.ts';
import { readSettings } from '../../bot-settings/bot-settings.ts';
import { type ChatName, CONNECTED, toChannel } from '../../channels/channel.ts';
import {
  byDuration,
  DURATION_OF_PLAN,
  type DurationColumns,
  endOf,
  offeredUntil,
  toDuration,
} from '../../plans/duration.ts';
import { starsAlone } from '../../plans/stars-price.ts';
import { LIVE_CODE } from '../../promo-codes/promo-state.ts';
import type { Order } from '../checkout-service.ts';
import type { Payment } from '../payment.ts';
import type { OfferedPlan, Storefront } from '../storefront-service.ts';

/** What a bot's buyers go through, as an example of it: nobody's, and nothing is chosen by it. */
export interface ShopSample {
  /** As somebody sees it who is new, and as they do who has bought. */
  window: Omit<Storefront, 'welcomeMessage' | 'advertisement'>;
  later: ShopSample['window'];
  /** By the card, of whose number the middle is hidden. */
  order: Order<'card'>;
  /** What they get access to. */
  chat: ChatName;
  /** Until when; null: for ever. */
  expiresAt: Date | null;
}

/** Of a bot that sells nothing yet. */
const EXAMPLE_PLAN = {
  id: 0,
  name: null,
  price: 5_000_000n,
  starsPrice: null,
  offer: null,
  isTrial: false,
} as const;
const EXAMPLE_CARD = '8600••••••••0000';

/** Shows an owner what their buyers see. */
export function createShopSamples(deps: { prisma: PrismaClient; clock: Clock; timeZone: string }) {
  const { prisma, clock, timeZone } = deps;

  return {
    async read(scope: TenantScope): Promise<ShopSample> {
      const { botId } = scope;
      const now = clock.now();
      const [bot, rows, sold, settings, hasCodes] = await Promise.all([
        prisma.sellerBot.findUniqueOrThrow({
          where: { id: botId },
          select: { name: true, cardNumber: true, cardHolder: true },
        }),
        prisma.channel.findMany({
          where: { botId, ...CONNECTED },
          orderBy: [{ type: 'asc' }, { id: 'asc' }],
        }),
        listOnSale(prisma, botId, { now, timeZone }),
        readSettings(prisma, botId),
        hasLiveCodes(prisma, botId, dateOf(now, timeZone)),
      ]);
      const connected = rows.map(toChannel);
      const order = byDuration(now);
      const place = ({ channelIds }: OfferedPlan) =>
        channelIds.length > 1 ? connected.length : connected.findIndex(({ id }) => id === channelIds[0]);
      const plans = sold.sort(
        (one, other) => place(one) - place(other) || order(one.duration, other.duration),
      );
      const plan = plans.find(({ isTrial }) => !isTrial) ?? {
        ...EXAMPLE_PLAN,
        channelIds: connected.slice(0, 1).map(({ id }) => id),
        duration: { kind: 'months', months: 1 } as const,
      };
      const opened = connected.filter(({ id }) => plan.channelIds.includes(id));
      const [first] = opened;
      const title = opened.map((chat) => chat.title).join(' + ') || bot.name;
      const expiresAt = endOf(plan.duration, now, timeZone);
      const offered = new Set(plans.flatMap(({ channelIds }) => channelIds));
      const window = {
        chats: connected.filter(({ id }) => offered.has(id)),
        plans,
        subscriptions: [],
        isBanned: false,
        typedCode: null,
        hasCodes,
        freeChats: [],
        rewardsInviters: settings.referral !== 'off',
      };
      const held = opened.map((channel) => ({ id: 0, channel, expiresAt, graceUntil: null, joinedAt: now }));
      return {
        window,
        later: { ...window, subscriptions: held, plans: plans.filter(({ isTrial }) => !isTrial) },
        order: {
          payment: toChoice(plan, { channelId: first?.id ?? 0, now }),
          title,
          heldForLife: [],
          method: 'card',
          instructions: {
            cardNumber: bot.cardNumber === null ? EXAMPLE_CARD : hideCardDigits(bot.cardNumber),
            cardHolder: bot.cardHolder ?? '',
          },
          promo: null,
          unusedCode: null,
        },
        chat: { channelId: first?.id ?? 0, title: first?.title ?? bot.name, type: first?.type ?? 'channel' },
        expiresAt,
      };
    },
  };
}

async function listOnSale(
  db: Db,
  botId: number,
  { now, timeZone }: { now: Date; timeZone: string },
): Promise<OfferedPlan[]> {
  const rows = await db.$queryRaw<
    (Pick<OfferedPlan, 'id' | 'channelIds' | 'name' | 'isTrial' | 'starsPrice'> & {
      price: Prisma.Decimal;
    } & DurationColumns)[]
  >`
    SELECT p.id, p.channel_ids AS "channelIds", p.name, p.price, p.is_trial AS "isTrial", ${DURATION_OF_PLAN},
           ${starsAlone(now)} AS "starsPrice"
      FROM plans_on_sale p
     WHERE p.user_bot_id = ${botId} AND p.sold_until > ${now}
       AND (p.ends_on IS NULL OR p.ends_on >= ${offeredUntil(now, timeZone)}::date)`;
  return rows.map(({ id, channelIds, name, isTrial, price, starsPrice, ...columns }) => ({
    id,
    channelIds,
    name,
    isTrial,
    duration: toDuration(columns),
    price: fromDecimal(price),
    starsPrice,
    offer: null,
  }));
}

async function hasLiveCodes(db: Db, botId: number, today: Date): Promise<boolean> {
  const [row] = await db.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT FROM promo_codes pc, (SELECT ${today}::date AS today) q
                    WHERE pc.user_bot_id = ${botId} AND pc.end_user_id IS NULL AND ${Prisma.raw(LIVE_CODE)}
                      AND (pc.starts_on IS NULL OR pc.starts_on <= q.today)) AS found`;
  return row?.found ?? false;
}

/** As a choice of it would stand in the database. */
function toChoice(
  { id: planId, duration, price }: Pick<OfferedPlan, 'id' | 'duration' | 'price'>,
  { channelId, now }: { channelId: number; now: Date },
): Payment {
  return {
    id: 0,
    endUserId: 0,
    channelId,
    planId,
    duration,
    currency: 'UZS',
    amount: price,
    listPrice: null,
    hasOwnAmount: false,
    status: 'created',
    rejectReason: null,
    createdAt: now,
    approvedAt: null,
    decidedAt: null,
    reviewedBy: null,
  };
}
