import type { InlineKeyboardButton } from 'grammy/types';
import type { BotHealth } from '../../modules/bot-health/bot-health-service.ts';
import type { Channel } from '../../modules/channels/channel.ts';
import { PLAN_MONTHS, type Plan } from '../../modules/plans/plan.ts';
import type { BotAtAGlance, BotWork, SellerBot } from '../../modules/seller-bots/seller-bot.ts';
import type { TariffOffer, TariffPage } from '../../modules/tariffs/tariff-service.ts';
import { formatCardNumber, maskCardNumber } from '../../shared/card-number.ts';
import { formatMoney } from '../../shared/money.ts';
import type { Page } from '../../shared/page.ts';
import {
  ADD_BOT,
  BOT,
  BOT_CARD,
  BOT_CHECK,
  BOT_EXPORT,
  BOT_MUTE,
  BOT_PAUSE,
  BOT_PENDING,
  BOT_PLANS,
  BOT_REMOVE,
  BOT_REMOVE_YES,
  BOT_RESUME,
  BOT_STATS,
  BOT_UNMUTE,
  BOT_USERS,
  BOT_WELCOME,
  BOTS,
  CHAT_DISCONNECT,
  HOME,
  LANGUAGE,
  MOD,
  PLAN_OFF,
  PLAN_ON,
  PRICE,
  STATS,
  SUPPORT,
  TARIFF,
  TARIFF_FOR,
} from '../common/routes.ts';
import { button, type Screen } from '../common/screen.ts';
import { date, durationName, money, titleOnButton, usernameOnButton, type Viewer } from './common.ts';
import { missingRights } from './notices.ts';

/** @param isModerator their desk has a button of its own */
export function mainMenuScreen({ t }: Viewer, isModerator: boolean): Screen {
  return {
    text: t('menu.text'),
    buttons: [
      [button(t('menu.myBots'), BOTS.data('0')), button(t('menu.addBot'), ADD_BOT.data())],
      [button(t('menu.tariff'), TARIFF.data()), button(t('menu.statistics'), STATS.data())],
      [button(t('menu.support'), SUPPORT.data()), button(`🌐 ${t('command.language')}`, LANGUAGE.data())],
      ...(isModerator ? [[button(t('mod.title'), MOD.data())]] : []),
    ],
  };
}

const toMenu = ({ t }: Viewer) => [[button(t('button.home'), HOME.data())]];

export function ownerHelpScreen(viewer: Viewer): Screen {
  return { text: viewer.t('menu.help'), buttons: toMenu(viewer) };
}

export function ownerHintScreen(viewer: Viewer): Screen {
  return { text: viewer.t('menu.hint'), buttons: toMenu(viewer) };
}

/** A file that answers nothing can only be the receipt for a tariff. */
export function tariffFirstScreen({ t }: Viewer): Screen {
  return {
    text: t('hint.tariffFirst'),
    buttons: [[button(t('menu.tariff'), TARIFF.data())], [button(t('button.home'), HOME.data())]],
  };
}

/** Instead of the receipt for a tariff came something else. */
export function tariffHintScreen({ t }: Viewer, key: 'hint.receiptNotImage' | 'hint.receiptTooBig'): Screen {
  return { text: t(key), buttons: [[button(t('button.cancel'), TARIFF.data())]] };
}

export function addBotScreen({ t }: Viewer): Screen {
  return { text: t('addBot.text'), buttons: [[button(t('button.back'), HOME.data())]] };
}

/** The bot's token is gone from the chat; it is being started. */
/** @param isGone the message with the token has left the chat */
export function tokenTakenScreen({ t }: Viewer, bot: SellerBot, isGone: boolean): Screen {
  return {
    text: t(isGone ? 'addBot.taken' : 'addBot.takenAndThere', { bot: bot.username }),
    buttons: [[button(t('button.home'), HOME.data())]],
  };
}

