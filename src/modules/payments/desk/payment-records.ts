import type { Language } from '../../../infra/i18n/i18n.ts';
import type { Prisma } from '../../../infra/prisma-client/client.ts';
import type { TeamRole } from '../../../kernel/rights.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Db } from '../../../kernel/unit-of-work.ts';
import { fromDecimal } from '../../../shared/money.ts';
import type { ChannelType } from '../../channels/channel.ts';
import { type Duration, toDuration } from '../../plans/duration.ts';
import { firstChatFirst } from '../../plans/plan.ts';
import { shownMethod } from '../methods/shown-method.ts';
import { amountIn, type Currency, readRejectReason } from '../payment.ts';
import type { PaymentStatus } from '../payment-status.ts';

/** A payment as its bot's desk shows it. */
export interface PaymentRecord {
  id: number;
  status: PaymentStatus;
  /** As people name it. */
  method: string;
  currency: Currency;
  /** Tiyin, or whole Stars. */
  amount: bigint;
  /** Tiyin, without its promo code; null where it has none. */
  listPrice: bigint | null;
  plan: { id: number; name: string | null };
  duration: Duration;
  /** All that it opens, the plan's own first. */
  chats: { id: number; title: string; type: ChannelType }[];
  payer: Payer;
  source: { id: number; name: string } | null;
  promo: { id: number; code: string; days: number } | null;
  createdAt: Date;
  receiptAt: Date | null;
  approvedAt: Date | null;
  /** What its receipt came as, and whether it is kept still; null where none came. */
  receipt: { kind: 'photo' | 'document'; isKept: boolean } | null;
  decision: DecisionRecord | null;
}

interface Payer {
  id: number;
  telegramUserId: bigint;
  fullName: string;
  username: string | null;
  language: Language;
  banned: boolean;
  blockedAt: Date | null;
}

export interface DecisionRecord {
  status: PaymentStatus;
  at: Date;
  /** Null: nobody; a provider took the money. */
  by: Decider | null;
  /** A ready reason's name, or the words themselves. */
  reason: string | null;
}

/** Who decided, and as what. */
export interface Decider {
  name: string;
  role: TeamRole;
}

const OF_PERSON = {
  id: true,
  telegramUserId: true,
  fullName: true,
  username: true,
  language: true,
  banned: true,
  blockedAt: true,
} as const;

/** What a row of payments says of what was bought, and by whom. */
export const WITH_PURCHASE = {
  endUser: { select: OF_PERSON },
  plan: { select: { id: true, name: true } },
  chats: { select: { channelId: true, channel: { select: { id: true, title: true, type: true } } } },
} as const satisfies Prisma.PaymentInclude;

type PurchaseRow = Prisma.PaymentGetPayload<{ include: typeof WITH_PURCHASE }>;

export function toPurchase(row: PurchaseRow): Pick<PaymentRecord, 'plan' | 'duration' | 'chats' | 'payer'> {
  const chatOf = new Map(row.chats.map(({ channel }) => [channel.id, channel]));
  return {
    plan: row.plan,
    duration: toDuration(row),
    chats: firstChatFirst(row).flatMap((id) => {
      const chat = chatOf.get(id);
      return chat ? [{ ...chat, type: chat.type as ChannelType }] : [];
    }),
    payer: { ...row.endUser, language: row.endUser.language as Language },
  };
}

/** Payments of a bot in the order of their ids given; in as many statements for one as for a hundred. */
export async function readRecords(
  db: Db,
  { botId }: TenantScope,
  ids: readonly number[],
): Promise<PaymentRecord[]> {
  if (ids.length === 0) return [];
  const rows = await db.payment.findMany({
    where: { botId, id: { in: [...ids] } },
    include: {
      ...WITH_PURCHASE,
      promoUse: { select: { days: true, promoCode: { select: { id: true, code: true } } } },
    },
  });
  const present = <T>(values: readonly (T | null)[]) => values.filter((value) => value !== null);
  const sourceIds = present(rows.map(({ sourceId }) => sourceId));
  const [sources, names] = await Promise.all([
    sourceIds.length === 0
      ? []
      : db.source.findMany({ where: { botId, id: { in: sourceIds } }, select: { id: true, name: true } }),
    readDeciders(db, botId, present(rows.map(({ reviewedBy }) => reviewedBy))),
  ]);
  const records = new Map(
    rows.map((row): [number, PaymentRecord] => {
      const { promoUse, receiptAt, decidedAt, reviewedBy } = row;
      const currency = row.currency as Currency;
      const status = row.status as PaymentStatus;
      return [
        row.id,
        {
          ...toPurchase(row),
          id: row.id,
          status,
          method: shownMethod(row.paymentMethod),
          currency,
          amount: amountIn(currency, row.amount.toFixed(2)),
          listPrice: row.listPrice && fromDecimal(row.listPrice),
          source: sources.find(({ id }) => id === row.sourceId) ?? null,
          promo: promoUse && { ...promoUse.promoCode, days: promoUse.days },
          createdAt: row.createdAt,
          receiptAt,
          approvedAt: row.approvedAt,
          receipt: receiptAt && {
            kind: row.receiptKind === 'document' ? 'document' : 'photo',
            isKept: row.receiptFileId !== null,
          },
          decision: decidedAt && {
            status,
            at: decidedAt,
            by: reviewedBy === null ? null : (names.get(reviewedBy) ?? null),
            reason: reasonOf(row.rejectReason),
          },
        },
      ];
    }),
  );
  return ids.flatMap((id) => records.get(id) ?? []);
}

/** Those who decided, by their Telegram ids. */
export async function readDeciders(
  db: Db,
  botId: number,
  telegramUserIds: readonly bigint[],
): Promise<Map<bigint, Decider>> {
  if (telegramUserIds.length === 0) return new Map();
  const ids = { telegramUserId: { in: [...new Set(telegramUserIds)] } };
  const [people, managers] = await Promise.all([
    db.owner.findMany({ where: ids, select: { telegramUserId: true, fullName: true } }),
    db.botManager.findMany({ where: { ...ids, botId }, orderBy: { id: 'asc' } }),
  ]);
  // What they are now, or were last.
  const roles = new Map(managers.map(({ telegramUserId, role }) => [telegramUserId, role as TeamRole]));
  return new Map(
    people.map(({ telegramUserId, fullName }) => [
      telegramUserId,
      { name: fullName, role: roles.get(telegramUserId) ?? 'owner' },
    ]),
  );
}

/** A ready reason's name, or the owner's words. */
export function reasonOf(stored: string | null): string | null {
  const reason = stored === null ? null : readRejectReason(stored);
  if (reason === null) return null;
  return 'ready' in reason ? reason.ready : reason.ownWords;
}
