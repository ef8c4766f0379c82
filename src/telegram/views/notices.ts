import type { ChatState, NoticeContent } from '../../modules/notifications/message-gateway.ts';
import { ADD_BOT, BOT, CHAT_ACCEPT, HOME } from '../routes.ts';
import { button, type Screen } from '../screen.ts';
import { personName, type Reader } from './common.ts';
import { rejectedNotice } from './review.ts';

/** The text of everything that Getolog says of its own accord, each with a next step. */
export function noticeScreen(reader: Reader, notice: NoticeContent): Screen {
  const { t } = reader;
  const home = [[button(t('button.home'), HOME.data())]];
  switch (notice.kind) {
    case 'newOwner':
      return { text: t('notice.newOwner', { person: personName(notice.owner) }) };
    case 'botReady':
      return {
        text: t('notice.botReady', { bot: notice.botUsername }),
        buttons: [[button(t('button.setUpBot'), BOT.data(notice.telegramBotId))]],
      };
    case 'botTokenDead':
      return {
        text: t('notice.botTokenDead', { bot: notice.botUsername }),
        buttons: [[button(t('button.addBot'), ADD_BOT.data())]],
      };
    case 'newEndUser':
      return {
        text: t('notice.newEndUser', { person: personName(notice.endUser), bot: notice.botUsername }),
      };
    case 'chatConnected':
      return {
        text: chatConnectedText(reader, notice.chat, notice.botUsername),
        buttons: [[button(t('button.setUpBot'), BOT.data(notice.telegramBotId))]],
      };
    case 'chatWaitsForOwner':
      return {
        text: t('notice.chatWaitsForOwner', { title: notice.chat.title, bot: notice.botUsername }),
        buttons: [[button(t('button.acceptChat'), CHAT_ACCEPT.data(notice.chat.channelId))], ...home],
      };
    case 'chatRefused':
      return {
        text: t(`chatRefused.${notice.reason}`, { title: notice.title, bot: notice.botUsername }),
        buttons: home,
      };
    case 'chatDisconnected':
    case 'chatLost':
    case 'chatRightsBack':
      return {
        text: t(`notice.${notice.kind}`, { title: notice.chat.title, bot: notice.botUsername }),
        buttons: home,
      };
    case 'chatRightsMissing':
      return { text: rightsMissingText(reader, notice.chat, notice.botUsername), buttons: home };
    case 'paymentRejected':
      return rejectedNotice(reader, notice.payment, notice.chat.title);
    case 'endUserJoined':
      return {
        text: t('notice.endUserJoined', {
          person: personName(notice.endUser),
          title: notice.chat.title,
          bot: notice.botUsername,
        }),
      };
    default:
      return notice satisfies never;
  }
}

function chatConnectedText(reader: Reader, chat: ChatState, bot: string): string {
  const { t } = reader;
  const connected = t(chat.type === 'channel' ? 'notice.channelConnected' : 'notice.groupConnected', {
    title: chat.title,
    bot,
  });
  if (chat.isBasicGroup) return `${connected}\n\n${t('notice.basicGroup')}`;
  if (chat.canInvite && chat.canRestrict) return `${connected}\n\n${t('notice.chatConnectedNext')}`;
  return `${connected}\n\n${rightsMissingText(reader, chat, bot)}`;
}

function rightsMissingText({ t }: Reader, chat: ChatState, bot: string): string {
  const missing = missingRights({ t }, chat);
  return t('notice.chatRightsMissing', { title: chat.title, bot, rights: missing.join(', ') });
}

/** Names of the rights that the bot lacks in a chat. */
export function missingRights(
  { t }: Pick<Reader, 't'>,
  chat: Pick<ChatState, 'canInvite' | 'canRestrict'>,
): string[] {
  return [...(chat.canInvite ? [] : [t('right.invite')]), ...(chat.canRestrict ? [] : [t('right.restrict')])];
}
