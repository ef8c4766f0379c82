import type { InlineKeyboardButton } from 'grammy/types';
import type { BotHealth } from '../../../modules/bot-health/bot-health-service.ts';
import type { BotSettings } from '../../../modules/bot-settings/bot-settings.ts';
import type { Channel } from '../../../modules/channels/channel.ts';
import { MAX_TERMS_LENGTH, type SellerBot } from '../../../modules/seller-bots/seller-bot.ts';
import type { Manager } from '../../../modules/team/manager.ts';
import { shorten } from '../../../shared/text.ts';
import {
  BOT,
  BOT_CARD,
  BOT_CHECK,
  BOT_EXPORT,
  BOT_FLIP,
  BOT_MORE,
  BOT_MUTE,
  BOT_PAUSE,
  BOT_PHOTO,
  BOT_REMOVE,
  BOT_REMOVE_YES,
  BOT_RESUME,
  BOT_TERMS,
  BOT_UNMUTE,
  BOT_WELCOME,
  BOT_WELCOME_DEFAULT,
  BOTS,
  CHAT_DISCONNECT,
  CHAT_FREE,
  HOME,
  MANAGER_LEAVE,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { titleOnButton, type Viewer } from '../common.ts';
import { missingRights } from '../notices.ts';
import { termsText } from '../privacy.ts';
import { cardLine, connectButtons } from './bot-page.ts';

/** As much of a text as tells it from others. */
const MAX_WELCOME_SHOWN = 60;

/** Everything that is set once, and what ends something: the removal last. */
export function moreScreen(
  viewer: Viewer,
  {
    bot,
    manager,
    channels,
    settings,
  }: { bot: SellerBot; manager: Manager | null; channels: readonly Channel[]; settings: BotSettings },
): Screen {
  const { t } = viewer;
  const { welcomeMessage, termsMessage, mutedAt, pausedAt } = bot;
  return {
    text: [
      t('bot.settings', { bot: bot.username }),
      pausedAt === null ? '' : t('bot.paused'),
      [
        cardLine(viewer, bot),
        welcomeMessage === null
          ? t('bot.welcomeDefault')
          : t('bot.welcomeOwn', { text: shorten(welcomeMessage, MAX_WELCOME_SHOWN) }),
        t(termsMessage === null ? 'terms.isDefault' : 'terms.isOwn'),
        t(mutedAt === null ? 'bot.alertsOn' : 'bot.alertsOff'),
        t(settings.uniqueAmount ? 'uniqueAmount.isOn' : 'uniqueAmount.isOff'),
      ]
        .filter(Boolean)
        .join('\n'),
    ]
      .filter(Boolean)
      .join('\n\n'),
    buttons:
      manager === null
        ? ownersButtons(viewer, { bot, channels, settings })
        : helpersButtons(viewer, { bot, manager, channels }),
  };
}

function ownersButtons(
  viewer: Viewer,
  { bot, channels, settings }: { bot: SellerBot; channels: readonly Channel[]; settings: BotSettings },
): InlineKeyboardButton[][] {
  const { t } = viewer;
  const { telegramBotId: id, mutedAt } = bot;
  return [
    [button(t('bot.cardButton'), BOT_CARD.data(id)), button(t('bot.welcome'), BOT_WELCOME.data(id))],
    [button(t('terms.button'), BOT_TERMS.data(id)), button(t('botPhoto.button'), BOT_PHOTO.data(id))],
    [
      settings.uniqueAmount
        ? button(t('uniqueAmount.on'), BOT_FLIP.data(id, 'unique'))
        : button(t('uniqueAmount.off'), BOT_FLIP.data(id, 'unique')),
    ],
    [button(t('bot.export'), BOT_EXPORT.data(id)), button(t('bot.check'), BOT_CHECK.data(id))],
    [
      mutedAt === null
        ? button(t('bot.mute'), BOT_MUTE.data(id))
        : button(t('bot.unmute'), BOT_UNMUTE.data(id)),
      pauseButton(viewer, bot),
    ],
    ...freeListButtons(viewer, channels),
    ...connectButtons(viewer, bot, channels).map((one) => [one]),
    ...channels.map((channel) => [
      button(
        titleOnButton((title) => t.plain('bot.disconnect', { title }), channel.title),
        CHAT_DISCONNECT.data(channel.id),
      ),
    ]),
    [button(t('bot.remove'), BOT_REMOVE.data(id))],
    [button(t('button.back'), BOT.data(id))],
  ];
}

/** Of a manager who does all that is not the owner's alone. */
function helpersButtons(
  viewer: Viewer,
  { bot, manager, channels }: { bot: SellerBot; manager: Manager; channels: readonly Channel[] },
): InlineKeyboardButton[][] {
  const { t } = viewer;
  const { telegramBotId: id } = bot;
  return [
    [button(t('bot.welcome'), BOT_WELCOME.data(id)), button(t('terms.button'), BOT_TERMS.data(id))],
    [button(t('bot.check'), BOT_CHECK.data(id)), pauseButton(viewer, bot)],
    ...freeListButtons(viewer, channels),
    [button(t('team.leave'), MANAGER_LEAVE.data(manager.id))],
    [button(t('button.back'), BOT.data(id))],
  ];
}

/** Of several chats each list is called by its own. */
function freeListButtons({ t }: Viewer, channels: readonly Channel[]): InlineKeyboardButton[][] {
  return channels.map(({ id, title }) => [
    button(
      channels.length > 1 ? titleOnButton((short) => `🎫 ${short}`, title) : t('free.button'),
      CHAT_FREE.data(id, '0'),
    ),
  ]);
}

function pauseButton({ t }: Viewer, { pausedAt, telegramBotId: id }: SellerBot): InlineKeyboardButton {
  return pausedAt === null
    ? button(t('bot.pause'), BOT_PAUSE.data(id))
    : button(t('bot.resume'), BOT_RESUME.data(id));
}

/** Before a card is typed: the present one. */
export function askCardScreen(viewer: Viewer, bot: SellerBot): Screen {
  const { t } = viewer;
  return {
    text: [cardLine(viewer, bot), t('card.askNumber')].filter(Boolean).join('\n\n'),
    buttons: [[button(t('button.cancel'), BOT_MORE.data(bot.telegramBotId))]],
  };
}

export function askHolderScreen({ t }: Viewer, telegramBotId: bigint, luhnValid: boolean): Screen {
  return {
    text: t(luhnValid ? 'card.askHolder' : 'card.askHolderDespiteLuhn'),
    buttons: [[button(t('button.cancel'), BOT_MORE.data(telegramBotId))]],
  };
}

/** Before terms are typed: what buyers read now. */
export function askTermsScreen({ t }: Viewer, { telegramBotId, termsMessage }: SellerBot): Screen {
  return {
    text: [t('terms.ask', { max: MAX_TERMS_LENGTH }), termsText(t, termsMessage)].join('\n\n'),
    buttons: [[button(t('button.cancel'), BOT_MORE.data(telegramBotId))]],
  };
}

/** Before a welcome text is typed: the present one, and the way back to Getolog's own. */
export function askWelcomeScreen({ t }: Viewer, { telegramBotId, welcomeMessage }: SellerBot): Screen {
  const cancel = button(t('button.cancel'), BOT_MORE.data(telegramBotId));
  if (welcomeMessage === null) {
    return { text: t('welcome.askFirst', { text: t.plain('storefront.welcome') }), buttons: [[cancel]] };
  }
  return {
    text: t('welcome.ask', { text: welcomeMessage }),
    buttons: [[button(t('welcome.default'), BOT_WELCOME_DEFAULT.data(telegramBotId))], [cancel]],
  };
}

/** Before a picture is sent. */
export function askPhotoScreen({ t }: Viewer, { telegramBotId, username }: SellerBot): Screen {
  return {
    text: t('botPhoto.ask', { bot: username }),
    buttons: [[button(t('button.cancel'), BOT_MORE.data(telegramBotId))]],
  };
}

/** What a check found, each with what to do about it. */
const RIVAL_FOUND = { webhook: 'health.webhookTaken', polling: 'health.polledElsewhere' } as const;

export function healthScreen({ t }: Viewer, bot: SellerBot, health: BotHealth): Screen {
  const { webhook } = health;
  const lines = [
    t('health.title', { bot: bot.username }),
    t(`health.token.${health.token}`),
    webhook ? t(health.rival ? RIVAL_FOUND[health.rival] : 'health.webhookFine') : '',
    webhook?.lastError ? t('health.lastError') : '',
    webhook && webhook.waiting > 0 ? t('health.waiting', { count: webhook.waiting }) : '',
    ...health.chats.map((chat) => {
      const missing = missingRights({ t }, chat);
      if (!chat.isInside) return t('health.chatLost', { title: chat.title });
      if (chat.isPublic) return t('health.chatPublic', { title: chat.title });
      return missing.length === 0
        ? t('health.chatFine', { title: chat.title })
        : t('health.chatRights', { title: chat.title, rights: missing.join(', ') });
    }),
  ];
  return {
    text: lines.filter(Boolean).join('\n'),
    buttons: [
      [button(t('button.refresh'), BOT_CHECK.data(bot.telegramBotId))],
      [button(t('button.back'), BOT.data(bot.telegramBotId))],
    ],
  };
}

/** Before a bot is removed: who loses what. */
export function askRemoveScreen({ t }: Viewer, bot: SellerBot, members: number): Screen {
  return {
    text: t(members === 0 ? 'bot.askRemoveEmpty' : 'bot.askRemove', { bot: bot.username, count: members }),
    buttons: [
      [button(t('bot.removeYes'), BOT_REMOVE_YES.data(bot.telegramBotId))],
      [button(t('button.cancel'), BOT_MORE.data(bot.telegramBotId))],
    ],
  };
}

export function botRemovedScreen({ t }: Viewer, bot: SellerBot): Screen {
  return {
    text: t('bot.removed', { bot: bot.username }),
    buttons: [[button(t('menu.myBots'), BOTS.data('0'))], [button(t('button.home'), HOME.data())]],
  };
}
