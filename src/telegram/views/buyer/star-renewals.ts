import type { InlineKeyboardButton } from 'grammy/types';
import type { Notices } from '../../../modules/notifications/notice.ts';
import type { OwnRenewal } from '../../../modules/payments/stars/star-subscription-service.ts';
import { HOME, MY_SUBSCRIPTION, STAR_OFF, STAR_ON } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { day, money, type Viewer } from '../common.ts';

/** What somebody holds, and below it what they pay for again and again. */
export function withRenewals(viewer: Viewer, screen: Screen, renewals: readonly OwnRenewal[]): Screen {
  if (renewals.length === 0) return screen;
  return {
    text: [screen.text, ...renewals.map((one) => renewalLine(viewer, one))].join('\n\n'),
    buttons: [...renewals.flatMap((one) => renewalButton(viewer, one)), ...(screen.buttons ?? [])],
  };
}

function renewalLine(viewer: Viewer, { title, stars, state, until }: OwnRenewal): string {
  return viewer.t(`mySubscription.renewal.${state}`, {
    title,
    amount: money(viewer, BigInt(stars), 'XTR'),
    until: day(viewer, until),
  });
}

function renewalButton({ t }: Viewer, { id, state, canBeAllowed }: OwnRenewal): InlineKeyboardButton[][] {
  if (state === 'active') return [[button(t('mySubscription.renewal.stop'), STAR_OFF.data(id))]];
  return canBeAllowed ? [[button(t('mySubscription.renewal.allow'), STAR_ON.data(id))]] : [];
}

/** Only they themselves can turn it on, where Telegram keeps it. */
export function renewalAllowedScreen({ t }: Viewer): Screen {
  return {
    text: t('mySubscription.renewal.allowed'),
    buttons: [
      [button(t('button.mySubscription'), MY_SUBSCRIPTION.data())],
      [button(t('button.home'), HOME.data())],
    ],
  };
}

export function renewalChangedNotice(
  viewer: Viewer,
  { title, stars, until, state }: Notices['autoRenewalChanged']['content'],
): Screen {
  const { t } = viewer;
  const words = { title, amount: money(viewer, BigInt(stars), 'XTR'), until: day(viewer, until) };
  return {
    text: t(`mySubscription.renewal.told.${state === 'ended' ? 'canceled' : state}`, words),
    buttons: [[button(t('button.mySubscription'), MY_SUBSCRIPTION.data())]],
  };
}
