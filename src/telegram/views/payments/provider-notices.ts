import type { InlineKeyboardButton } from 'grammy/types';
import type { NoticeKind, Notices } from '../../../modules/notifications/notice.ts';
import { BOT, REFUND, REVERT, SUPPORT } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { money, type Viewer } from '../common.ts';
import { paymentWords } from './payment-words.ts';

type ProviderNotice = Extract<
  NoticeKind,
  | 'paymentReceived'
  | 'paymentLate'
  | 'refundOpened'
  | 'foreignStars'
  | 'refundPromised'
  | 'refundDone'
  | 'paymentReversed'
  | 'reversalRefused'
  | 'fiscalReceipt'
>;

/** What was paid by a provider, and what was returned. */
export const PROVIDER_NOTICE_VIEWS: {
  readonly [K in ProviderNotice]: (viewer: Viewer, content: Notices[K]['content']) => Screen;
} = {
  paymentReceived: (viewer, paid) =>
    toOwner(
      viewer,
      paid,
      viewer.t(paid.isTest ? 'provider.testReceived' : 'provider.received', paymentWords(viewer, paid)),
      paid.isTest ? [] : [button(viewer.t('provider.takeBack'), REVERT.data(paid.paymentId))],
    ),
  paymentLate: (viewer, paid) => toBuyer(viewer, viewer.t('provider.late', paymentWords(viewer, paid))),
  refundOpened: (viewer, refund) =>
    toOwner(viewer, refund, viewer.t(openedText(refund), paymentWords(viewer, refund)), [
      button(viewer.t('refund.open'), REFUND.data(refund.refundId)),
    ]),
  foreignStars: (viewer, { refundId, botUsername: bot, telegramBotId, stars }) =>
    toOwner(
      viewer,
      { telegramBotId },
      viewer.t('provider.foreignStars', { bot, amount: money(viewer, stars, 'XTR') }),
      [button(viewer.t('refund.open'), REFUND.data(refundId))],
    ),
  refundPromised: (viewer, refund) =>
    toBuyer(viewer, viewer.t('provider.refundPromised', paymentWords(viewer, refund))),
  refundDone: (viewer, refund) =>
    toBuyer(
      viewer,
      viewer.t(
        refund.provider === 'stars' ? 'provider.starsReturned' : 'provider.refundDone',
        paymentWords(viewer, refund),
      ),
    ),
  paymentReversed: (viewer, paid) =>
    toOwner(
      viewer,
      paid,
      viewer.t(paid.isTest ? 'provider.testReversed' : 'provider.reversed', paymentWords(viewer, paid)),
    ),
  reversalRefused: (viewer, refused) =>
    toOwner(
      viewer,
      refused,
      viewer.t(refusedText(refused), {
        ...paymentWords(viewer, refused),
        note: refused.note || viewer.t('provider.noWords'),
      }),
      [
        refused.refundId === null
          ? button(viewer.t('provider.takeBack'), REVERT.data(refused.paymentId))
          : button(viewer.t('refund.open'), REFUND.data(refused.refundId)),
      ],
    ),
  fiscalReceipt: ({ t }, { title, url }) => ({
    text: t('provider.fiscal', { title }),
    buttons: [[{ text: t('provider.fiscalOpen'), url }]],
  }),
};

function openedText({ provider, reason }: Notices['refundOpened']['content']) {
  if (provider === 'stars') return 'provider.starsGoBack';
  return reason === 'unclear' ? 'provider.refundUnclear' : 'provider.refundOpened';
}

function refusedText({ provider, isUnclear }: Notices['reversalRefused']['content']) {
  if (provider === 'stars') return 'provider.starsRefused';
  return isUnclear ? 'provider.reversalUnclear' : 'provider.reversalRefused';
}

/** @param first what is about this very payment */
function toOwner(
  { t }: Viewer,
  { telegramBotId }: { telegramBotId: bigint },
  text: string,
  first: InlineKeyboardButton[] = [],
): Screen {
  const toBot = [button(t('button.setUpBot'), BOT.data(telegramBotId))];
  return { text, buttons: [first, toBot].filter(({ length }) => length > 0) };
}

function toBuyer({ t }: Viewer, text: string): Screen {
  return { text, buttons: [[button(t('menu.support'), SUPPORT.data())]] };
}
