import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { fromDecimalString } from '../../shared/money.ts';
import type { MessageGateway } from '../notifications/message-gateway.ts';
import { findAddress } from '../notifications/notice-keeper.ts';
import type { Keeper } from '../promises/promise.ts';

/** Shows a tariff receipt to one moderator. */
export function createTariffKeeper(deps: {
  prisma: PrismaClient;
  messages: MessageGateway;
}): Keeper<'tariff-review'> {
  return async ({ tariffPaymentId, moderatorId }) => {
    const [row, address] = await Promise.all([
      deps.prisma.tariffPayment.findUnique({ where: { id: tariffPaymentId }, include: { owner: true } }),
      findAddress(deps.prisma, { kind: 'moderator', telegramUserId: moderatorId }),
    ]);
    if (!address || row?.status !== 'pending' || row.receiptFileId === null) return 'not-due';
    await deps.messages.sendTariffReview(address, {
      id: row.id,
      owner: row.owner,
      months: row.durationMonths,
      amount: fromDecimalString(row.amount.toFixed(2)),
      receipt: { fileId: row.receiptFileId, kind: row.receiptKind === 'document' ? 'document' : 'photo' },
    });
    return 'kept';
  };
}
