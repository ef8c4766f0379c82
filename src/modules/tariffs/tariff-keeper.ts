import type { Owner, PrismaClient, TariffPayment } from '../../infra/prisma-client/client.ts';
import { fromDecimal } from '../../shared/money.ts';
import type { MessageGateway, TariffReviewContent } from '../notifications/message-gateway.ts';
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
    const content = row && toReviewContent(row);
    if (!address || !content || row.status !== 'pending') return 'not-due';
    await deps.messages.sendTariffReview(address, content);
    return 'kept';
  };
}

/** Null once the file is forgotten. */
export function toReviewContent(row: TariffPayment & { owner: Owner }): TariffReviewContent | null {
  if (row.receiptFileId === null) return null;
  return {
    id: row.id,
    owner: row.owner,
    months: row.durationMonths,
    amount: fromDecimal(row.amount),
    receipt: { fileId: row.receiptFileId, kind: row.receiptKind === 'document' ? 'document' : 'photo' },
  };
}
