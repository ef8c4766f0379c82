import type { InlineKeyboardButton } from 'grammy/types';
import type { TeamRole } from '../../../kernel/rights.ts';
import type { Channel } from '../../../modules/channels/channel.ts';
import type { Plan } from '../../../modules/plans/plan.ts';
import type { BotWork, SellerBot } from '../../../modules/seller-bots/seller-bot.ts';
import { maskCardNumber } from '../../../shared/card-number.ts';
import {
  BOT_CARD,
  BOT_CHECK,
  BOT_GROW,
  BOT_MORE,
  BOT_PAY,
  BOT_PENDING,
  BOT_PLANS,
  BOT_REFUNDS,
  BOT_RESUME,
  BOT_STATS,
  BOT_USERS,
  BOTS,
  SUPPORT,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { chatName, money, panelButton, planName, type Viewer } from '../common.ts';
import { missingRights } from '../notices.ts';
import { botStateLine } from './bot-state.ts';

/** One bot as its page shows it. */
export interface BotOnPage {
  bot: SellerBot;
  channels: readonly Channel[];
  plans: readonly Plan[];
  work: BotWork;
  /** Their owner is banned. */
  isSuspended: boolean;
  /** What whoever looks at it is in it. */
  role: TeamRole;
}

/**
 * One bot: what it sells, or what it still needs with the next step as the first button. At most eleven buttons, and
 * none of them ends anything.
 */
export function botScreen(viewer: Viewer, page: BotOnPage): Screen {
  const { t } = viewer;
  const { bot, work } = page;
  return {
    text: [
      t('bot.title', { bot: bot.username }),
      botStateLine(viewer, bot, { sells: work.sells, isSuspended: page.isSuspended }),
      ...(work.sells ? whatItSells(viewer, page) : [checklist(viewer, page).join('\n')]),
      [
        t('bot.work', { members: work.members, waiting: work.waiting }),
        ...(work.inGrace > 0 ? [t('grace.count', { members: work.inGrace })] : []),
      ].join('\n'),
    ]
      .filter(Boolean)
      .join('\n\n'),
    buttons: [
      ...refundsRow(viewer, page),
      // Whose money waits comes first: of what is missing there is room for one step then.
      ...(work.sells ? [] : [nextStep(viewer, page).slice(0, work.refunds > 0 ? 1 : 2)]).filter(
        ({ length }) => length > 0,
      ),
      [
        button(
          work.waiting === 0 ? t('bot.receipts') : t('bot.pending', { count: work.waiting }),
          BOT_PENDING.data(bot.telegramBotId),
        ),
        button(t('bot.users'), BOT_USERS.data(bot.telegramBotId, '0')),
      ],
      [
        button(t('bot.plans'), BOT_PLANS.data(bot.telegramBotId)),
        button(t('menu.statistics'), BOT_STATS.data(bot.telegramBotId)),
      ],
      [
        { text: t('bot.open'), url: `https://t.me/${bot.username}` },
        // Before there is anything to sell there is nothing to grow.
        ...(page.channels.length === 0 ? [] : [button(t('grow.button'), BOT_GROW.data(bot.telegramBotId))]),
      ],
      [
        ...(page.role === 'owner' ? [button(t('connect.button'), BOT_PAY.data(bot.telegramBotId))] : []),
        button(t('bot.more'), BOT_MORE.data(bot.telegramBotId)),
      ],
      [
        button(t('button.back'), BOTS.data('0')),
        ...panelButton(viewer, t('panel.button'), `bots/${bot.telegramBotId}`),
      ],
    ],
  };
}

function refundsRow({ t }: Viewer, { bot, work: { refunds } }: BotOnPage): InlineKeyboardButton[][] {
  if (refunds === 0) return [];
  return [[button(t('refund.waiting', { count: refunds }), BOT_REFUNDS.data(bot.telegramBotId, '0'))]];
}

const onSale = (plans: readonly Plan[]) => plans.filter(({ isActive }) => isActive);

function whatItSells(viewer: Viewer, { bot, channels, plans, work }: BotOnPage): string[] {
  const { t } = viewer;
  return [
    ...channels.map((channel) =>
      [
        chatName(viewer, channel),
        ...chatFaults(viewer, channel),
        ...onSale(plans)
          .filter((plan) => plan.channelId === channel.id)
          .map((plan) => t('plans.on', { duration: planName(t, plan), price: money(viewer, plan.price) })),
      ].join('\n'),
    ),
    bot.cardNumber === null ? otherWaysToPay(viewer, work) : cardLine(viewer, bot),
  ];
}

/** What it takes to sell, and which of it is there. */
function checklist(viewer: Viewer, { bot, channels, plans, work }: BotOnPage): string[] {
  const { t } = viewer;
  const { length: count } = onSale(plans);
  return [
    ...channels.flatMap((channel) => {
      const faults = chatFaults(viewer, channel);
      const { type, title } = channel;
      return faults.length === 0
        ? [t(`bot.done.${type}`, { title })]
        : [chatName(viewer, channel), ...faults];
    }),
    ...(channels.length === 0 ? [t('bot.missing.chat')] : []),
    count === 0 ? t('bot.missing.plans') : t('bot.done.plans', { count }),
    waysToPay(viewer, bot, work),
  ];
}

function waysToPay({ t }: Viewer, { cardNumber, cardHolder }: SellerBot, { methods }: BotWork): string {
  if (methods.length === 0) return t('bot.missing.card');
  if (cardNumber !== null) {
    return t('bot.done.card', { card: maskCardNumber(cardNumber), holder: cardHolder ?? '' });
  }
  return otherWaysToPay({ t }, { methods });
}

function otherWaysToPay({ t }: Pick<Viewer, 't'>, { methods }: Pick<BotWork, 'methods'>): string {
  return methods.map((method) => `✅ ${t.named('paymentMethod', method)}`).join('\n');
}

/** Empty where there is no card. */
export function cardLine({ t }: Viewer, { cardNumber, cardHolder }: SellerBot): string {
  if (cardNumber === null) return '';
  return t('bot.card', { card: maskCardNumber(cardNumber), holder: cardHolder ?? '' });
}

/** Why a chat that is connected cannot be sold. */
function chatFaults(viewer: Viewer, channel: Channel): string[] {
  const { t } = viewer;
  const missing = missingRights(viewer, channel);
  return [
    channel.isBasicGroup ? t('notice.basicGroup') : '',
    channel.isPublic ? t('bot.publicChat') : '',
    !channel.isBasicGroup && missing.length > 0 ? t('bot.missingRights', { rights: missing.join(', ') }) : '',
  ].filter(Boolean);
}

/** The first of what is missing, as a button; none where it is done elsewhere. */
function nextStep(
  viewer: Viewer,
  { bot, channels, plans, work, isSuspended, role }: BotOnPage,
): InlineKeyboardButton[] {
  const { t } = viewer;
  // Chats, token and card are the owner's.
  const isOwner = role === 'owner';
  if (isSuspended) return [button(t('button.support'), SUPPORT.data())];
  // Its owner sends the new token.
  if (!bot.isActive) return [];
  if (channels.length === 0) return isOwner ? connectButtons(viewer, bot, channels) : [];
  if (channels.every((channel) => chatFaults(viewer, channel).length > 0)) {
    return [button(t('bot.check'), BOT_CHECK.data(bot.telegramBotId))];
  }
  if (work.methods.length === 0 && onSale(plans).length > 0) {
    return isOwner ? [button(t('bot.addCard'), BOT_CARD.data(bot.telegramBotId))] : [];
  }
  if (bot.pausedAt !== null && onSale(plans).length > 0) {
    return [button(t('bot.resume'), BOT_RESUME.data(bot.telegramBotId))];
  }
  return [button(t('bot.setPrice'), BOT_PLANS.data(bot.telegramBotId))];
}

/** Opens Telegram's own dialog for each kind of chat that the bot does not have yet. */
export function connectButtons(
  { t }: Viewer,
  { username }: SellerBot,
  channels: readonly Channel[],
): InlineKeyboardButton[] {
  const lacks = (type: Channel['type']) => channels.every((channel) => channel.type !== type);
  const link = (where: string) => `https://t.me/${username}?${where}&admin=invite_users+restrict_members`;
  return [
    ...(lacks('channel') ? [{ text: t('bot.connectChannel'), url: link('startchannel') }] : []),
    ...(lacks('group') ? [{ text: t('bot.connectGroup'), url: link('startgroup') }] : []),
  ];
}
