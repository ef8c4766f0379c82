import { Prisma } from '../../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Db } from '../../../kernel/unit-of-work.ts';
import { endOfDate, startOfDate } from '../../../shared/calendar.ts';
import { parsePrice, toDecimalString } from '../../../shared/money.ts';
import { asSeen } from '../../../shared/typed.ts';
import { ofPeopleWhoMatch } from '../../end-users/person-search.ts';
import { storedMethods } from '../methods/shown-method.ts';
import type { Currency } from '../payment.ts';
import type { PaymentStatus } from '../payment-status.ts';

/** Which payments of a bot are meant; what is absent leaves none out. */
export interface PaymentFilter {
  state?: PaymentStatus | undefined;
  method?: string | undefined;
  /** `channels.id`: also where it opens others besides. */
  chat?: number | undefined;
  plan?: number | undefined;
  source?: number | undefined;
  /** `promo_codes.id` */
  promo?: number | undefined;
  currency?: Currency | undefined;
  /** `50000.00` */
  min?: string | undefined;
  max?: string | undefined;
  /** `2026-12-31`, of the platform's time zone; when it was chosen, both ends in. */
  from?: string | undefined;
  to?: string | undefined;
  /** An id, a name, a @username or an amount. */
  q?: string | undefined;
}

/** A condition on payments `p` of a bot. Tests are nobody's. */
export async function paymentsWhere(
  db: Db,
  { botId }: TenantScope,
  filter: PaymentFilter,
  timeZone: string,
): Promise<Prisma.Sql> {
  const { q } = filter;
  const conditions = [
    Prisma.sql`p.user_bot_id = ${botId} AND NOT p.is_test`,
    ...paymentConditions(filter, timeZone),
    ...(q !== undefined && q.trim() !== '' ? [await isSearched(db, botId, q)] : []),
  ];
  return Prisma.join(conditions, ' AND ');
}

/** Conditions on payments `p`, whosever they are: all but what is searched for. */
export function paymentConditions(
  { state, method, chat, plan, source, promo, currency, min, max, from, to }: Omit<PaymentFilter, 'q'>,
  timeZone: string,
): Prisma.Sql[] {
  const conditions = [
    state !== undefined && Prisma.sql`p.status = ${state}`,
    method !== undefined && Prisma.sql`p.payment_method IN (${Prisma.join([...storedMethods(method)])})`,
    chat !== undefined && opens(chat),
    plan !== undefined && Prisma.sql`p.plan_id = ${plan}`,
    source !== undefined && Prisma.sql`p.source_id = ${source}`,
    promo !== undefined &&
      Prisma.sql`EXISTS (SELECT FROM promo_uses u WHERE u.payment_id = p.id AND u.promo_code_id = ${promo})`,
    currency !== undefined && Prisma.sql`p.currency = ${currency}`,
    min !== undefined && Prisma.sql`p.amount >= ${min}::numeric`,
    max !== undefined && Prisma.sql`p.amount <= ${max}::numeric`,
    from !== undefined && Prisma.sql`p.created_at >= ${startOfDate(from, timeZone)}`,
    to !== undefined && Prisma.sql`p.created_at < ${endOfDate(to, timeZone)}`,
  ];
  return conditions.filter((condition) => condition !== false);
}

/** A condition on payments `p`: it opens this chat, maybe with others. */
export function opens(channelId: number): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT FROM payment_chats x WHERE x.payment_id = p.id AND x.channel_id = ${channelId})`;
}

/** A condition on payments `p` of a bot: its number, its amount or its buyer is what was typed. */
export async function isSearched(db: Db, botId: number, typed: string): Promise<Prisma.Sql> {
  const id = /^[№#]?\s*(\d{1,10})$/u.exec(asSeen(typed).trim())?.[1];
  const price = parsePrice(typed, 0n);
  const meant = [
    await ofPeopleWhoMatch(db, botId, typed),
    ...(id === undefined ? [] : [Prisma.sql`p.id = ${BigInt(id)}::bigint`]),
    ...(typeof price === 'bigint' ? [Prisma.sql`p.amount = ${toDecimalString(price)}::numeric`] : []),
  ];
  return Prisma.sql`(${Prisma.join(meant, ' OR ')})`;
}
