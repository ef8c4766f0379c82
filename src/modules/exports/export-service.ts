import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, requireOwnerOf } from '../../kernel/actor.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Clock } from '../../shared/clock.ts';
import { fromDecimal } from '../../shared/money.ts';
import { noTester } from '../end-users/testers.ts';
import { amountIn, type Currency } from '../payments/payment.ts';
import type { PaymentStatus } from '../payments/payment-status.ts';
import type { AttemptState } from '../payments/providers/attempt.ts';
import { type Duration, toDuration } from '../plans/duration.ts';
import { soldTitle, WITH_CHAT_TITLES } from '../plans/plan.ts';
import { type ShownSubscription, toShown } from '../subscriptions/subscription.ts';

export interface ExportedPayment {
  id: number;
  createdAt: Date;
  approvedAt: Date | null;
  fullName: string;
  username: string | null;
  telegramUserId: bigint;
  chatTitle: string;
  duration: Duration;
  /** By which it was to be paid. */
  method: string;
  currency: Currency;
  /** Tiyin; of Stars whole ones. */
  amount: bigint;
  /** At a provider, as that calls each. */
  attempts: { providerTxnId: string; state: AttemptState }[];
  /** With which it was chosen; null: without. */
  promoCode: string | null;
  /** Tiyin, without it; null where there is none. */
  listPrice: bigint | null;
  discount: bigint | null;
  /** The name of the source of advertising that its buyer had come by; null: of none. */
  source: string | null;
  status: PaymentStatus;
}

export interface ExportedEndUser {
  id: number;
  createdAt: Date;
  fullName: string;
  username: string | null;
  telegramUserId: bigint;
  banned: boolean;
  /** The newest of each chat. */
  subscriptions: ({ chatTitle: string } & ShownSubscription)[];
}

/** Rows that are read at once: bounds the memory, whatever the size of the database. */
const BATCH = 1_000;

/** @param read the rows after an id, in the order of their ids, at most a batch */
async function* inBatches<Row extends { id: number }>(
  read: (after: { id: { gt: number } }) => Promise<Row[]>,
): AsyncGenerator<Row> {
  for (let after = 0; ; ) {
    const rows = await read({ id: { gt: after } });
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < BATCH) return;
    after = last.id;
  }
}

/** What one bot has sold, and to whom, for a spreadsheet. Oldest first. */
export function createExportService({ prisma, clock }: { prisma: PrismaClient; clock: Clock }) {
  const batch = { orderBy: { id: 'asc' }, take: BATCH } as const;

  async function* paymentsOf({ botId }: TenantScope): AsyncGenerator<ExportedPayment> {
    const sources = await prisma.source.findMany({ where: { botId }, select: { id: true, name: true } });
    const nameOfSource = new Map(sources.map(({ id, name }) => [id, name]));
    const rows = inBatches((after) =>
      prisma.payment.findMany({
        where: { botId, isTest: false, ...after },
        include: {
          endUser: true,
          attempts: { orderBy: { id: 'asc' }, select: { providerTxnId: true, state: true } },
          promoUse: { select: { promoCode: { select: { code: true } } } },
          ...WITH_CHAT_TITLES,
        },
        ...batch,
      }),
    );
    for await (const { endUser, ...row } of rows) {
      yield {
        id: row.id,
        createdAt: row.createdAt,
        approvedAt: row.approvedAt,
        fullName: endUser.fullName,
        username: endUser.username,
        telegramUserId: endUser.telegramUserId,
        chatTitle: soldTitle(row),
        duration: toDuration(row),
        method: row.paymentMethod,
        currency: row.currency as Currency,
        amount: amountIn(row.currency as Currency, row.amount.toFixed(2)),
        attempts: row.attempts.map(({ providerTxnId, state }) => ({
          providerTxnId,
          state: state as AttemptState,
        })),
        promoCode: row.promoUse?.promoCode.code ?? null,
        listPrice: row.listPrice && fromDecimal(row.listPrice),
        discount: row.discount && fromDecimal(row.discount),
        source: row.sourceId === null ? null : (nameOfSource.get(row.sourceId) ?? null),
        status: row.status as PaymentStatus,
      };
    }
  }

  async function* endUsersOf(scope: TenantScope): AsyncGenerator<ExportedEndUser> {
    const rows = inBatches((after) =>
      prisma.endUser.findMany({
        where: { botId: scope.botId, ...noTester(scope), ...after },
        include: {
          subscriptions: {
            distinct: ['channelId'],
            orderBy: [{ channelId: 'asc' }, { id: 'desc' }],
            include: { channel: { select: { title: true } } },
          },
        },
        ...batch,
      }),
    );
    for await (const { subscriptions, ...row } of rows) {
      yield {
        id: row.id,
        createdAt: row.createdAt,
        fullName: row.fullName,
        username: row.username,
        telegramUserId: row.telegramUserId,
        banned: row.banned,
        subscriptions: subscriptions.map((subscription) => ({
          chatTitle: subscription.channel.title,
          ...toShown(subscription, clock.now()),
        })),
      };
    }
  }

  return {
    payments(scope: TenantScope, actor: Actor): AsyncGenerator<ExportedPayment> {
      requireOwnerOf(scope, actor);
      return paymentsOf(scope);
    },
    endUsers(scope: TenantScope, actor: Actor): AsyncGenerator<ExportedEndUser> {
      requireOwnerOf(scope, actor);
      return endUsersOf(scope);
    },
  };
}
