import type { NoticeKind, Notices } from '../../../modules/notifications/notice.ts';
import type { ForeignRefund } from '../../../modules/payments/refunds/refund.ts';
import { BOT, MY_SUBSCRIPTION, REFUND, SUPPORT } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { money, ownerButton, personName, type Viewer } from '../common.ts';
import { paymentWords } from './payment-words.ts';

type RefundNotice = Extract<NoticeKind, 'refundWaits' | 'refundOverdue' | 'refundCredited' | 'ordersUnheard'>;

/** What is said of money that nobody has returned, or nobody has heard of. */
export const REFUND_NOTICE_VIEWS: {
  readonly [K in RefundNotice]: (viewer: Viewer, content: Notices[K]['content']) => Screen;
} = {
  refundWaits: (viewer, refund) => ({
    text:
      refund.person === null
        ? viewer.t('refund.waitsForeign', foreignWords(viewer, refund))
        : viewer.t('refund.waits', paymentWords(viewer, refund)),
    buttons: [[button(viewer.t('refund.open'), REFUND.data(refund.id))]],
  }),
  refundOverdue: (viewer, { owner, refund }) => {
    const name = personName(owner);
    return {
      text:
        refund.person === null
          ? viewer.t('refund.overdueForeign', { ...foreignWords(viewer, refund), owner: name })
          : viewer.t('refund.overdue', { ...paymentWords(viewer, refund), owner: name }),
      buttons: [[ownerButton(owner)]],
    };
  },
  refundCredited: (viewer, refund) => ({
    text: viewer.t('refund.creditedNotice', paymentWords(viewer, refund)),
    buttons: [
      [button(viewer.t('button.mySubscription'), MY_SUBSCRIPTION.data())],
      [button(viewer.t('menu.support'), SUPPORT.data())],
    ],
  }),
  ordersUnheard: ({ t }, { telegramBotId, botUsername: bot, orders, total }) => ({
    text: [
      t('refund.unheard', { bot }),
      ...orders.map(({ paymentId, providerTxnId }) =>
        t('refund.unheardOrder', { order: paymentId, transaction: providerTxnId }),
      ),
      ...(total > orders.length ? [t('refund.unheardMore', { count: total - orders.length })] : []),
    ].join('\n'),
    buttons: [[button(t('button.setUpBot'), BOT.data(telegramBotId))]],
  }),
};

const foreignWords = (viewer: Viewer, { amount, currency, botUsername: bot }: ForeignRefund) => ({
  amount: money(viewer, amount, currency),
  bot,
});
