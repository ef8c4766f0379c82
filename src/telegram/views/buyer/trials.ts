import type { InlineKeyboardButton } from 'grammy/types';
import type { BegunTrial } from '../../../modules/payments/checkout-service.ts';
import type { OfferedPlan } from '../../../modules/payments/storefront-service.ts';
import { HOME, MY_SUBSCRIPTION, PLAN } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { costsOf, durationName, planOnButton, shortEnough, type Viewer } from '../common.ts';

/** A trial among the plans. @param mark of its chat */
export function trialButton(
  viewer: Viewer,
  plan: Omit<OfferedPlan, 'offer'>,
  mark: string,
): InlineKeyboardButton {
  const { t } = viewer;
  const name = planOnButton(t, plan);
  const trial = plan.name === null ? t('trial.name', { duration: durationName(t, plan.duration) }) : name;
  const costs = plan.price === 0n ? [t('trial.free')] : costsOf(viewer, plan);
  const wordings = [trial, name].flatMap((words) => costs.map((cost) => `${mark} ${words} · ${cost}`));
  return button(shortEnough(wordings, `${mark} ${costs.at(-1)}`), PLAN.data(plan.id));
}

/** The link comes in a message of its own. */
export function trialBegunScreen({ t }: Viewer, { trialOf: title, duration }: BegunTrial): Screen {
  return {
    text: t('trial.begun', { title, duration: durationName(t, duration) }),
    buttons: [
      [button(t('button.mySubscription'), MY_SUBSCRIPTION.data())],
      [button(t('button.home'), HOME.data())],
    ],
  };
}
