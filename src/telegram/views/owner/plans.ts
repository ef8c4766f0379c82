import type { InlineKeyboardButton } from 'grammy/types';
import type { Channel } from '../../../modules/channels/channel.ts';
import { PLAN_MONTHS, type Plan } from '../../../modules/plans/plan.ts';
import type { SellerBot } from '../../../modules/seller-bots/seller-bot.ts';
import {
  BOT,
  BOT_PLANS,
  CHAT_PLAN_NEW,
  PLAN_OFF,
  PLAN_ON,
  PLAN_PAGE,
  PLAN_PRICE,
  PRICE,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import {
  chatMark,
  chatName,
  inPairs,
  monthsName,
  planMark,
  planOnButton,
  shortEnough,
  type Viewer,
} from '../common.ts';
import { ownPlanName, planPrice } from './plan-page.ts';

/**
 * Prices under the name of each chat. Each plan has its price, its switch and its page behind buttons; standard ones without
 * a price come in pairs, and further ones behind a button of their chat.
 */
export function plansScreen(
  viewer: Viewer,
  bot: SellerBot,
  channels: readonly Channel[],
  plans: readonly Plan[],
): Screen {
  const { t } = viewer;
  const back = [button(t('button.back'), BOT.data(bot.telegramBotId))];
  if (channels.length === 0) return { text: t('plans.needsChat'), buttons: [back] };
  const of = (channel: Channel) => plans.filter((plan) => plan.channelId === channel.id);
  return {
    text: [
      t('plans.text', { bot: bot.username }),
      ...channels.map((channel) =>
        [chatName(viewer, channel), ...priceLines(viewer, channels, of(channel))].join('\n'),
      ),
    ].join('\n\n'),
    buttons: [...channels.flatMap((channel) => chatButtons(viewer, channels, channel, of(channel))), back],
  };
}

/** What is on sale and what is not. */
function priceLines(viewer: Viewer, channels: readonly Channel[], plans: readonly Plan[]): string[] {
  const { t } = viewer;
  if (plans.length === 0) return [t('plans.none')];
  return plans.map((plan) => {
    const isBundle = plan.channelIds.length > 1;
    const isSold = plan.isActive && plan.channelIds.every((id) => channels.some((chat) => chat.id === id));
    const name = ownPlanName(t, plan);
    return t(isSold ? 'plans.on' : 'plans.off', {
      duration: isBundle ? `${planMark(channels, plan)} ${name}` : name,
      price: planPrice(viewer, plan),
    });
  });
}

function chatButtons(
  { t }: Viewer,
  channels: readonly Channel[],
  channel: Channel,
  plans: readonly Plan[],
): InlineKeyboardButton[][] {
  const mark = chatMark(channel);
  const standard = new Map(
    plans.flatMap((plan) =>
      plan.isCustom || plan.duration.kind !== 'months' ? [] : [[plan.id, plan.duration.months]],
    ),
  );
  const priced = plans.map((plan) => {
    const months = standard.get(plan.id);
    const label = shortEnough(
      [`✏️ ${planMark(channels, plan)} ${plan.name === null ? ownPlanName(t, plan) : planOnButton(t, plan)}`],
      `✏️ ${planMark(channels, plan)} ${planOnButton(t, plan)}`,
    );
    return [
      button(label, months === undefined ? PLAN_PRICE.data(plan.id) : PRICE.data(channel.id, months)),
      plan.isActive ? button('⏸', PLAN_OFF.data(plan.id)) : button('▶️', PLAN_ON.data(plan.id)),
      button('⚙️', PLAN_PAGE.data(plan.id)),
    ];
  });
  const priceless = PLAN_MONTHS.filter((months) => ![...standard.values()].includes(months));
  const unpriced = priceless.map((months) =>
    button(`➕ ${mark} ${monthsName(t, months)}`, PRICE.data(channel.id, months)),
  );
  return [
    ...priced,
    ...inPairs(unpriced),
    [button(`➕ ${mark} ${t('plans.new')}`, CHAT_PLAN_NEW.data(channel.id))],
  ];
}

export function askPriceScreen(
  viewer: Viewer,
  { title, months }: { title: string; months: number },
  telegramBotId: bigint,
): Screen {
  const { t } = viewer;
  return {
    text: t('plans.askPrice', { title, duration: monthsName(t, months) }),
    buttons: [[button(t('button.cancel'), BOT_PLANS.data(telegramBotId))]],
  };
}
