import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { fromDecimalString } from '../../shared/money.ts';
import type { TenantScope } from '../../shared/tenant-scope.ts';
import type { SubscriptionState } from '../end-users/end-user.ts';
import type { PaymentStatus } from '../payments/payment.ts';

export interface ExportedPayment {
  id: number;
  createdAt: Date;
  approvedAt: Date | null;
  fullName: string;
  username: string | null;
  telegramUserId: bigint;
  chatTitle: string;
  durationMonths: number;
  /** Tiyin. */
  amount: bigint;
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
  subscriptions: { chatTitle: string; status: SubscriptionState; expiresAt: Date | null }[];
}

/** Rows that are read at once: bounds the memory, whatever the size of the books. */
const BATCH = 1_000;

/** The books of one bot, for a spreadsheet. Oldest first. */
export function createExportService({ prisma }: { prisma: PrismaClient }) {
  return {
    async *payments({ botId }: TenantScope): AsyncGenerator<ExportedPayment> {
      for (let after = 0; ; ) {
        const rows = await prisma.payment.findMany({
          where: { botId, id: { gt: after } },
          include: { endUser: true, channel: { select: { title: true } } },
          orderBy: { id: 'asc' },
          take: BATCH,
        });
        for (const { endUser, channel, ...row } of rows) {
          yield {
            id: row.id,
            createdAt: row.createdAt,
            approvedAt: row.approvedAt,
            fullName: endUser.fullName,
            username: endUser.username,
            telegramUserId: endUser.telegramUserId,
            chatTitle: channel.title,
            durationMonths: row.durationMonths,
            amount: fromDecimalString(row.amount.toFixed(2)),
            status: row.status as PaymentStatus,
          };
        }
        const last = rows.at(-1);
        if (!last || rows.length < BATCH) return;
        after = last.id;
      }
    },

    async *endUsers({ botId }: TenantScope): AsyncGenerator<ExportedEndUser> {
      for (let after = 0; ; ) {
        const rows = await prisma.endUser.findMany({
          where: { botId, id: { gt: after } },
          include: {
            subscriptions: {
              distinct: ['channelId'],
              orderBy: [{ channelId: 'asc' }, { id: 'desc' }],
              include: { channel: { select: { title: true } } },
            },
          },
          orderBy: { id: 'asc' },
          take: BATCH,
        });
        for (const { subscriptions, ...row } of rows) {
          yield {
            id: row.id,
            createdAt: row.createdAt,
            fullName: row.fullName,
            username: row.username,
            telegramUserId: row.telegramUserId,
            banned: row.banned,
            subscriptions: subscriptions.map(({ channel, status, expiresAt }) => ({
              chatTitle: channel.title,
              status: status as SubscriptionState,
              expiresAt,
            })),
          };
        }
        const last = rows.at(-1);
        if (!last || rows.length < BATCH) return;
        after = last.id;
      }
    },
  };
}