export function botsScreen(viewer: Viewer, { items, next }: Page<BotAtAGlance>): Screen {
  const { t } = viewer;
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

/** Works, sells nothing yet, paused or dead; and how many receipts wait. */
function glance(bot: BotAtAGlance): string {
  const waiting = bot.waiting === 0 ? '' : ` · 🧾 ${bot.waiting}`;
  return usernameOnButton((username) => `${stateMark(bot)} ${username}${waiting}`, bot.username);
}

function stateMark({ isActive, pausedAt, isReady }: BotAtAGlance): string {
  if (!isActive) return '🔴';
  if (pausedAt !== null) return '⏸';
  return isReady ? '🟢' : '🟡';
}

/** One bot: what it has, what it still needs, and where to change it. */
export function botScreen(
  viewer: Viewer,
  bot: SellerBot,
  channels: readonly Channel[],
  plans: readonly Plan[],
  { isSuspended, ...work }: BotWork & { isSuspended: boolean },
): Screen {
  const { t } = viewer;
  const priced = plans.filter((plan) => plan.isActive);
  const sells = channels.some(
    (channel) =>
      !channel.isBasicGroup &&
      !channel.isPublic &&
      missingRights(viewer, channel).length === 0 &&
      priced.some((plan) => plan.channelId === channel.id),
  );
  const parts = [
    t('bot.title', { bot: bot.username }),
    isSuspended ? t('notice.ownerBanned') : stateLine(viewer, bot, sells),
    ...channels.map((channel) => channelLines(viewer, channel, priced)),
    channels.length === 0 ? t('bot.needsChat') : '',
    channels.length > 0 && priced.length === 0 ? t('bot.needsPlan') : '',
    bot.cardNumber === null
      ? t('bot.needsCard')
      : t('bot.card', { card: maskCardNumber(bot.cardNumber), holder: bot.cardHolder ?? '' }),
    t('bot.work', { ...work }),
  ];
  return { text: parts.filter(Boolean).join('\n\n'), buttons: botButtons(viewer, bot, channels, work) };
}

function stateLine({ t }: Viewer, bot: SellerBot, sells: boolean): string {
  if (!bot.isActive) return t('bot.tokenDead');
  if (bot.pausedAt !== null) return t('bot.paused');
  return sells && bot.cardNumber !== null ? t('bot.sells', { bot: bot.username }) : '';
}

function channelLines(viewer: Viewer, channel: Channel, priced: readonly Plan[]): string {
  const { t } = viewer;
  const missing = missingRights(viewer, channel);
  const prices = priced
    .filter((plan) => plan.channelId === channel.id)
    .map((plan) => `• ${durationName(t, plan.durationMonths)}: ${money(viewer, plan.price)}`);
  return [
    t(channel.type === 'channel' ? 'bot.channel' : 'bot.group', { title: channel.title }),
    channel.isBasicGroup ? t('notice.basicGroup') : '',
    channel.isPublic ? t('bot.publicChat') : '',
    !channel.isBasicGroup && missing.length > 0 ? t('bot.missingRights', { rights: missing.join(', ') }) : '',
    ...prices,
  ]
    .filter(Boolean)
    .join('\n');
}

function botButtons(
  { t }: Viewer,
  bot: SellerBot,
  channels: readonly Channel[],
  { waiting }: BotWork,
): InlineKeyboardButton[][] {
  const has = (type: Channel['type']) => channels.some((channel) => channel.type === type);
  const connect = (where: 'startchannel' | 'startgroup') =>
    `https://t.me/${bot.username}?${where}&admin=invite_users+restrict_members`;
  return [
    ...(has('channel') ? [] : [[{ text: t('bot.connectChannel'), url: connect('startchannel') }]]),
    ...(has('group') ? [] : [[{ text: t('bot.connectGroup'), url: connect('startgroup') }]]),
    ...channels.map((channel) => [
      button(
        titleOnButton((title) => t.plain('bot.disconnect', { title }), channel.title),
        CHAT_DISCONNECT.data(channel.id),
      ),
    ]),
    [
      button(t('bot.plans'), BOT_PLANS.data(bot.telegramBotId)),
      button(t('bot.cardButton'), BOT_CARD.data(bot.telegramBotId)),
    ],
    [
      button(t('bot.welcome'), BOT_WELCOME.data(bot.telegramBotId)),
      button(t('menu.statistics'), BOT_STATS.data(bot.telegramBotId)),
    ],
    [
      button(t('bot.users'), BOT_USERS.data(bot.telegramBotId, '0')),
      button(t('bot.pending', { count: waiting }), BOT_PENDING.data(bot.telegramBotId)),
    ],
    [
      button(t('bot.export'), BOT_EXPORT.data(bot.telegramBotId)),
      button(t('bot.check'), BOT_CHECK.data(bot.telegramBotId)),
    ],
    [
      bot.pausedAt === null
        ? button(t('bot.pause'), BOT_PAUSE.data(bot.telegramBotId))
        : button(t('bot.resume'), BOT_RESUME.data(bot.telegramBotId)),
      bot.mutedAt === null
        ? button(t('bot.mute'), BOT_MUTE.data(bot.telegramBotId))
        : button(t('bot.unmute'), BOT_UNMUTE.data(bot.telegramBotId)),
    ],
    [
      button(t('bot.remove'), BOT_REMOVE.data(bot.telegramBotId)),
      { text: t('bot.open'), url: `https://t.me/${bot.username}` },
    ],
    [button(t('button.back'), BOTS.data('0'))],
  ];
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
      [button(t('button.cancel'), BOT.data(bot.telegramBotId))],
    ],
  };
}

