import type { InlineKeyboardButton } from 'grammy/types';
import type { BotAtAGlance, SellerBot } from '../../../modules/seller-bots/seller-bot.ts';
import type { Page } from '../../../shared/page.ts';
import {
  ADD_BOT,
  BOT,
  BOT_PENDING,
  BOTS,
  HOME,
  LANGUAGE,
  MOD,
  REFER,
  STATS,
  SUPPORT,
  TARIFF,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { usernameOnButton, type Viewer } from '../common.ts';
import { panelRow } from '../panel-row.ts';

/** Bots whose receipts have a button of their own in the menu: more would push the rest off a telephone's screen. */
const MAX_WAITING_SHOWN = 3;

/**
 * To an owner their bots and what waits for them, to a newcomer what Getolog is.
 * @param shown `isModerator`: their desk has a button of its own; `mayInvite`: there is something to earn by that
 */
export function mainMenuScreen(
  viewer: Viewer,
  bots: Page<BotAtAGlance>,
  { isModerator, mayInvite }: { isModerator: boolean; mayInvite: boolean },
): Screen {
  const { t } = viewer;
  return {
    text: bots.items.length === 0 ? t('menu.text') : botsText(viewer, bots),
    buttons: [
      ...receiptButtons(bots),
      [button(t('menu.myBots'), BOTS.data('0')), button(t('menu.addBot'), ADD_BOT.data())],
      [button(t('menu.tariff'), TARIFF.data()), button(t('menu.statistics'), STATS.data())],
      ...(mayInvite ? [[button(t('refer.button'), REFER.data())]] : []),
      [button(t('menu.support'), SUPPORT.data()), button(`🌐 ${t('command.language')}`, LANGUAGE.data())],
      panelRow(viewer, ''),
      ...(isModerator ? [[button(t('mod.title'), MOD.data())]] : []),
    ],
  };
}

function botsText({ t }: Viewer, { items, next }: Page<BotAtAGlance>): string {
  const waiting = items.reduce((sum, bot) => sum + bot.waiting, 0);
  return [
    t('menu.greeting'),
    [...items.map((bot) => `${marks(bot)} @${bot.username}`), ...(next === null ? [] : ['…'])].join('\n'),
    t(waiting === 0 ? 'menu.nothingWaits' : 'menu.waits', { count: waiting }),
  ].join('\n\n');
}

function receiptButtons({ items }: Page<BotAtAGlance>): InlineKeyboardButton[][] {
  return items
    .filter(({ waiting }) => waiting > 0)
    .slice(0, MAX_WAITING_SHOWN)
    .map(({ username, waiting, telegramBotId }) => [
      button(
        usernameOnButton((name) => `🧾 ${name} · ${waiting}`, username),
        BOT_PENDING.data(telegramBotId),
      ),
    ]);
}

const toMenu = ({ t }: Viewer) => [[button(t('button.home'), HOME.data())]];

export function ownerHelpScreen(viewer: Viewer): Screen {
  return { text: viewer.t('menu.help'), buttons: toMenu(viewer) };
}

export function ownerHintScreen(viewer: Viewer): Screen {
  return { text: viewer.t('menu.hint'), buttons: toMenu(viewer) };
}

/** @param newBotLink where Telegram makes one in a tap; null: the main bot may not manage it */
export function addBotScreen({ t }: Viewer, newBotLink: string | null): Screen {
  return {
    text: [...(newBotLink === null ? [] : [t('managed.oneTap')]), t('addBot.text')].join('\n\n'),
    buttons: [
      ...(newBotLink === null ? [] : [[{ text: t('managed.newBot'), url: newBotLink }]]),
      [button(t('button.back'), HOME.data())],
    ],
  };
}

/**
 * The bot is being started.
 * @param isGone the message with the token has left the chat
 */
export function tokenTakenScreen(viewer: Viewer, bot: SellerBot, isGone: boolean): Screen {
  return {
    text: viewer.t(isGone ? 'addBot.taken' : 'addBot.takenAndThere', { bot: bot.username }),
    buttons: toMenu(viewer),
  };
}

export function botsScreen({ t }: Viewer, { items, next }: Page<BotAtAGlance>): Screen {
  return {
    text: items.length === 0 ? t('bots.none') : t('bots.list'),
    buttons: [
      ...items.map((bot) => [button(glance(bot), BOT.data(bot.telegramBotId))]),
      ...(next === null ? [] : [[button(t('button.more'), BOTS.data(next))]]),
      [button(t('menu.addBot'), ADD_BOT.data())],
      [button(t('button.back'), HOME.data())],
    ],
  };
}

/** Works, sells nothing yet, paused or dead; that they help there; and how many receipts wait. */
function glance(bot: BotAtAGlance): string {
  const waiting = bot.waiting === 0 ? '' : ` · 🧾 ${bot.waiting}`;
  return usernameOnButton((username) => `${marks(bot)} ${username}${waiting}`, bot.username);
}

const marks = (bot: BotAtAGlance) => `${stateMark(bot)}${bot.role === 'owner' ? '' : '👥'}`;

function stateMark({ isActive, pausedAt, sells }: BotAtAGlance): string {
  if (!isActive) return '🔴';
  if (pausedAt !== null) return '⏸';
  return sells ? '🟢' : '🟡';
}
