import type { LostBargain } from '../../../modules/payments/checkout-service.ts';
import type { Payment } from '../../../modules/payments/payment.ts';
import type { OfferedPlan, Storefront } from '../../../modules/payments/storefront-service.ts';
import {
  CANCEL,
  FREE_LINK,
  HOME,
  INVITE,
  LANGUAGE,
  MAIL,
  MY_SUBSCRIPTION,
  PLAN,
  PROMO,
  PROMO_DROP,
  SUPPORT,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import {
  chatName,
  costsOf,
  money,
  planMark,
  planName,
  planOnButton,
  shortEnough,
  titleOnButton,
  type Viewer,
} from '../common.ts';
import { heldLine } from './subscription.ts';
import { trialButton } from './trials.ts';

/** Welcome, which chats are for sale, what the person has, and what they may buy. */
export function storefrontScreen(
  viewer: Viewer,
  storefront: Storefront,
  advertisement: string | null,
): Screen {
  const { t } = viewer;
  const { welcomeMessage, chats, plans, subscriptions, freeChats } = storefront;
  const parts = [
    welcomeMessage === null ? t('storefront.welcome') : t('storefront.ownWelcome', { text: welcomeMessage }),
    ...(chats.length > 0 ? [chats.map((chat) => chatName(viewer, chat)).join('\n')] : []),
    ...subscriptions.map((subscription) => heldLine(viewer, subscription)),
    ...freeChats.map(({ title }) => t('free.held', { title })),
    ...partlyHeld(viewer, storefront),
    plans.length > 0 ? t('storefront.choosePlan') : nothingToBuy(viewer, storefront),
    ...reducedLines(viewer, storefront),
    ...(advertisement === null ? [] : [advertisement]),
  ];
  return {
    text: parts.join('\n\n'),
    buttons: [
      ...freeChats.map(({ id, title }) => [
        button(
          freeChats.length > 1 ? titleOnButton((short) => `🔗 ${short}`, title) : t('mySubscription.wayIn'),
          FREE_LINK.data(id),
        ),
      ]),
      ...plans.map((plan) => [planButton(viewer, chats, plan)]),
      ...(storefront.typedCode === null ? [] : [[button(t('promo.drop'), PROMO_DROP.data())]]),
      ...(storefront.hasCodes && plans.length > 0 ? [[button(t('promo.have'), PROMO.data())]] : []),
      ...(storefront.rewardsInviters && !storefront.isBanned
        ? [[button(t('invite.button'), INVITE.data())]]
        : []),
      [button(t('button.mySubscription'), MY_SUBSCRIPTION.data())],
      [button(t('button.support'), SUPPORT.data()), button(`🌐 ${t('command.language')}`, LANGUAGE.data())],
    ],
  };
}

/** What the code at hand makes of the plans: the old price struck through, and the new. */
function reducedLines(viewer: Viewer, { plans, chats }: Storefront): string[] {
  const { t } = viewer;
  const reduced = plans.flatMap((plan) => (plan.offer ? [{ plan, offer: plan.offer }] : []));
  const [first] = reduced;
  if (!first) return [];
  // A channel and a group each have a month: its mark tells them apart.
  const nameOf = (plan: OfferedPlan) => `${planMark(chats, plan)} ${planName(t, plan)}`;
  const lines = reduced.map(({ plan, offer }) =>
    offer.days > 0
      ? t('promo.longer', {
          plan: nameOf(plan),
          days: t('duration.days', { count: offer.days }),
          price: money(viewer, plan.price),
        })
      : t('promo.cheaper', {
          plan: nameOf(plan),
          old: money(viewer, plan.price),
          price: money(viewer, offer.price),
        }),
  );
  return [[t('promo.atHand', { code: first.offer.code }), ...lines].join('\n')];
}

/** Before a code is typed. */
export function askCodeScreen({ t }: Viewer): Screen {
  return { text: t('promo.askTyped'), buttons: [[button(t('button.cancel'), HOME.data())]] };
}

/** The code can be used no more: whoever still wants the plan chooses it at its full price. */
export function lostCodeScreen(viewer: Viewer, { code, why, planId, title, price }: LostBargain): Screen {
  const { t } = viewer;
  const amount = money(viewer, price);
  return {
    text: [t(`errors.promo.${why}`, { code }), t('promo.fullPrice', { title, amount })].join('\n\n'),
    buttons: [
      [button(t('promo.chooseAnyway', { amount }), PLAN.data(planId))],
      [button(t('button.plans'), HOME.data())],
    ],
  };
}

export function planButton(
  viewer: Viewer,
  chats: readonly Pick<Storefront['chats'][number], 'id' | 'type'>[],
  plan: Omit<OfferedPlan, 'offer'> & Partial<Pick<OfferedPlan, 'offer'>>,
) {
  const mark = planMark(chats, plan);
  if (plan.isTrial) return trialButton(viewer, plan, mark);
  const name = planOnButton(viewer.t, plan);
  const costs = costsOf(viewer, { ...plan, price: plan.offer?.price ?? plan.price });
  const wordings = costs.map((cost) => `${mark} ${name} · ${cost}`);
  return button(shortEnough(wordings, `${mark} ${costs.at(-1)}`), PLAN.data(plan.id));
}

/** Chats that somebody has for life and that a plan for several would sell them once more. */
function partlyHeld({ t }: Viewer, { plans, subscriptions }: Storefront): string[] {
  const bundled = new Set(plans.flatMap(({ channelIds }) => (channelIds.length > 1 ? channelIds : [])));
  const titles = subscriptions
    .filter(({ expiresAt, channel }) => expiresAt === null && bundled.has(channel.id))
    .map(({ channel }) => channel.title);
  return titles.length === 0 ? [] : [t('checkout.partlyHeld', { title: titles.join(', ') })];
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
      [button(t('button.support'), SUPPORT.data()), button(t('button.home'), HOME.data())],
      [button(t('button.cancelReceipt'), CANCEL.data(payment.id))],
    ],
  };
}

export function cancelledScreen({ t }: Viewer, what: 'choice' | 'receipt'): Screen {
  return {
    text: t(what === 'receipt' ? 'checkout.receiptWithdrawn' : 'checkout.cancelled'),
    buttons: [[button(t('button.plans'), HOME.data())]],
  };
}

/** @param getsOffers where they turned them off, they can turn them on again here */
export function helpScreen({ t }: Viewer, getsOffers: boolean): Screen {
  return {
    text: t('storefront.help'),
    buttons: [
      [button(t('button.plans'), HOME.data())],
      ...(getsOffers ? [] : [[button(t('winback.start'), MAIL.data('on'))]]),
    ],
  };
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
