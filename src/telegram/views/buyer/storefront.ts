import type { Payment } from '../../../modules/payments/payment.ts';
import type { WaitingReceipt } from '../../../modules/payments/review-service.ts';
import type { Storefront } from '../../../modules/payments/storefront-service.ts';
import type { HeldSubscription } from '../../../modules/subscriptions/subscription.ts';
import { formatMoney } from '../../../shared/money.ts';
import {
  CANCEL,
  CONNECT_OWN,
  HOME,
  LANGUAGE,
  MY_SUBSCRIPTION,
  PLAN,
  RELINK,
  SUPPORT,
  TRY_AS_END_USER,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { date, durationName, receiptButton, titleOnButton, type Viewer } from '../common.ts';

/** Welcome, what the person has, and what they may buy. */
export function storefrontScreen(
  viewer: Viewer,
  storefront: Storefront,
  advertisement: string | null,
): Screen {
  const { t } = viewer;
  const parts = [
    storefront.welcomeMessage === null
      ? t('storefront.welcome')
      : t('storefront.ownWelcome', { text: storefront.welcomeMessage }),
    ...storefront.subscriptions.map((subscription) => heldLine(viewer, subscription)),
    storefront.offers.length > 0 ? t('storefront.choosePlan') : nothingToBuy(viewer, storefront),
  ];
  if (advertisement !== null) parts.push(advertisement);
  const buttons = storefront.offers.flatMap(({ channel, plans }) =>
    plans.map((plan) => [
      button(
        t(channel.type === 'channel' ? 'storefront.channelPlan' : 'storefront.groupPlan', {
          duration: durationName(t, plan.durationMonths),
          price: formatMoney(plan.price, t.language),
        }),
        PLAN.data(plan.id),
      ),
    ]),
  );
  if (storefront.subscriptions.length > 0) {
    buttons.push([button(t('button.mySubscription'), MY_SUBSCRIPTION.data())]);
  }
  buttons.push([
    button(t('button.support'), SUPPORT.data()),
    button(`🌐 ${t('command.language')}`, LANGUAGE.data()),
  ]);
  return { text: parts.join('\n\n'), buttons };
}

/** Until when, and what to do: renew, or a link for whoever is outside. */
export function mySubscriptionScreen(viewer: Viewer, held: readonly HeldSubscription[]): Screen {
  const { t } = viewer;
  return {
    text:
      held.length === 0 ? t('mySubscription.none') : held.map((one) => heldLine(viewer, one)).join('\n\n'),
    buttons: [
      ...held.map(({ id, channel }) => [
        button(
          titleOnButton((title) => t.plain('mySubscription.link', { title }), channel.title),
          RELINK.data(id),
        ),
      ]),
      ...(held.some((one) => one.expiresAt !== null)
        ? [[button(t('mySubscription.renew'), HOME.data())]]
        : [[button(t('button.home'), HOME.data())]]),
    ],
  };
}

function heldLine(viewer: Viewer, { channel, expiresAt }: HeldSubscription): string {
  const { t } = viewer;
  if (expiresAt === null) return t('storefront.heldForLife', { title: channel.title });
  return t('storefront.heldUntil', { title: channel.title, until: date(viewer, expiresAt) });
}

function nothingToBuy({ t }: Viewer, storefront: Storefront): string {
  if (storefront.isBanned) return t('errors.youAreBanned');
  const { subscriptions } = storefront;
  const hasAll = subscriptions.length > 0 && subscriptions.every(({ expiresAt }) => expiresAt === null);
  return t(hasAll ? 'storefront.allBought' : 'storefront.nothingOnSale');
}

export function receiptTakenScreen({ t }: Viewer, payment: Payment): Screen {
  return {
    text: t('checkout.receiptTaken'),
    buttons: [
      [button(t('button.cancelReceipt'), CANCEL.data(payment.id))],
      [button(t('button.support'), SUPPORT.data()), button(t('button.home'), HOME.data())],
    ],
  };
}

export function cancelledScreen({ t }: Viewer, what: 'choice' | 'receipt'): Screen {
  return {
    text: t(what === 'receipt' ? 'checkout.receiptWithdrawn' : 'checkout.cancelled'),
    buttons: [[button(t('button.plans'), HOME.data())]],
  };
}

/** What the owner finds in their own seller bot. */
export function ownerDeskScreen(
  viewer: Viewer,
  desk: {
    waiting: { total: number; oldest: WaitingReceipt[] };
    mainBotUsername: string;
    botUsername: string;
  },
  advertisement: string | null,
): Screen {
  const { t } = viewer;
  const { total, oldest } = desk.waiting;
  const text = t(total === 0 ? 'ownerDesk.nothingWaits' : 'ownerDesk.waits', {
    count: total,
    bot: desk.botUsername,
  });
  return {
    text: advertisement === null ? text : `${text}\n\n${advertisement}`,
    buttons: [
      ...oldest.map(({ payment, payer }) => [receiptButton(viewer, payment, payer)]),
      [{ text: t('ownerDesk.toMainBot'), url: `https://t.me/${desk.mainBotUsername}` }],
      [button(t('ownerDesk.connect'), CONNECT_OWN.data())],
      [button(t('ownerDesk.tryIt'), TRY_AS_END_USER.data())],
    ],
  };
}

export function helpScreen({ t }: Viewer): Screen {
  return { text: t('storefront.help'), buttons: [[button(t('button.plans'), HOME.data())]] };
}

export function ownerHintScreen({ t }: Viewer): Screen {
  return { text: t('hint.owner'), buttons: [[button(t('button.home'), HOME.data())]] };
}

export function hintScreen(
  { t }: Viewer,
  key:
    | 'hint.general'
    | 'hint.receiptNotImage'
    | 'hint.receiptTooBig'
    | 'hint.nothingChosen'
    | 'hint.underReview',
): Screen {
  return {
    text: t(key),
    buttons: [[button(t('button.plans'), HOME.data()), button(t('button.support'), SUPPORT.data())]],
  };
}
