import type { InlineKeyboardButton } from 'grammy/types';
import type { BegunTrial } from '../../../modules/payments/checkout-service.ts';
import type { OfferedPlan } from '../../../modules/payments/storefront-service.ts';
import { formatMoney, formatSum } from '../../../shared/money.ts';
import { HOME, MY_SUBSCRIPTION, PLAN } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { durationName, planOnButton, shortEnough, type Viewer } from '../common.ts';

/** A trial among the plans. @param mark of its chat */
export function trialButton(
  { t }: Pick<Viewer, 't'>,
  plan: Omit<OfferedPlan, 'offer'>,
  mark: string,
): InlineKeyboardButton {
  const name = planOnButton(t, plan);
  const trial = plan.name === null ? t('trial.name', { duration: durationName(t, plan.duration) }) : name;
  const costs =
    plan.price === 0n
      ? [t('trial.free')]
      : [formatMoney(plan.price, t.language), formatSum(plan.price, t.language)];
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
