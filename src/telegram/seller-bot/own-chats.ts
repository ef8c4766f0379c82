import type { KeyboardButtonRequestChat } from 'grammy/types';
import { LANGUAGES, translator } from '../../infra/i18n/i18n.ts';
import type { BotDeps } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { lookAtChat } from '../common/chat-membership.ts';
import { ownerIn, type SellerContext } from '../common/context.ts';
import { CONNECT_OWN } from '../common/routes.ts';
import { messageOptions, send } from '../common/screen.ts';
import { toldOrder } from '../intake/told-order.ts';
import { Composer } from '../middleware/composer.ts';
import type { OwnerDesk } from './owner-desk.ts';

const REQUEST_CHANNEL = 1;
const REQUEST_GROUP = 2;

/** What the keyboard's last button writes, in whatever language it was shown. */
const WAYS_BACK = LANGUAGES.map((language) => translator(language).plain('button.back'));

/** Connects a chat where the bot is administrator already: Telegram itself shows the owner their chats. */
export function ownChats({ services, mainBotUsername }: BotDeps, desk: OwnerDesk): Composer<SellerContext> {
  const composer = new Composer<SellerContext>();

  /** The keyboard goes with a message of its own, which can have no buttons: those are on the desk below it. */
  async function leave(context: SellerContext, text: string): Promise<void> {
    await context.reply(text, { ...messageOptions({ text }), reply_markup: { remove_keyboard: true } });
    await send(context, await desk(context));
  }

  onPress(composer, CONNECT_OWN, async (context) => {
    services.channels.requireMayConnect(context.scope, ownerIn(context));
    const { t } = context;
    await context.reply(t('ownChats.choose'), {
      parse_mode: 'HTML',
      reply_markup: {
        keyboard: [
          [{ text: t('ownChats.channel'), request_chat: requestOf(REQUEST_CHANNEL) }],
          [{ text: t('ownChats.group'), request_chat: requestOf(REQUEST_GROUP) }],
          [{ text: t('button.back') }],
        ],
        resize_keyboard: true,
        one_time_keyboard: true,
      },
    });
  });

  composer.on('message:chat_shared', async (context) => {
    services.channels.requireMayConnect(context.scope, ownerIn(context));
    const { chat_shared: shared, date } = context.message;
    const { chat_id: chatId } = shared;
    const seen = await lookAtChat(context.api, chatId, context.me.id);
    if (seen) {
      await services.channels.connectOwn(context.scope, ownerIn(context), {
        ...seen,
        changedAt: new Date(date * 1000),
        toldOrder: toldOrder(context.update, date),
      });
    }
    const { t } = context;
    const text = seen ? t('ownChats.checked', { mainBot: await mainBotUsername() }) : t('ownChats.notThere');
    await leave(context, text);
  });

  composer
    .filter(({ isOwner }) => isOwner)
    .hears(WAYS_BACK, (context) => leave(context, context.t('questionLeft')));

  return composer;
}

function requestOf(requestId: number): KeyboardButtonRequestChat {
  return { request_id: requestId, chat_is_channel: requestId === REQUEST_CHANNEL, bot_is_member: true };
}