export function botRemovedScreen({ t }: Viewer, bot: SellerBot): Screen {
  return {
    text: t('bot.removed', { bot: bot.username }),
    buttons: [[button(t('menu.myBots'), BOTS.data('0'))], [button(t('button.home'), HOME.data())]],
  };
}

/** Prices of every chat of a bot; a press on a duration asks for its price. */
export function plansScreen(
  viewer: Viewer,
  bot: SellerBot,
  channels: readonly Channel[],
  plans: readonly Plan[],
): Screen {
  const { t } = viewer;
  const back = [button(t('button.back'), BOT.data(bot.telegramBotId))];
  if (channels.length === 0) return { text: t('plans.needsChat'), buttons: [back] };
  const rows = channels.flatMap((channel) =>
    PLAN_MONTHS.flatMap((months) => {
      const plan = plans.find((one) => one.channelId === channel.id && one.durationMonths === months);
      const name = `${channel.type === 'channel' ? '📢' : '👥'} ${durationName(t, months)}`;
      const price = plan ? formatMoney(plan.price, t.language) : t('plans.noPrice');
      const priced = [button(`${name}: ${price}`, PRICE.data(channel.id, months))];
      if (!plan) return [priced];
      const turn = plan.isActive
        ? button(t.plain('plans.turnOff', { plan: name }), PLAN_OFF.data(plan.id))
        : button(t.plain('plans.turnOn', { plan: name }), PLAN_ON.data(plan.id));
      return [priced, [turn]];
    }),
  );
  const chats = channels.map((channel) =>
    t(channel.type === 'channel' ? 'bot.channel' : 'bot.group', { title: channel.title }),
  );
  return { text: [t('plans.text', { bot: bot.username }), ...chats].join('\n'), buttons: [...rows, back] };
}

export function askPriceScreen(
  { t }: Viewer,
  { title, months }: { title: string; months: number },
  telegramBotId: bigint,
): Screen {
  return {
    text: t('plans.askPrice', { title, duration: durationName(t, months) }),
    buttons: [[button(t('button.cancel'), BOT_PLANS.data(telegramBotId))]],
  };
}

export function askScreen(
  { t }: Viewer,
  key: 'card.askNumber' | 'card.askHolder' | 'card.askHolderDespiteLuhn' | 'welcome.ask',
  telegramBotId: bigint,
): Screen {
  return { text: t(key), buttons: [[button(t('button.cancel'), BOT.data(telegramBotId))]] };
}

export function tariffScreen(viewer: Viewer, page: TariffPage): Screen {
  const { t } = viewer;
  const lines = page.prices.map(({ months, price }) =>
    t('tariff.price', {
      duration: durationName(t, months),
      price: price === null ? t('tariff.notOnSale') : money(viewer, price),
    }),
  );
  const present =
    page.paidUntil === null
      ? t('tariff.free')
      : t('tariff.paidUntil', { until: date(viewer, page.paidUntil) });
  const onSale = page.prices.filter(({ price }) => price !== null);
  return {
    text: [present, lines.join('\n')].join('\n\n'),
    buttons: [
      ...onSale.map(({ months }) => [button(durationName(t, months), TARIFF_FOR.data(months))]),
      [button(t('button.back'), HOME.data())],
    ],
  };
}

/** The platform's card, and what to send. */
export function tariffOfferScreen(viewer: Viewer, offer: TariffOffer): Screen {
  const { t } = viewer;
  return {
    text: t('tariff.offer', {
      duration: durationName(t, offer.months),
      amount: money(viewer, offer.amount),
      card: formatCardNumber(offer.cardNumber),
      holder: offer.cardHolder,
    }),
    buttons: [
      [{ text: t('checkout.copyCard'), copy_text: { text: offer.cardNumber } }],
      [button(t('button.cancel'), TARIFF.data())],
    ],
  };
}

export function tariffTakenScreen({ t }: Viewer): Screen {
  return { text: t('tariff.receiptTaken'), buttons: [[button(t('button.home'), HOME.data())]] };
}
