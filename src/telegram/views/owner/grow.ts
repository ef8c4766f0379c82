import type { NumberName } from '../../../modules/bot-settings/bot-setting-names.ts';
import { type BotSettings, NUMBERS } from '../../../modules/bot-settings/bot-settings.ts';
import type { SellerBot } from '../../../modules/seller-bots/seller-bot.ts';
import {
  BOT,
  BOT_CASTS,
  BOT_GROW,
  BOT_PROMOS,
  BOT_REF,
  BOT_SET,
  BOT_SOURCES,
  BOT_TEAM,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import type { Viewer } from '../common.ts';

/** What brings buyers, and keeps them: a row each; and to the owner who helps with it. */
export function growScreen(
  { t }: Viewer,
  bot: SellerBot,
  { isOwner, settings }: { isOwner: boolean; settings: BotSettings },
): Screen {
  const { telegramBotId: id } = bot;
  const { graceDays, winbackDays, winbackPercent } = settings;
  const days = (count: number) => t.plain('duration.days', { count });
  return {
    text: [
      t('grow.title', { bot: bot.username }),
      t('referral.about'),
      t('promo.about'),
      t('source.about'),
      t('cast.about'),
      t('grow.about.grace'),
      t('grow.about.winback'),
      ...(isOwner ? [t('team.about')] : []),
    ].join('\n\n'),
    buttons: [
      [button(t('referral.page'), BOT_REF.data(id))],
      [button(t('promo.title'), BOT_PROMOS.data(id, '0'))],
      [button(t('source.title'), BOT_SOURCES.data(id, '0'))],
      [button(t('cast.title'), BOT_CASTS.data(id, '0'))],
      [
        graceDays === 0
          ? button(t.plain('grow.graceOff'), BOT_SET.data(id, 'grace'))
          : button(t.plain('grow.grace', { days: days(graceDays) }), BOT_SET.data(id, 'grace')),
      ],
      [
        winbackDays === 0
          ? button(t.plain('grow.winbackOff'), BOT_SET.data(id, 'winback'))
          : button(t.plain('grow.winback', { days: days(winbackDays) }), BOT_SET.data(id, 'winback')),
      ],
      [
        winbackPercent === 0
          ? button(t.plain('grow.winpercentOff'), BOT_SET.data(id, 'winpercent'))
          : button(t.plain('grow.winpercent', { percent: winbackPercent }), BOT_SET.data(id, 'winpercent')),
      ],
      ...(isOwner ? [[button(t('team.title'), BOT_TEAM.data(id))]] : []),
      [button(t('button.back'), BOT.data(id))],
    ],
  };
}

const OF_INVITING: readonly NumberName[] = ['refdays', 'refpercent', 'friendpercent'];

/** Where a number is shown and set. */
export function pageOf(name: NumberName): typeof BOT_GROW {
  return OF_INVITING.includes(name) ? BOT_REF : BOT_GROW;
}

/** Before a number is typed: what it sets, and its range. */
export function askNumberScreen({ t }: Viewer, { telegramBotId }: SellerBot, name: NumberName): Screen {
  const { min, max } = NUMBERS[name];
  return {
    text: t(`grow.ask.${name}`, { min, max }),
    buttons: [[button(t('button.cancel'), pageOf(name).data(telegramBotId))]],
  };
}
