import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { ClaimedMessage, OutboxHandler } from '../../kernel/outbox/outbox-message.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { findAddress, ownerOf, type SentMessage } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { PAYMENT_NOTICES } from './payment-notices.ts';
import { findSameFile } from './reuse/receipt-traces.ts';
import type { ReviewContent, Reviewer, ReviewGateway } from './review-gateway.ts';
import { noteReviewCopy, type Review, readReview } from './review-viewer.ts';

export interface ReviewHandlersDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  messages: ReviewGateway;
  moderatorIds: readonly bigint[];
}

/** What becomes of a receipt: it reaches those who decide, who are reminded, and every copy tells the outcome. */
export function createReviewHandlers(deps: ReviewHandlersDeps): {
  'review-request': OutboxHandler<'review-request'>;
  'review-copy': OutboxHandler<'review-copy'>;
  'review-show': OutboxHandler<'review-show'>;
  'review-reminder': OutboxHandler<'review-reminder'>;
  'manager-review': OutboxHandler<'manager-review'>;
  'review-escalation': OutboxHandler<'review-escalation'>;
  'show-decision': OutboxHandler<'show-decision'>;
  'show-reuse': OutboxHandler<'show-reuse'>;
} {
  const { prisma, messages } = deps;

  /** A file that cannot be brought there is one that is seen in the seller bot: the owner is told of it, once. */
  async function sendThroughMain(
    { content, to, telegramBotId }: Reachable,
    { id, botId }: Pick<ClaimedMessage, 'id' | 'botId'>,
  ): Promise<SentMessage> {
    try {
      return await messages.sendReview({ ...to, via: 'main' }, content, telegramBotId);
    } catch (error) {
      if (!isDeliveryFailure(error, 'file-out-of-reach')) throw error;
      if (to.telegramUserId !== content.owner.telegramUserId) throw error;
      await deps.transact(async (work) => {
        const owner = ownerOf({ ownerId: content.owner.id });
        const options = { key: `receipt-out-of-reach:${id}`, ...(botId === null ? {} : { botId }) };
        tell(work, PAYMENT_NOTICES.receiptOutOfReach, owner, { paymentId: content.payment.id }, options);
      });
      throw error;
    }
  }

  async function sendTo(review: Reachable, claimed: ClaimedMessage): Promise<SentMessage> {
    const { content, to, telegramBotId } = review;
    try {
      return await messages.sendReview({ ...to, via: telegramBotId }, content, telegramBotId);
    } catch (error) {
      if (!isDeliveryFailure(error, 'blocked')) throw error;
      return await sendThroughMain(review, claimed);
    }
  }

  /** Whoever has closed that bot meanwhile gets the whole receipt through the main bot. */
  async function remind(
    review: Reachable,
    receipt: SentMessage,
    claimed: ClaimedMessage,
  ): Promise<SentMessage> {
    try {
      return await messages.remindOfReview(receipt, review.to.language, review.content);
    } catch (error) {
      if (!isDeliveryFailure(error, 'blocked')) throw error;
      return await sendTo(review, claimed);
    }
  }

  /** A receipt that waits, for somebody who may decide it; null where either is so no more. */
  async function readWaiting(of: { paymentId: number; managerId?: number | undefined }) {
    const review = await readReview(prisma, of);
    return review?.content.payment.status === 'pending' ? reachable(review) : null;
  }

  /** Reaches one of those who decide, once. */
  async function request(
    of: { paymentId: number; managerId?: number },
    claimed: ClaimedMessage,
  ): Promise<'delivered' | 'not-due'> {
    const review = await readWaiting(of);
    if (!review) return 'not-due';
    if (copyOf(review)) return 'delivered';
    await noteReviewCopy(prisma, of.paymentId, await sendTo(review, claimed));
    await bringUpToDate(of.paymentId, review.content);
    return 'delivered';
  }

  /**
   * Decided or replaced: every copy says so, also one that was on its way meanwhile.
   * @returns false while it waits
   */
  async function showIfDecided(paymentId: number): Promise<boolean> {
    const review = await readReview(prisma, { paymentId });
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
    const review = await readReview(prisma, { paymentId });
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
    'review-request': request,

    'manager-review': request,

    'review-copy': async (of, claimed) => {
      const review = await readWaiting(of);
      if (!review) return 'not-due';
      await noteReviewCopy(prisma, of.paymentId, await sendThroughMain(review, claimed));
      await bringUpToDate(of.paymentId, review.content);
      return 'delivered';
    },

    'review-show': async (of, claimed) => {
      const review = reachable(await readReview(prisma, of));
      if (!review?.content.receipt) return 'not-due';
      await noteReviewCopy(prisma, of.paymentId, await sendTo(review, claimed));
      await bringUpToDate(of.paymentId, review.content);
      return 'delivered';
    },

    'review-reminder': async (of, claimed) => {
      const review = await readWaiting(of);
      const receipt = review && copyOf(review);
      if (!receipt) return 'not-due';
      const reminder = await remind(review, receipt, claimed);
      // It has buttons of its own, so it tells the outcome too.
      await noteReviewCopy(prisma, of.paymentId, reminder);
      await bringUpToDate(of.paymentId, review.content);
      return 'delivered';
    },

    'review-escalation': async ({ paymentId, unreachable }) => {
      const review = await readReview(prisma, { paymentId });
      if (review?.content.payment.status !== 'pending') return 'not-due';
      if (unreachable && review.copies.some(({ viewer }) => viewer.role !== null)) return 'not-due';
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

type Reachable = Review & { to: Reviewer };

function reachable(review: Review | null): Reachable | null {
  return review?.to ? { ...review, to: review.to } : null;
}

/** The first one in their hand. */
function copyOf({ copies, to }: Reachable) {
  return copies.find(({ chatId }) => chatId === to.telegramUserId);
}
