import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { Work } from '../../../kernel/unit-of-work.ts';
import type { Attempt } from './attempt.ts';
import { findAttempt, findOrder, lockOrder, type Merchant, type Order } from './attempt-repository.ts';
import type { SettlementService } from './settlement-service.ts';

interface Deps {
  prisma: PrismaClient;
  settlements: Pick<SettlementService, 'handle'>;
}

/** Answers about an order, by the number that its provider was given. @returns null: there is none */
export async function atOrder<T extends object>(
  { prisma, settlements }: Deps,
  merchant: Merchant,
  orderNumber: string,
  answer: (work: Work, order: Order) => Promise<T>,
): Promise<T | null> {
  const paymentId = await findOrder(prisma, merchant, orderNumber);
  if (paymentId === null) return null;
  return settlements.handle(async (work) => {
    const order = await lockOrder(work, merchant, paymentId);
    return order && answer(work, order);
  });
}

/** Answers about an attempt, by the number that its provider gave it. @returns null: there is none */
export async function atAttempt<T extends object>(
  { prisma, settlements }: Deps,
  merchant: Merchant,
  providerTxnId: string,
  answer: (work: Work, order: Order, attempt: Attempt) => Promise<T>,
): Promise<T | null> {
  const known = await findAttempt(prisma, merchant, providerTxnId);
  if (!known) return null;
  return settlements.handle(async (work) => {
    const order = await lockOrder(work, merchant, known.paymentId);
    const attempt = order?.attempts.find(({ id }) => id === known.id);
    return order && attempt ? answer(work, order, attempt) : null;
  });
}
