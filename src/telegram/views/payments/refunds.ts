import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { ForeignRefund, ListedRefund, Refund } from '../../../modules/payments/refunds/refund.ts';
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
      ...items.map((item) => [button(labelOf(viewer, item), REFUND.data(item.id))]),
      ...(next === null ? [] : [[button(t('button.more'), BOT_REFUNDS.data(telegramBotId, next))]]),
      [button(t('button.back'), BOT.data(telegramBotId))],
    ],
  };
}

function labelOf(viewer: Viewer, { currency, amount, person }: ListedRefund): string {
  const sum = money(viewer, amount, currency);
  return person === null ? sum : nameOnButton((name) => `${sum} · ${name}`, person);
}

/** Stars that another program has sold something for: nothing is known but how many. */
function foreignScreen(viewer: Viewer, refund: ForeignRefund, canSend: boolean): Screen {
  const { t } = viewer;
  const { id, status, note, telegramBotId } = refund;
  const provider = t('provider.name.stars');
  const isOpen = status === 'open';
  return {
    text: [
      t('refund.foreign', {
        amount: money(viewer, refund.amount, refund.currency),
        bot: refund.botUsername,
        transaction: refund.providerTxnId,
        since: date(viewer, refund.createdAt),
      }),
      ...(isOpen && note !== null
        ? [t('refund.refused', { provider, note: note || t('provider.noWords') })]
        : []),
      closedLine(viewer, refund) ?? t('refund.howToSendForeign'),
    ].join('\n\n'),
    buttons: [
      ...(isOpen && canSend ? [[button(t('refund.sendStars'), REFUND_SEND.data(id))]] : []),
      ...(isOpen ? [[button(t('refund.looked'), REFUND_DONE.data(id))]] : []),
      [button(t('button.back'), BOT_REFUNDS.data(telegramBotId, '0'))],
    ],
  };
}

/** One of them: whose it is, why it gave nothing, and what can be done about it. */
export function refundScreen(viewer: Viewer, { refund, canSend }: RefundPage): Screen {
  const { t } = viewer;
  if (refund.person === null) return foreignScreen(viewer, refund, canSend);
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
      ...(isOpen && canSend
        ? [[button(t(isInStars(refund) ? 'refund.sendStars' : 'refund.send'), REFUND_SEND.data(id))]]
        : []),
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
  const closed = closedLine(viewer, refund);
  if (closed !== null) return closed;
  if (refund.reason === 'unclear') return t('refund.howToLook', words(viewer, refund));
  if (isInStars(refund)) return t(canSend ? 'refund.howToSendStars' : 'refund.howByHandStars');
  return t(canSend ? 'refund.howToSend' : 'refund.howByHand', words(viewer, refund));
}

/** Null: it waits for its owner. */
function closedLine(
  viewer: Viewer,
  { status, closedAt, ...refund }: Pick<Refund, 'status' | 'closedAt'> & { provider?: Refund['provider'] },
): string | null {
  const { t } = viewer;
  const closed = { at: closedAt === null ? '' : date(viewer, closedAt) };
  switch (status) {
    case 'sending':
      return t('refund.isSending', { provider: t(`provider.name.${refund.provider ?? 'stars'}`) });
    case 'done':
      return t('refund.isDone', closed);
    case 'credited':
      return t('refund.isCredited', closed);
    case 'open':
      return null;
  }
}

const isInStars = ({ provider }: Pick<Refund, 'provider'>): boolean => provider === 'stars';

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
      ? [
          t(provider === 'stars' ? 'refund.askTakeBackStars' : 'refund.askTakeBack', about),
          t('refund.takeBackYes'),
        ]
      : [t(ASK_RETURNED[provider], about), t('refund.returnedYes')];
  return {
    text,
    buttons: [[button(yes, REVERT_YES.data(payment.id))], [button(t('button.cancel'), HOME.data())]],
  };
}

const ASK_RETURNED = {
  payme: 'refund.askReturnedOtherwise',
  click: 'refund.askReturned',
  uzum: 'refund.askReturnedOtherwise',
  stars: 'refund.askReturnedStars',
} as const;

/** What came of it. */
export function takenBackScreen({ t }: Viewer, { way, payment, provider }: ByProvider): Screen {
  const about = { id: payment.id, provider: t(`provider.name.${provider}`) };
  return {
    text: t(way === 'asked' ? 'refund.takeBackAsked' : 'refund.takenBack', about),
    buttons: [[button(t('button.home'), HOME.data())]],
  };
}
