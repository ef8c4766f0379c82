import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { ClaimedMessage, OutboxHandler } from '../../kernel/outbox/outbox-message.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { findAddress, ownerOf, type SentMessage } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { PAYMENT_NOTICES } from './payment-notices.ts';
import { findSameFile } from './reuse/receipt-traces.ts';
import type { ReviewContent, ReviewGateway } from './review-gateway.ts';
import { noteReviewCopy, type Review, readReview } from './review-viewer.ts';

export interface ReviewHandlersDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  messages: ReviewGateway;
  moderatorIds: readonly bigint[];
}

/** What becomes of a receipt: it reaches its owner, who is reminded, and every copy tells the outcome. */
export function createReviewHandlers(deps: ReviewHandlersDeps): {
  'review-request': OutboxHandler<'review-request'>;
  'review-copy': OutboxHandler<'review-copy'>;
  'review-show': OutboxHandler<'review-show'>;
  'review-reminder': OutboxHandler<'review-reminder'>;
  'review-escalation': OutboxHandler<'review-escalation'>;
  'show-decision': OutboxHandler<'show-decision'>;
  'show-reuse': OutboxHandler<'show-reuse'>;
} {
  const { prisma, messages } = deps;

  /** A file that cannot be brought there is one that the owner sees in their own bot: they are told of it, once. */
  async function sendThroughMain(
    { content, owner, telegramBotId }: Review,
    { id, botId }: Pick<ClaimedMessage, 'id' | 'botId'>,
  ): Promise<SentMessage> {
    try {
      return await messages.sendReview({ ...owner, via: 'main' }, content, telegramBotId);
    } catch (error) {
      if (!isDeliveryFailure(error, 'file-out-of-reach')) throw error;
      await deps.transact(async (work) => {
        const to = ownerOf({ ownerId: content.owner.id });
        const options = { key: `receipt-out-of-reach:${id}`, ...(botId === null ? {} : { botId }) };
        tell(work, PAYMENT_NOTICES.receiptOutOfReach, to, { paymentId: content.payment.id }, options);
      });
      throw error;
    }
  }

  async function sendToOwner(review: Review, claimed: ClaimedMessage): Promise<SentMessage> {
    const { content, owner, telegramBotId } = review;
    try {
      return await messages.sendReview({ ...owner, via: telegramBotId }, content, telegramBotId);
    } catch (error) {
      if (!isDeliveryFailure(error, 'blocked')) throw error;
      return await sendThroughMain(review, claimed);
    }
  }

  /** An owner who has closed that bot meanwhile gets the whole receipt through the main bot. */
  async function remind(review: Review, receipt: SentMessage, claimed: ClaimedMessage): Promise<SentMessage> {
    try {
      return await messages.remindOfReview(receipt, review.owner.language, review.content);
    } catch (error) {
      if (!isDeliveryFailure(error, 'blocked')) throw error;
      return await sendToOwner(review, claimed);
    }
  }

  /**
   * Decided or replaced: every copy says so, also one that was on its way meanwhile.
   * @returns false while it waits
   */
  async function showIfDecided(paymentId: number): Promise<boolean> {
    const review = await readReview(prisma, paymentId);
    if (!review || review.content.payment.status === 'pending') return false;
    const { status } = review.content.payment;
    await showIn(
      review,
      review.copies.filter(({ shownStatus }) => shownStatus !== status),
    );
    const present = await prisma.payment.findUnique({ where: { id: paymentId }, select: { status: true } });
    if (!present || present.status === status) return true;
    // Decided otherwise meanwhile: of two edits under way the older may have come last.
    await prisma.reviewMessage.updateMany({ where: { paymentId }, data: { shownStatus: null } });
    return showIfDecided(paymentId);
  }

  /** Each is noted by itself: when some had to wait, only those are tried again. */
  async function showIn({ content }: Review, copies: Review['copies']): Promise<void> {
    await inEach(copies, async ({ id, viewer, telegramBotId, chatId, messageId }) => {
      await messages.showDecision({ telegramBotId, chatId, messageId }, viewer, content);
      await prisma.reviewMessage.updateMany({
        where: { id },
        data: { shownStatus: content.payment.status },
      });
    });
  }

  /** Every copy says what was found about the file: one that waits beside its buttons, one that is decided below its outcome. */
  async function showReuse(paymentId: number): Promise<boolean> {
    const review = await readReview(prisma, paymentId);
    if (!review?.content.sameFile) return false;
    const { content, copies } = review;
    if (content.payment.status === 'pending') {
      await inEach(copies, ({ viewer, telegramBotId, chatId, messageId }) =>
        messages.showReuse({ telegramBotId, chatId, messageId }, viewer, content),
      );
    }
    // Also what was decided meanwhile, whose outcome these edits may have covered.
    await prisma.reviewMessage.updateMany({ where: { paymentId }, data: { shownStatus: null } });
    await showIfDecided(paymentId);
    return true;
  }

  /** What was sent may have been overtaken on its way: by a decision, or by what was found about its file. */
  async function bringUpToDate(paymentId: number, sent: ReviewContent): Promise<void> {
    if (await showIfDecided(paymentId)) return;
    const present = await findSameFile(prisma, paymentId);
    if (present?.paymentId !== sent.sameFile?.paymentId) await showReuse(paymentId);
  }

  async function inEach(
    copies: Review['copies'],
    show: (copy: Review['copies'][number]) => Promise<void>,
  ): Promise<void> {
    const shown = await Promise.allSettled(copies.map(show));
    const faults = shown.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    // Whoever closed the bot sees it no more; the others shall.
    const fault = faults.find((reason) => !isDeliveryFailure(reason, 'blocked')) ?? faults[0];
    if (fault !== undefined) throw fault;
  }

  return {
    'review-request': async ({ paymentId }, claimed) => {
      const review = await readReview(prisma, paymentId);
      if (review?.content.payment.status !== 'pending') return 'not-due';
      if (review.copies.some((copy) => copy.viewer.decides)) return 'delivered';
      const message = await sendToOwner(review, claimed);
      await noteReviewCopy(prisma, paymentId, message);
      await bringUpToDate(paymentId, review.content);
      return 'delivered';
    },

    'review-copy': async ({ paymentId }, claimed) => {
      const review = await readReview(prisma, paymentId);
      if (review?.content.payment.status !== 'pending') return 'not-due';
      await noteReviewCopy(prisma, paymentId, await sendThroughMain(review, claimed));
      await bringUpToDate(paymentId, review.content);
      return 'delivered';
    },

    'review-show': async ({ paymentId }, claimed) => {
      const review = await readReview(prisma, paymentId);
      if (!review?.content.receipt) return 'not-due';
      await noteReviewCopy(prisma, paymentId, await sendToOwner(review, claimed));
      await bringUpToDate(paymentId, review.content);
      return 'delivered';
    },

    'review-reminder': async ({ paymentId }, claimed) => {
      const review = await readReview(prisma, paymentId);
      const receipt = review?.copies.find((copy) => copy.viewer.decides);
      if (review?.content.payment.status !== 'pending' || !receipt) return 'not-due';
      const reminder = await remind(review, receipt, claimed);
      // It has buttons of its own, so it tells the outcome too.
      await noteReviewCopy(prisma, paymentId, reminder);
      await bringUpToDate(paymentId, review.content);
      return 'delivered';
    },

    'review-escalation': async ({ paymentId, unreachable }) => {
      const review = await readReview(prisma, paymentId);
      if (review?.content.payment.status !== 'pending') return 'not-due';
      if (unreachable && review.copies.some((copy) => copy.viewer.decides)) return 'not-due';
      const moderators = await Promise.all(
        deps.moderatorIds.map((id) => findAddress(deps, { kind: 'moderator', telegramUserId: String(id) })),
      );
      const sent = await Promise.allSettled(
        moderators
          .filter((address) => address !== null)
          .map(async (address) =>
            noteReviewCopy(
              prisma,
              paymentId,
              await messages.escalateReview(address, review.content, unreachable),
            ),
          ),
      );
      await bringUpToDate(paymentId, review.content);
      const failed = sent.find((result) => result.status === 'rejected');
      // One moderator who knows is enough; nobody reached is worth another try.
      if (failed && sent.every((result) => result.status === 'rejected')) throw failed.reason;
      return 'delivered';
    },

    'show-reuse': async ({ paymentId }) => ((await showReuse(paymentId)) ? 'delivered' : 'not-due'),

    'show-decision': async ({ paymentId }) => ((await showIfDecided(paymentId)) ? 'delivered' : 'not-due'),
  };
}
