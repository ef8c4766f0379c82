import type { StarsPage } from '../../../modules/payments/stars/star-setup-service.ts';
import type { SellerBot } from '../../../modules/seller-bots/seller-bot.ts';
import { BOT_PAY, BOT_PAY_OFF, BOT_PAY_ON, BOT_PLANS, TARIFF } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import type { Viewer } from '../common.ts';

const MARKS = { off: '⬜️', noTariff: '⏸', noStarsPrice: '⏳', on: '🟢' } as const;

function stateOf({ isEnabled, hasPrice, hasTariff }: StarsPage): keyof typeof MARKS {
  if (!isEnabled) return 'off';
  if (!hasTariff) return 'noTariff';
  return hasPrice ? 'on' : 'noStarsPrice';
}

/** What is between Stars and the buyers, among the other methods. */
export function starsLine({ t }: Pick<Viewer, 't'>, page: StarsPage): string {
  const state = stateOf(page);
  return `${MARKS[state]} ${t('provider.name.stars')}: ${t(`connect.state.${state}`)}`;
}

/** Stars: what they are, how they are, and what can be done. */
export function starsMethodScreen(
  { t }: Viewer,
  { telegramBotId: id, username }: Pick<SellerBot, 'telegramBotId' | 'username'>,
  page: StarsPage,
): Screen {
  const { isEnabled, hasTariff } = page;
  return {
    text: [
      `<b>${t('paymentMethod.stars')}</b>, @${username}`,
      starsLine({ t }, page),
      t('connect.stars.about'),
      t('connect.stars.withdrawing'),
      ...(hasTariff ? [] : [t('connect.stars.needsTariff')]),
    ].join('\n\n'),
    buttons: [
      ...(isEnabled ? [[button(t('connect.switchOff'), BOT_PAY_OFF.data(id, 'stars'))]] : []),
      ...(!isEnabled && hasTariff ? [[button(t('connect.switchOn'), BOT_PAY_ON.data(id, 'stars'))]] : []),
      ...(hasTariff ? [] : [[button(t('connect.toTariff'), TARIFF.data())]]),
      [button(t('plans.open'), BOT_PLANS.data(id))],
      [button(t('button.back'), BOT_PAY.data(id))],
    ],
  };
}
