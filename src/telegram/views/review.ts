import type { InlineKeyboardButton } from 'grammy/types';
import type { PersonName } from '../../kernel/person.ts';
import { mayDo, type TeamRole } from '../../kernel/rights.ts';
import type { Notices } from '../../modules/notifications/notice.ts';
import { BANNED_REASON, type Payment, readRejectReason } from '../../modules/payments/payment.ts';
import { REJECT_REASONS } from '../../modules/payments/payment-status.ts';
import type { SameFile } from '../../modules/payments/reuse/receipt-traces.ts';
import type { PayerHistory, ReviewContent, ReviewViewer } from '../../modules/payments/review-gateway.ts';
import { plainText } from '../../shared/text.ts';
import {
  APPROVE,
  HOME,
  RECEIPT,
  REJECT,
  REJECT_FOR,
  REJECT_IN_WORDS,
  REVERT,
  REVERT_YES,
  SUPPORT,
  UNDECIDED,
} from '../common/routes.ts';
import { button, type Screen } from '../common/screen.ts';
import {
  date,
  durationName,
  money,
  ownerButton,
  personName,
  promoLine,
  receiptInPanel,
  type Viewer,
} from './common.ts';

/** Telegram's limit below a picture; a reminder of it says no more. */
const MAX_CAPTION_LENGTH = 1_024;
/** What is shorter than this says nothing. */
const MIN_NOTE_LENGTH = 12;

/** A receipt before its decision: who, what, how much, what was before, and the two buttons. */
export function reviewScreen(viewer: Viewer, review: ReviewContent): Screen {
  return {
    text: undecidedText(viewer, review),
    buttons: decisionButtons(viewer, { telegramBotId: review.telegramBotId, paymentId: review.payment.id }),
  };
}

/** A receipt, and whose bot it came to. */
interface ReceiptOfBot {
  telegramBotId: bigint;
  paymentId: number;
}

function decisionButtons(viewer: Viewer, receipt: ReceiptOfBot): InlineKeyboardButton[][] {
  const { t } = viewer;
  const { paymentId } = receipt;
  return [
    [
      button(t('review.approve'), APPROVE.data(paymentId)),
      button(t('review.reject'), REJECT.data(paymentId)),
    ],
    ...receiptInPanel(viewer, receipt),
  ];
}

function undecidedText(viewer: Viewer, review: ReviewContent): string {
  return withNote(viewer, [reviewText(viewer, review), historyLine(viewer, review)].join('\n\n'), review);
}

/** The payer's own words below what is ours, as many as Telegram has room for below a picture. */
export function withNote(viewer: Viewer, text: string, { note }: Pick<ReviewContent, 'note'>): string {
  if (note === null) return text;
  const { t } = viewer;
  const taken = plainText(`${text}\n\n${t('review.note', { note: '' })}`).length;
  // Each line may get two marks of direction around it.
  const room = MAX_CAPTION_LENGTH - taken - 2 * note.split('\n').length;
  if (room < MIN_NOTE_LENGTH) return text;
  // As Telegram counts, for which a character that people see may be many.
  const characters = Array.from(note);
  const shown = characters.length > room ? `${characters.slice(0, room - 1).join('')}…` : note;
  return `${text}\n\n${t('review.note', { note: shown })}`;
}

function historyLine(viewer: Viewer, { title, history }: ReviewContent): string {
  const { t } = viewer;
  const { approved, rejected, reversed, active } = history;
  const before =
    approved + rejected + reversed === 0
      ? t('review.firstPayment')
      : t(reversed === 0 ? 'review.history' : 'review.historyReversed', { approved, rejected, reversed });
  const [only] = active;
  if (!only) return before;
  if (only.title === title) return `${before} ${heldNow(viewer, only)}`;
  return [
    before,
    ...active.map((one) => t('review.heldIn', { title: one.title, held: heldNow(viewer, one) })),
  ].join('\n');
}

function heldNow(viewer: Viewer, { expiresAt, graceUntil }: PayerHistory['active'][number]): string {
  const { t } = viewer;
  if (graceUntil !== null) return t('review.inGrace', { until: date(viewer, graceUntil) });
  return expiresAt === null ? t('access.forLifeNow') : t('review.renews', { until: date(viewer, expiresAt) });
}

