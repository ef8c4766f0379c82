import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { type PersonName, stillKnown } from '../../kernel/person.ts';
import { requireMayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Clock } from '../../shared/clock.ts';
import { type EndUser, toEndUser } from '../end-users/end-user.ts';
import { amountOfRow, type Currency, currencyOf } from '../payments/payment.ts';
import type { PaymentStatus } from '../payments/payment-status.ts';
import { soldTitle, WITH_CHAT_TITLES } from '../plans/plan.ts';
import { type ShownSubscription, toShown } from '../subscriptions/subscription.ts';

/** What fits into one message with everything else. */
const HISTORY_LENGTH = 5;

/** A person as their owner looks at them; the newest first. */
export interface Profile {
  endUser: EndUser;
  since: Date;
  /** The bot cannot write to them. */
  hasClosedBot: boolean;
  /** Who brought them; null: nobody, or nobody who is known still. */
  inviter: PersonName | null;
  subscriptions: ({ title: string } & ShownSubscription)[];
  payments: {
    id: number;
    title: string;
    currency: Currency;
    amount: bigint;
    status: PaymentStatus;
    createdAt: Date;
  }[];
}

export function createProfileService({ prisma, clock }: { prisma: PrismaClient; clock: Clock }) {
  return {
    /** One person, with what they have. @throws AppError `notFound` */
    async open(scope: TenantScope, actor: Actor, endUserId: number): Promise<Profile> {
      await requireMayRead(prisma, scope, actor, 'people');
      const row = await prisma.endUser.findFirst({
        where: { id: endUserId, botId: scope.botId },
        include: {
          broughtBy: { select: { inviter: true } },
          subscriptions: { orderBy: { id: 'desc' }, take: HISTORY_LENGTH, include: { channel: true } },
          payments: {
            where: { isTest: false },
            orderBy: { id: 'desc' },
            take: HISTORY_LENGTH,
            include: WITH_CHAT_TITLES,
          },
        },
      });
      if (!row) throw new AppError('notFound');
      return {
        endUser: toEndUser(row),
        since: row.createdAt,
        hasClosedBot: row.blockedAt !== null,
        inviter: stillKnown(row.broughtBy?.inviter),
        subscriptions: row.subscriptions.map((subscription) => ({
          title: subscription.channel.title,
          ...toShown(subscription, clock.now()),
        })),
        payments: row.payments.map((payment) => ({
          id: payment.id,
          title: soldTitle(payment),
          currency: currencyOf(payment),
          amount: amountOfRow(payment),
          status: payment.status as PaymentStatus,
          createdAt: payment.createdAt,
        })),
      };
    },
  };
}
