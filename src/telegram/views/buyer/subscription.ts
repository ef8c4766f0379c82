import type { InlineKeyboardButton } from 'grammy/types';
import type { HeldSubscription, Renewal } from '../../../modules/subscriptions/subscription.ts';
import type { OwnSubscription } from '../../../modules/subscriptions/subscription-service.ts';
import { formatSum } from '../../../shared/money.ts';
import { HOME, PLAN, RELINK, SUPPORT } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { date, durationName, shortEnough, titleOnButton, type Viewer } from '../common.ts';

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
  // Of several each button says which it means.
  const nameOf = ({ channel }: OwnSubscription) => (held.length > 1 ? channel.title : undefined);
  const ending = held.filter(({ expiresAt }) => expiresAt !== null);
  const renewable = ending.filter(({ renewal }) => renewal !== null);
  return {
    text: held.map((one) => heldLine(viewer, one)).join('\n\n'),
    buttons: [
      ...renewable.map((one) => [renewButton(viewer, one.renewal, nameOf(one))]),
      ...(ending.length > renewable.length ? [[renewButton(viewer, null)]] : []),
      ...(renewable.length > 0 && renewable.length === ending.length ? [[otherPlansButton(viewer)]] : []),
      ...held.map((one) => [wayInButton(viewer, one.id, nameOf(one))]),
      [home],
    ],
  };
}

export function heldLine(viewer: Viewer, { channel, expiresAt }: HeldSubscription): string {
  const { t } = viewer;
  if (expiresAt === null) return t('storefront.heldForLife', { title: channel.title });
  return t('storefront.heldUntil', { title: channel.title, until: date(viewer, expiresAt) });
}

/** What stands below a warning and below an end. */
export function renewalButtons(viewer: Viewer, renewal: Renewal | null): InlineKeyboardButton[][] {
  const support = button(viewer.t('button.support'), SUPPORT.data());
  return [[renewButton(viewer, renewal)], renewal === null ? [support] : [otherPlansButton(viewer), support]];
}

/** Straight to the payment of the plan last bought; to the shop where that is not on sale. */
function renewButton(viewer: Viewer, renewal: Renewal | null, title?: string): InlineKeyboardButton {
  const { t } = viewer;
  if (renewal === null) return button(t('mySubscription.renew'), HOME.data());
  const duration = durationName(t, renewal.duration);
  const price = formatSum(renewal.price, t.language);
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
