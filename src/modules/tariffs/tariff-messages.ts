import { z } from 'zod';
import type { Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { OutboxDefinitions } from '../../kernel/outbox/outbox-message.ts';
import type { Db, UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { fromDecimal } from '../../shared/money.ts';
import { toConnection } from '../merchant-accounts/connection-notices.ts';
import { findAddress, type SentMessage } from '../notifications/address.ts';
import { readLanguages } from '../owners/owner-queries.ts';
import { toReceiptFile } from '../receipts/receipt.ts';
import type {
  DecidedTariffReceipt,
  TariffGateway,
  TariffPurpose,
  TariffReceipt,
  TariffReviewContent,
} from './tariff-gateway.ts';

const tariffReview = z.object({ tariffPaymentId: z.int(), moderatorId: z.string() });
const showTariffDecision = z.object({ tariffPaymentId: z.int() });

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** A tariff receipt reaches a moderator. */
    'tariff-review': z.infer<typeof tariffReview>;
    /** Every moderator's copy of a tariff receipt tells the outcome. */
    'show-tariff-decision': z.infer<typeof showTariffDecision>;
  }
}

/** Who paid, and what for. */
export const WITH_PURPOSE = { owner: true, merchantAccount: { include: { bot: true } } } as const;
type PurposedRow = Prisma.TariffPaymentGetPayload<{ include: typeof WITH_PURPOSE }>;

/** What becomes of a tariff receipt: every moderator gets it, and every copy tells the outcome. */
export function createTariffMessages(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  messages: TariffGateway;
  moderatorIds: readonly bigint[];
}): OutboxDefinitions<'tariff-review' | 'show-tariff-decision'> {
  const { prisma, transact, messages, moderatorIds } = deps;

  async function showIfDecided(tariffPaymentId: number): Promise<boolean> {
    const row = await prisma.tariffPayment.findUnique({
      where: { id: tariffPaymentId },
      include: {
        ...WITH_PURPOSE,
        // Whoever is no moderator any more learns nothing.
        reviewMessages: {
          where: { chatId: { in: [...moderatorIds] } },
          select: { chatId: true, messageId: true },
        },
      },
    });
    if (!row || row.status === 'pending') return false;
    const status = row.status as DecidedTariffReceipt['status'];
    const decided = { ...toReceipt(row), status, reviewedBy: row.reviewedBy };
    const languageOf = await readLanguages(
      prisma,
      row.reviewMessages.map(({ chatId }) => chatId),
    );
    const shown = await Promise.allSettled(
      row.reviewMessages.map((copy) => messages.showTariffDecision(copy, languageOf(copy.chatId), decided)),
    );
    // A moderator who closed the bot sees it no more; the others shall.
    const failed = shown.find(
      (result) => result.status === 'rejected' && !isDeliveryFailure(result.reason, 'blocked'),
    );
    if (failed?.status === 'rejected') throw failed.reason;
    return true;
  }

  return {
    'tariff-review': {
      payload: tariffReview,
      onUnknown: 'retry',
      async handle({ tariffPaymentId, moderatorId }) {
        if (!moderatorIds.includes(BigInt(moderatorId))) {
          // It waited, and they are no moderator any more: it is those of now who decide.
          await transact(async (work) => enqueueTariffReview(work, tariffPaymentId, moderatorIds));
          return 'not-due';
        }
        const [row, address] = await Promise.all([
          prisma.tariffPayment.findUnique({ where: { id: tariffPaymentId }, include: WITH_PURPOSE }),
          findAddress(deps, { kind: 'moderator', telegramUserId: moderatorId }),
        ]);
        const content = row && toReviewContent(row);
        if (!address || !content || row.status !== 'pending') return 'not-due';
        await noteTariffCopy(prisma, tariffPaymentId, await messages.sendTariffReview(address, content));
        // Another moderator may have been quicker.
        await showIfDecided(tariffPaymentId);
        return 'delivered';
      },
    },
    'show-tariff-decision': {
      payload: showTariffDecision,
      onUnknown: 'retry',
      endsWhenRefused: true,
      handle: async ({ tariffPaymentId }) =>
        (await showIfDecided(tariffPaymentId)) ? 'delivered' : 'not-due',
    },
  };
}

/** Each moderator gets a receipt once, whoever passes it on to them. */
export function enqueueTariffReview(
  { enqueue }: Pick<Work, 'enqueue'>,
  tariffPaymentId: number,
  moderatorIds: readonly bigint[],
): void {
  for (const moderatorId of moderatorIds) {
    enqueue({
      kind: 'tariff-review',
      key: `tariff-review:${tariffPaymentId}:${moderatorId}`,
      payload: { tariffPaymentId, moderatorId: String(moderatorId) },
    });
  }
}

/** Notes where a tariff receipt was shown, once. */
export async function noteTariffCopy(
  db: Db,
  tariffPaymentId: number,
  { chatId, messageId }: Pick<SentMessage, 'chatId' | 'messageId'>,
): Promise<void> {
  await db.tariffReviewMessage.createMany({
    data: { tariffPaymentId, chatId, messageId },
    skipDuplicates: true,
  });
}

function toReceipt(row: PurposedRow): TariffReceipt {
  return { id: row.id, owner: row.owner, purpose: toPurpose(row), amount: fromDecimal(row.amount) };
}

export function toPurpose({
  merchantAccount,
  durationMonths,
}: Pick<PurposedRow, 'merchantAccount' | 'durationMonths'>): TariffPurpose {
  if (!merchantAccount) return { kind: 'tariff', months: durationMonths };
  const { provider, botUsername } = toConnection(merchantAccount);
  return { kind: 'connection', provider, botUsername };
}

/** Null once the file is forgotten. */
export function toReviewContent(row: PurposedRow): TariffReviewContent | null {
  const receipt = toReceiptFile(row);
  return receipt && { ...toReceipt(row), receipt, note: row.receiptNote };
}
