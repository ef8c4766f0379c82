import type { InlineKeyboardButton } from 'grammy/types';
import type { HeldSubscription, Renewal } from '../../../modules/subscriptions/subscription.ts';
import type { OwnSubscription } from '../../../modules/subscriptions/subscription-service.ts';
import { HOME, MY_SUBSCRIPTION, PLAN, RELINK, SUPPORT } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { date, durationName, shortCost, shortEnough, titleOnButton, type Viewer } from '../common.ts';

/** Until when, and what to do: renew in one press, another plan, or a link for whoever is outside. */
export function mySubscriptionScreen(viewer: Viewer, held: readonly OwnSubscription[]): Screen {
  const { t } = viewer;
  const home = button(t('button.home'), HOME.data());
  if (held.length === 0) {
    return {
      text: t('mySubscription.none'),
      buttons: [
        [button(t('button.plans'), HOME.data())],
        [button(t('button.support'), SUPPORT.data()), home],
      ],
    };
  }
  const ending = held.filter(({ expiresAt }) => expiresAt !== null);
  const renewable = ending.filter(({ renewal }) => renewal !== null);
  return {
    text: held.map((one) => heldLine(viewer, one)).join('\n\n'),
    buttons: [
      ...renewButtons(viewer, held),
      ...(ending.length > renewable.length ? [[renewButton(viewer, null)]] : []),
      ...(renewable.length > 0 && renewable.length === ending.length ? [[otherPlansButton(viewer)]] : []),
      ...held
        .filter(({ isInside, graceUntil }) => !isInside && graceUntil === null)
        .map((one) => [wayInButton(viewer, one.id, held.length > 1 ? one.channel.title : undefined)]),
      [home],
    ],
  };
}

/** One for each plan. Of several subscriptions a button says which it means, unless it renews more than one of them. */
function renewButtons(viewer: Viewer, held: readonly OwnSubscription[]): InlineKeyboardButton[][] {
  const renewable = held.flatMap(({ renewal, channel }) => (renewal ? [{ renewal, channel }] : []));
  const ofPlan = (planId: number) => renewable.filter(({ renewal }) => renewal.planId === planId);
  return renewable
    .filter((one) => ofPlan(one.renewal.planId)[0] === one)
    .map(({ renewal, channel }) => {
      const isNamed = held.length > 1 && ofPlan(renewal.planId).length === 1;
      return [renewButton(viewer, renewal, isNamed ? channel.title : undefined)];
    });
}

export function heldLine(viewer: Viewer, { channel, expiresAt, graceUntil }: HeldSubscription): string {
  const { t } = viewer;
  if (graceUntil !== null) {
    return t('grace.held', { title: channel.title, graceUntil: date(viewer, graceUntil) });
  }
  if (expiresAt === null) return t('storefront.heldForLife', { title: channel.title });
  return t('storefront.heldUntil', { title: channel.title, until: date(viewer, expiresAt) });
}

/** What stands below a message about ends. Several that no plan renews together are renewed one by one. */
export function renewalButtons(
  viewer: Viewer,
  renewal: Renewal | null,
  isOfSeveral = false,
): InlineKeyboardButton[][] {
  const { t } = viewer;
  const support = button(t('button.support'), SUPPORT.data());
  if (renewal !== null) return [[renewButton(viewer, renewal)], [otherPlansButton(viewer), support]];
  const renew = isOfSeveral ? renewOneByOneButton(viewer) : renewButton(viewer, null);
  return [[renew], [support]];
}

export function renewOneByOneButton({ t }: Viewer): InlineKeyboardButton {
  return button(t('mySubscription.renew'), MY_SUBSCRIPTION.data());
}

/** Straight to the payment of the plan last bought; to the shop where that is not on sale. */
function renewButton(viewer: Viewer, renewal: Renewal | null, title?: string): InlineKeyboardButton {
  const { t } = viewer;
  if (renewal === null) return button(t('mySubscription.renew'), HOME.data());
  const duration = durationName(t, renewal.duration);
  const price = shortCost(viewer, renewal);
  const label =
    title === undefined
      ? shortEnough(
          [t('mySubscription.renewFor', { duration, price }), `🔁 ${duration} · ${price}`],
          `🔁 ${price}`,
        )
      : titleOnButton((short) => `🔁 ${short} · ${price}`, title);
  return button(label, PLAN.data(renewal.planId));
}

function otherPlansButton({ t }: Viewer): InlineKeyboardButton {
  return button(t('mySubscription.otherPlans'), HOME.data());
}

function wayInButton({ t }: Viewer, subscriptionId: number, title?: string): InlineKeyboardButton {
  const label =
    title === undefined ? t('mySubscription.wayIn') : titleOnButton((short) => `🔗 ${short}`, title);
  return button(label, RELINK.data(subscriptionId));
}