function reviewText(
  viewer: Viewer,
  { payment, payer, inviter, title, botUsername, sameFile, promo }: ReviewContent,
): string {
  const { t } = viewer;
  const lines = [
    t('review.request', {
      payer: personName(payer),
      title,
      duration: durationName(t, payment.duration),
      amount: money(viewer, payment.amount, payment.currency),
      bot: botUsername,
      id: payment.id,
    }),
  ];
  lines.push(...promoLine(viewer, payment, promo));
  if (inviter !== null) lines.push(t('review.invitedBy', { inviter: personName(inviter) }));
  if (sameFile !== null) lines.push(sameFileLine(viewer, sameFile));
  return lines.join('\n\n');
}

function sameFileLine({ t }: Viewer, { paymentId: id, isEarlier, otherBot }: SameFile): string {
  if (otherBot === null) return t(isEarlier ? 'review.usedBefore' : 'receiptReuse.again', { id });
  return t(isEarlier ? 'receiptReuse.elsewhere' : 'receiptReuse.againElsewhere', { id, bot: otherBot });
}

/** The same message when something was found about its file. @param decides moderators only look on */
export function flaggedScreen(viewer: Viewer, review: ReviewContent, decides: boolean): Screen {
  return decides ? reviewScreen(viewer, review) : onlookerScreen(viewer, review);
}

/** To the owner, quietly. */
export function reusedNotice(
  viewer: Viewer,
  { paymentId, telegramBotId, botUsername, same }: Notices['receiptReused']['content'],
): Screen {
  const { t } = viewer;
  return {
    text: t('receiptReuse.notice', {
      id: paymentId,
      bot: botUsername,
      other: same.paymentId,
      otherBot: same.otherBot ?? botUsername,
    }),
    buttons: [
      [button(t.plain('review.receipt', { id: paymentId }), RECEIPT.data(paymentId))],
      ...receiptInPanel(viewer, { telegramBotId, paymentId }),
    ],
  };
}

/** The same message once it is decided: how, by whom and when, and for who decides the way to put it right. */
export function decidedScreen(
  viewer: Viewer,
  review: ReviewContent,
  { role, telegramUserId }: Pick<ReviewViewer, 'role' | 'telegramUserId'>,
): Screen {
  const { payment, owner, decider } = review;
  // Where nobody in particular decided it, it is the owner's.
  const by = decider ?? owner;
  const isTheirs = role !== null && by.telegramUserId === telegramUserId;
  return {
    text: withNote(
      viewer,
      `${reviewText(viewer, review)}\n\n${decisionLine(viewer, payment, isTheirs ? null : by)}`,
      review,
    ),
    buttons: role === null ? [] : putRightButtons(viewer, payment, role),
  };
}

/** What a receipt's own buttons are: to decide, or to put the decision right. */
export function ownButtons(
  viewer: Viewer,
  { telegramBotId }: Pick<ReceiptOfBot, 'telegramBotId'>,
  payment: Payment,
  role: TeamRole,
): InlineKeyboardButton[][] {
  return payment.status === 'pending'
    ? decisionButtons(viewer, { telegramBotId, paymentId: payment.id })
    : putRightButtons(viewer, payment, role);
}

function putRightButtons({ t }: Viewer, { id, status }: Payment, role: TeamRole): InlineKeyboardButton[][] {
  if (status === 'approved' && !mayDo(role, 'shop')) return [];
  if (status === 'approved') return [[button(t('review.revert'), REVERT.data(id))]];
  if (status === 'rejected') return [[button(t('review.approveAfterAll'), APPROVE.data(id))]];
  return [];
}

/** Before an approval is taken back. */
export function askRevertScreen({ t }: Viewer, paymentId: number): Screen {
  return {
    text: t('review.askRevert', { id: paymentId }),
    buttons: [
      [button(t('review.revertYes'), REVERT_YES.data(paymentId))],
      [button(t('button.cancel'), HOME.data())],
    ],
  };
}

/** In place of the question how to decide. */
export function decidedByYouScreen(viewer: Viewer, payment: Payment): Screen {
  const { t } = viewer;
  return {
    text: `${t('review.receipt', { id: payment.id })}\n\n${decisionLine(viewer, payment, null)}`,
    buttons: [[button(t('button.home'), HOME.data())]],
  };
}

