import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { ListedRefund, Refund } from '../../../modules/payments/refunds/refund.ts';
import type { RefundPage } from '../../../modules/payments/refunds/refund-service.ts';
import type { TakingBack } from '../../../modules/payments/refunds/take-back-service.ts';
import type { Page } from '../../../shared/page.ts';
import {
  BOT,
  BOT_REFUNDS,
  HOME,
  REFUND,
  REFUND_CREDIT,
  REFUND_CREDIT_YES,
  REFUND_DONE,
  REFUND_SEND,
  REVERT_YES,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { date, durationName, endUserButton, money, nameOnButton, type Viewer } from '../common.ts';
import { paymentWords } from './payment-words.ts';

/** The money of a bot's buyers that is to be returned, what waits longest first. */
export function refundsScreen(
  viewer: Viewer,
  { botUsername: bot, telegramBotId }: TenantScope,
  { items, next }: Page<ListedRefund>,
): Screen {
  const { t } = viewer;
  return {
    text: t(items.length === 0 ? 'refund.none' : 'refund.list', { bot }),
    buttons: [
      ...items.map(({ id, amount, person }) => [
        button(
          nameOnButton((name) => `${money(viewer, amount)} · ${name}`, person),
          REFUND.data(id),
        ),
      ]),
      ...(next === null ? [] : [[button(t('button.more'), BOT_REFUNDS.data(telegramBotId, next))]]),
      [button(t('button.back'), BOT.data(telegramBotId))],
    ],
  };
}

/** One of them: whose it is, why it gave nothing, and what can be done about it. */
export function refundScreen(viewer: Viewer, { refund, canSend }: RefundPage): Screen {
  const { t } = viewer;
  const { id, status, reason, telegramBotId } = refund;
  const isOpen = status === 'open';
  return {
    text: [
      t('refund.page', { ...words(viewer, refund), since: date(viewer, refund.createdAt) }),
      t(`refund.reason.${reason}`, words(viewer, refund)),
      ...(isOpen && refund.note !== null
        ? [
            t(refund.mayBeDone ? 'refund.mayBeDone' : 'refund.refused', {
              ...words(viewer, refund),
              note: refund.note || t('provider.noWords'),
            }),
          ]
        : []),
      statusLine(viewer, refund, canSend),
    ].join('\n\n'),
    buttons: [
      ...(isOpen && canSend ? [[button(t('refund.send'), REFUND_SEND.data(id))]] : []),
      ...(isOpen
        ? [[button(t(reason === 'unclear' ? 'refund.looked' : 'refund.markDone'), REFUND_DONE.data(id))]]
        : []),
      ...(isOpen && refund.isWelcome ? [[button(t('refund.credit'), REFUND_CREDIT.data(id))]] : []),
      [endUserButton(refund.person)],
      [button(t('button.back'), BOT_REFUNDS.data(telegramBotId, '0'))],
    ],
  };
}

function statusLine(viewer: Viewer, refund: Refund, canSend: boolean): string {
  const { t } = viewer;
  const closed = { at: refund.closedAt === null ? '' : date(viewer, refund.closedAt) };
  switch (refund.status) {
    case 'sending':
      return t('refund.isSending', words(viewer, refund));
    case 'done':
      return t('refund.isDone', closed);
    case 'credited':
      return t('refund.isCredited', closed);
    default:
      if (refund.reason === 'unclear') return t('refund.howToLook', words(viewer, refund));
      return t(canSend ? 'refund.howToSend' : 'refund.howByHand', words(viewer, refund));
  }
}

/** Before time is given in place of money. */
export function askCreditScreen(viewer: Viewer, refund: Refund): Screen {
  const { t } = viewer;
  return {
    text: t('refund.askCredit', { ...words(viewer, refund), duration: durationName(t, refund.duration) }),
    buttons: [
      [button(t('refund.creditYes'), REFUND_CREDIT_YES.data(refund.id))],
      [button(t('button.cancel'), REFUND.data(refund.id))],
    ],
  };
}

function words(viewer: Viewer, refund: Refund) {
  return {
    ...paymentWords(viewer, refund),
    order: refund.paymentId,
    transaction: refund.providerTxnId,
  };
}

type ByProvider = Exclude<TakingBack, { way: 'here' }>;

/** Before a payment by a provider is taken back. */
export function askTakeBackScreen({ t }: Viewer, { way, payment, provider }: ByProvider): Screen {
  const about = { id: payment.id, provider: t(`provider.name.${provider}`) };
  const [text, yes] =
    way === 'asked'
      ? [t('refund.askTakeBack', about), t('refund.takeBackYes')]
      : [
          t(provider === 'click' ? 'refund.askReturned' : 'refund.askReturnedOtherwise', about),
          t('refund.returnedYes'),
        ];
  return {
    text,
    buttons: [[button(yes, REVERT_YES.data(payment.id))], [button(t('button.cancel'), HOME.data())]],
  };
}

/** What came of it. */
export function takenBackScreen({ t }: Viewer, { way, payment, provider }: ByProvider): Screen {
  const about = { id: payment.id, provider: t(`provider.name.${provider}`) };
  return {
    text: t(way === 'asked' ? 'refund.takeBackAsked' : 'refund.takenBack', about),
    buttons: [[button(t('button.home'), HOME.data())]],
  };
}
