import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, requireOwnerOf } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import { fromDecimal } from '../../shared/money.ts';
import { type EndUser, toEndUser } from '../end-users/end-user.ts';
import type { PaymentStatus } from '../payments/payment.ts';
import { soldTitle, WITH_CHAT_TITLES } from '../plans/plan.ts';
import type { SubscriptionState } from '../subscriptions/subscription.ts';

/** What fits into one message with everything else. */
const HISTORY_LENGTH = 5;

/** A person as their owner looks at them; the newest first. */
export interface Profile {
  endUser: EndUser;
  since: Date;
  /** The bot cannot write to them. */
  hasClosedBot: boolean;
  subscriptions: { title: string; status: SubscriptionState; expiresAt: Date | null }[];
  payments: { id: number; title: string; amount: bigint; status: PaymentStatus; createdAt: Date }[];
}

export function createProfileService({ prisma }: { prisma: PrismaClient }) {
  return {
    /** One person, with what they have. @throws AppError `notFound` */
    async open(scope: TenantScope, actor: Actor, endUserId: number): Promise<Profile> {
      requireOwnerOf(scope, actor);
      const row = await prisma.endUser.findFirst({
        where: { id: endUserId, botId: scope.botId },
        include: {
          subscriptions: { orderBy: { id: 'desc' }, take: HISTORY_LENGTH, include: { channel: true } },
          payments: { orderBy: { id: 'desc' }, take: HISTORY_LENGTH, include: WITH_CHAT_TITLES },
        },
      });
      if (!row) throw new AppError('notFound');
      return {
        endUser: toEndUser(row),
        since: row.createdAt,
        hasClosedBot: row.blockedAt !== null,
        subscriptions: row.subscriptions.map(({ channel, status, expiresAt }) => ({
          title: channel.title,
          status: status as SubscriptionState,
          expiresAt,
        })),
        payments: row.payments.map((payment) => ({
          id: payment.id,
          title: soldTitle(payment),
          amount: fromDecimal(payment.amount),
          status: payment.status as PaymentStatus,
          createdAt: payment.createdAt,
        })),
      };
    },
  };
}
