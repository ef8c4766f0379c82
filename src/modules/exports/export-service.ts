import type { Fernet } from '../../infra/crypto/fernet.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, requireOwner, requireOwnerOf } from '../../kernel/actor.ts';
import { readBounded } from '../../kernel/bounded-read.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { fromDecimal } from '../../shared/money.ts';
import { noTester } from '../end-users/testers.ts';
import { type PaymentFilter, paymentsWhere } from '../payments/desk/payment-filter.ts';
import { amountIn, type Currency } from '../payments/payment.ts';
import type { PaymentStatus } from '../payments/payment-status.ts';
import type { AttemptState } from '../payments/providers/attempt.ts';
import { type Duration, toDuration } from '../plans/duration.ts';
import { soldTitle, WITH_CHAT_TITLES } from '../plans/plan.ts';
import { type PeopleFilter, peopleWhere } from '../profiles/people-filter.ts';
import { type ShownSubscription, toShown } from '../subscriptions/subscription.ts';

import { sealExport, type WantedExport } from './export-messages.ts';

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

/**
 * @param find the ids after one, in their order, at most a batch
 * @param read the rows of these ids, in that order
 */
async function* inBatches<Row>(
  find: (after: number) => Promise<{ id: number }[]>,
  read: (id: { in: number[] }) => Promise<Row[]>,
): AsyncGenerator<Row> {
  for (let after = 0; ; ) {
    const ids = (await find(after)).map(({ id }) => id);
    const last = ids.at(-1);
    if (last === undefined) return;
    yield* await read({ in: ids });
    if (ids.length < BATCH) return;
    after = last;
  }
}

export type ExportService = ReturnType<typeof createExportService>;

/** What one bot has sold, and to whom, for a spreadsheet. Oldest first. */
export function createExportService({
  prisma,
  transact,
  clock,
  fernet,
  timeZone,
}: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  fernet: Fernet;
  timeZone: string;
}) {
  async function* paymentsOf(scope: TenantScope, filter: PaymentFilter): AsyncGenerator<ExportedPayment> {
    const { botId } = scope;
    const where = await readBounded(prisma, (db) => paymentsWhere(db, scope, filter, timeZone));
    const sources = await prisma.source.findMany({ where: { botId }, select: { id: true, name: true } });
    const nameOfSource = new Map(sources.map(({ id, name }) => [id, name]));
    const rows = inBatches(
      (after) => prisma.$queryRaw<{ id: number }[]>`
        SELECT p.id FROM payments p WHERE ${where} AND (p.user_bot_id, p.id) > (${botId}, ${after})
         ORDER BY p.user_bot_id, p.id LIMIT ${BATCH}`,
      (id) =>
        prisma.payment.findMany({
          where: { botId, id },
          include: {
            endUser: true,
            attempts: { orderBy: { id: 'asc' }, select: { providerTxnId: true, state: true } },
            promoUse: { select: { promoCode: { select: { code: true } } } },
            ...WITH_CHAT_TITLES,
          },
          orderBy: { id: 'asc' },
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

  /** @param filter null: everybody, also those who are banned */
  async function* endUsersOf(
    scope: TenantScope,
    filter: PeopleFilter | null,
  ): AsyncGenerator<ExportedEndUser> {
    const { botId } = scope;
    const where = filter && peopleWhere(scope, filter, clock.now());
    const rows = inBatches(
      (after) =>
        where
          ? prisma.$queryRaw<{ id: number }[]>`
              SELECT e.id FROM end_users e WHERE ${where} AND (e.user_bot_id, e.id) > (${botId}, ${after})
               ORDER BY e.user_bot_id, e.id LIMIT ${BATCH}`
          : prisma.endUser.findMany({
              where: { botId, ...noTester(scope), id: { gt: after } },
              select: { id: true },
              orderBy: { id: 'asc' },
              take: BATCH,
            }),
      (id) =>
        prisma.endUser.findMany({
          where: { botId, id },
          include: {
            subscriptions: {
              distinct: ['channelId'],
              orderBy: [{ channelId: 'asc' }, { id: 'desc' }],
              include: { channel: { select: { title: true } } },
            },
          },
          orderBy: { id: 'asc' },
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
    payments(scope: TenantScope, actor: Actor, filter: PaymentFilter = {}): AsyncGenerator<ExportedPayment> {
      requireOwnerOf(scope, actor);
      return paymentsOf(scope, filter);
    },
    /** @param filter absent: everybody, also those who are banned */
    endUsers(
      scope: TenantScope,
      actor: Actor,
      filter: PeopleFilter | null = null,
    ): AsyncGenerator<ExportedEndUser> {
      requireOwnerOf(scope, actor);
      return endUsersOf(scope, filter);
    },

    /** The main bot sends it to the owner as a file. */
    async request(scope: TenantScope, actor: Actor, wanted: WantedExport): Promise<void> {
      await transact(async ({ db, enqueue }) => {
        await requireOwner(db, scope, actor);
        enqueue({ kind: 'send-export', botId: scope.botId, payload: sealExport(fernet, wanted) });
      });
    },
  };
}
