import type { Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import type { OwnerActor, Pressed } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { fromDecimalString, toDecimalString } from '../../shared/money.ts';
import {
  CONNECTION_NOTICES,
  type Connection,
  toConnection,
} from '../merchant-accounts/connection-notices.ts';
import { ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { lockActingOwner } from '../owners/owner-queries.ts';
import { readSettings } from '../platform/platform-settings.ts';
import { type Receipt, toReceiptColumns } from '../receipts/receipt.ts';
import { enqueueTariffReview } from './tariff-messages.ts';

export interface ConnectionFeeOffer extends Connection {
  /** Tiyin. */
  amount: bigint;
  cardNumber: string;
  cardHolder: string;
}

/** What an owner pays the platform, once, for a provider at one of their bots. */
export function createConnectionFeeService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  moderatorIds: readonly bigint[];
}) {
  const { prisma, transact, moderatorIds } = deps;

  /**
   * What to pay, and where.
   * @throws AppError `notFound`, `connection.notOnSale`, `connection.feePaid`, `connection.receiptWaits`
   */
  async function offer(actor: OwnerActor, accountId: number): Promise<ConnectionFeeOffer> {
    const connection = await requireUnpaid(prisma, actor, accountId);
    const price = `connect-${connection.provider}` as const;
    const settings = await readSettings(prisma, ['card', 'holder', price]);
    const amount = settings.get(price);
    const cardNumber = settings.get('card');
    if (!amount || !cardNumber) throw new AppError('connection.notOnSale');
    const cardHolder = settings.get('holder') ?? '';
    return { ...connection, amount: fromDecimalString(amount), cardNumber, cardHolder };
  }

  /**
   * Takes the receipt for the fee that was shown; every moderator gets it.
   * @throws AppError `notFound`, `connection.feePaid`, `connection.receiptWaits`
   */
  async function submitReceipt(
    actor: Pressed<OwnerActor>,
    { accountId, amount, receipt }: { accountId: number; amount: bigint; receipt: Receipt },
  ): Promise<void> {
    await transact(async (work) => {
      const { db, now, enqueue } = work;
      // Each of their receipts stands in this line: no two wait for one account.
      const { id: ownerId } = await lockActingOwner(db, actor);
      if (!(await work.once(actor.act))) return;
      await requireUnpaid(db, actor, accountId);
      const row = await db.tariffPayment.create({
        data: {
          ownerId,
          purpose: 'connection',
          merchantAccountId: accountId,
          durationMonths: 0,
          amount: toDecimalString(amount),
          status: 'pending',
          ...toReceiptColumns(receipt),
          createdAt: now,
        },
      });
      enqueueTariffReview({ enqueue }, row.id, moderatorIds);
    });
  }

  return { offer, submitReceipt };
}

/** Theirs, and neither paid for nor about to be: a receipt may wait since before it was removed and connected again. */
async function requireUnpaid(
  db: PrismaClient | Prisma.TransactionClient,
  { telegramUserId }: OwnerActor,
  accountId: number,
): Promise<Connection> {
  const account = await db.merchantAccount.findFirst({
    where: { id: accountId, removedAt: null, bot: { removedAt: null, owner: { telegramUserId } } },
    include: { bot: true },
  });
  if (!account) throw new AppError('notFound');
  const connection = toConnection(account);
  if (account.feePaidAt) throw new AppError('connection.feePaid');
  const { botId, provider } = account;
  const waiting = await db.tariffPayment.count({
    where: { status: 'pending', merchantAccount: { botId, provider } },
  });
  if (waiting > 0) throw new AppError('connection.receiptWaits');
  return connection;
}

/**
 * Of the account that the receipt is for, and of the one that its owner has in its place by now.
 * The caller holds the lock on the owner.
 */
export async function settleConnection(
  work: Work,
  { ownerId, merchantAccountId: id }: { ownerId: number; merchantAccountId: number },
  decision: 'approved' | 'rejected',
): Promise<void> {
  const { db, now } = work;
  const { botId, provider } = await db.merchantAccount.findUniqueOrThrow({ where: { id } });
  if (decision === 'approved') {
    await db.merchantAccount.updateMany({
      where: { feePaidAt: null, OR: [{ id }, { botId, provider, removedAt: null }] },
      data: { feePaidAt: now },
    });
  }
  const present = await db.merchantAccount.findFirst({ where: { botId, provider, removedAt: null } });
  if (!present) return;
  const { connectionPaid, connectionRejected } = CONNECTION_NOTICES;
  const notice = decision === 'approved' ? connectionPaid : connectionRejected;
  tell(work, notice, ownerOf({ ownerId }), { accountId: present.id });
}