/** The same in a word over the chat. */
export function decisionSentence(viewer: Viewer, payment: Payment): string {
  return plainText(decisionLine(viewer, payment, null));
}

/** @param decider who decided; null: the viewer */
function decisionLine(viewer: Viewer, payment: Payment, decider: PersonName | null): string {
  const { t } = viewer;
  const when = payment.decidedAt === null ? '' : date(viewer, payment.decidedAt);
  const by = decider === null ? '' : personName(decider);
  switch (payment.status) {
    case 'approved':
      return t(decider ? 'review.approvedByOwner' : 'review.approvedByYou', { when, by });
    case 'rejected': {
      const reason = rejectReason(viewer, payment);
      return t(decider ? 'review.rejectedByOwner' : 'review.rejectedByYou', { when, by, reason });
    }
    case 'cancelled':
      return t('review.cancelled', { when });
    case 'reversed':
      return t(decider ? 'review.reversedByOwner' : 'review.reversedByYou', { when, by });
    default:
      return t('review.waiting');
  }
}

function rejectReason({ t }: Viewer, payment: Payment): string {
  const reason = payment.rejectReason === null ? null : readRejectReason(payment.rejectReason);
  if (!reason) return '—';
  return 'ready' in reason ? t(`rejectReason.${reason.ready}`) : reason.ownWords;
}

function reasonButtons({ t }: Viewer, paymentId: number): InlineKeyboardButton[][] {
  return [
    ...REJECT_REASONS.map((reason) => [
      button(t(`rejectReason.${reason}`), REJECT_FOR.data(paymentId, reason)),
    ]),
    [button(t('review.ownWords'), REJECT_IN_WORDS.data(paymentId))],
  ];
}

/** Why, at a press on *reject*: under the receipt itself, with the way back to its own buttons. */
export function reasonsUnderReceipt(viewer: Viewer, paymentId: number): InlineKeyboardButton[][] {
  return [...reasonButtons(viewer, paymentId), [button(viewer.t('button.back'), UNDECIDED.data(paymentId))]];
}

/** The same where no receipt is to be seen. */
export function rejectReasonsScreen(viewer: Viewer, paymentId: number): Screen {
  const { t } = viewer;
  return {
    text: t('review.askReason', { id: paymentId }),
    buttons: [...reasonButtons(viewer, paymentId), [button(t('button.cancel'), HOME.data())]],
  };
}

export function askRejectWordsScreen({ t }: Viewer, paymentId: number): Screen {
  return {
    text: t('review.askOwnWords', { id: paymentId }),
    buttons: [[button(t('button.cancel'), HOME.data())]],
  };
}

/** The receipt itself tells the outcome. */
export function reasonSentScreen({ t }: Viewer): Screen {
  return { text: t('review.reasonSent'), buttons: [[button(t('button.home'), HOME.data())]] };
}

/** To the person who paid. */
export function rejectedNotice(viewer: Viewer, payment: Payment, title: string): Screen {
  const { t } = viewer;
  const support = button(t('button.support'), SUPPORT.data());
  if (payment.rejectReason === BANNED_REASON)
    return { text: t('notice.paymentRejectedByBan', { title }), buttons: [[support]] };
  return {
    text: t('notice.paymentRejected', { title, reason: rejectReason(viewer, payment) }),
    buttons: [[button(t('button.plans'), HOME.data()), support]],
  };
}

/** To the owner, about a receipt that still waits. */
export function reminderScreen(viewer: Viewer, review: ReviewContent): Screen {
  const { t } = viewer;
  return {
    ...reviewScreen(viewer, review),
    text: `${t('review.reminder')}\n\n${undecidedText(viewer, review)}`,
  };
}

/** To moderators, about a receipt that reached nobody, or that nobody decides. They may only tell the owner. */
export function escalationScreen(viewer: Viewer, review: ReviewContent, unreachable: boolean): Screen {
  return onlookerScreen(viewer, review, [
    viewer.t(unreachable ? 'review.ownerUnreachable' : 'review.undecided'),
  ]);
}

function onlookerScreen(viewer: Viewer, review: ReviewContent, head: string[] = []): Screen {
  const { owner } = review;
  const whose = viewer.t('review.owner', { person: personName(owner) });
  return {
    text: withNote(viewer, [...head, reviewText(viewer, review), whose].join('\n\n'), review),
    buttons: [[ownerButton(owner)]],
  };
}
