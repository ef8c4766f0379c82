import type { InlineKeyboardButton } from 'grammy/types';
import type { Channel } from '../../../modules/channels/channel.ts';
import { PLAN_MONTHS, type Plan } from '../../../modules/plans/plan.ts';
import type { SellerBot } from '../../../modules/seller-bots/seller-bot.ts';
import { BOT, BOT_PLANS, PLAN_OFF, PLAN_ON, PRICE } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { chatMark, chatName, inPairs, money, monthsName, planName, type Viewer } from '../common.ts';

/** Prices under the name of each chat, and a button for each duration: priced ones with a switch, the others in pairs. */
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
        [chatName(viewer, channel), ...priceLines(viewer, of(channel))].join('\n'),
      ),
    ].join('\n\n'),
    buttons: [...channels.flatMap((channel) => chatButtons(viewer, channel, of(channel))), back],
  };
}

/** What is on sale and what is not. */
function priceLines(viewer: Viewer, plans: readonly Plan[]): string[] {
  const { t } = viewer;
  if (plans.length === 0) return [t('plans.none')];
  return plans.map((plan) =>
    t(plan.isActive ? 'plans.on' : 'plans.off', {
      duration: planName(t, plan),
      price: money(viewer, plan.price),
    }),
  );
}

function chatButtons({ t }: Viewer, channel: Channel, plans: readonly Plan[]): InlineKeyboardButton[][] {
  const standard = plans.filter(({ isCustom }) => !isCustom);
  const monthsOf = ({ duration }: Plan) => (duration.kind === 'months' ? duration.months : null);
  const name = (months: number) => `${chatMark(channel)} ${monthsName(t, months)}`;
  const priced = standard.map((plan) => [
    button(`✏️ ${name(monthsOf(plan) ?? 0)}`, PRICE.data(channel.id, monthsOf(plan) ?? 0)),
    plan.isActive ? button('⏸', PLAN_OFF.data(plan.id)) : button('▶️', PLAN_ON.data(plan.id)),
  ]);
  const unpriced = PLAN_MONTHS.filter((months) => standard.every((plan) => monthsOf(plan) !== months)).map(
    (months) => button(`➕ ${name(months)}`, PRICE.data(channel.id, months)),
  );
  return [...priced, ...inPairs(unpriced)];
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
