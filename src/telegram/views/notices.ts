import type {
  ChatName,
  ChatState,
  KnownPerson,
  NoticeContent,
} from '../../modules/notifications/message-gateway.ts';
import { BOT, BOTS, CHAT_ACCEPT, HOME, RESTORE, SUPPORT, TARIFF } from '../common/routes.ts';
import { button, type Screen } from '../common/screen.ts';
import { date, endUserButton, ownerButton, personName, timeSpan, type Viewer } from './common.ts';
import { rejectedNotice } from './review.ts';

/** The text of everything that Getolog says of its own accord, each with a next step. */
export function noticeScreen(viewer: Viewer, notice: NoticeContent): Screen {
  const { t } = viewer;
  const home = [[button(t('button.home'), HOME.data())]];
  switch (notice.kind) {
    case 'newOwner':
      return {
        text: t('notice.newOwner', { person: personName(notice.owner) }),
        buttons: [[ownerButton(notice.owner)]],
      };
    case 'handedOver': {
      const person = notice.person ? personName(notice.person) : '';
      return {
        text: t(`notice.handedOver.${notice.matter}`, {
          person,
          title: notice.title,
          bot: notice.botUsername,
        }),
        buttons: [toBot(viewer, notice)],
      };
    }
    case 'botReady':
      return {
        text: t(notice.hasChat ? 'notice.botReadyAgain' : 'notice.botReady', { bot: notice.botUsername }),
        buttons: [toBot(viewer, notice)],
      };
    case 'webhookRefused':
      return {
        text: t('notice.webhookRefused', { bot: notice.botUsername, reason: notice.reason }),
        buttons: home,
      };
    case 'botTokenDead':
    case 'webhookTaken':
    case 'releasedMembersStay':
      return { text: t(`notice.${notice.kind}`, { bot: notice.botUsername }), buttons: home };
    case 'newEndUser':
      return {
        text: t('notice.newEndUser', { person: personName(notice.endUser), bot: notice.botUsername }),
        buttons: [[endUserButton(notice.endUser)]],
      };
    case 'receiptOutOfReach':
      return {
        text: t('notice.receiptOutOfReach', {
          person: personName(notice.person),
          title: notice.title,
          bot: notice.botUsername,
        }),
        buttons: [[{ text: t('bot.open'), url: `https://t.me/${notice.botUsername}` }]],
      };
    case 'supportWaits':
      return {
        text: t('notice.supportWaits', { person: personName(notice.endUser), bot: notice.botUsername }),
        buttons: [[{ text: t('bot.open'), url: `https://t.me/${notice.botUsername}` }]],
      };
    case 'chatConnected':
      return {
        text: chatConnectedText(viewer, notice.chat, notice.botUsername),
        buttons: [toBot(viewer, notice)],
      };
    case 'chatWaitsForOwner':
      return {
        text: t('notice.chatWaitsForOwner', { title: notice.chat.title, bot: notice.botUsername }),
        buttons: [[button(t('button.acceptChat'), CHAT_ACCEPT.data(notice.chat.channelId))], ...home],
      };
    case 'chatRefused':
      return {
        text: t(`errors.chatRefused.${notice.reason}`, { title: notice.title, bot: notice.botUsername }),
        buttons: [toBot(viewer, notice)],
      };
    case 'chatDisconnected':
    case 'chatLost':
    case 'chatRightsBack':
    case 'chatPublic':
    case 'chatPrivate':
      return {
        text: t(`notice.${notice.kind}`, { title: notice.chat.title, bot: notice.botUsername }),
        buttons: [toBot(viewer, notice)],
      };
    case 'chatRightsMissing':
      return {
        text: rightsMissingText(viewer, notice.chat, notice.botUsername),
        buttons: [toBot(viewer, notice)],
      };
    case 'paymentRejected':
      return rejectedNotice(viewer, notice.payment, notice.chat.title);
    case 'endUserJoined':
    case 'endUserRemoved':
    case 'adminStays':
      return {
        text: t(`notice.${notice.kind}`, subscriptionParams(notice)),
        buttons: [[endUserButton(notice.endUser)]],
      };
    case 'removedByHand':
      return {
        text: t('notice.removedByHand', subscriptionParams(notice)),
        buttons: [
          [button(t('button.undo'), RESTORE.data(notice.subscriptionId))],
          [endUserButton(notice.endUser)],
        ],
      };
    case 'removedByBot':
      return {
        text: t('notice.removedByBot', subscriptionParams(notice)),
        buttons: [
          [button(t('button.letIn'), RESTORE.data(notice.subscriptionId))],
          [endUserButton(notice.endUser)],
        ],
      };
    case 'friendPutOut':
      return {
        text: t('notice.friendPutOut', subscriptionParams(notice)),
        buttons: [[button(t('button.support'), SUPPORT.data())]],
      };
    case 'linkLeaked':
    case 'friendAdded':
      return {
        text: t(`notice.${notice.kind}`, {
          ...subscriptionParams(notice),
          stranger: personName(notice.stranger),
        }),
        buttons: [[endUserButton(notice.endUser)]],
      };
    case 'tariffApproved':
      return { text: t('notice.tariffApproved', { until: date(viewer, notice.paidUntil) }), buttons: home };
    case 'tariffRejected':
      return {
        text: t('notice.tariffRejected'),
        buttons: [[button(t('menu.tariff'), TARIFF.data())], [button(t('button.support'), SUPPORT.data())]],
      };
    case 'tariffEnds':
      return {
        text: t(notice.isTheirs ? 'notice.tariffEndsYours' : 'notice.tariffEnds', {
          person: personName(notice.owner),
          left: timeSpan(t, notice.timeLeftMs),
          until: date(viewer, notice.expiresAt),
        }),
        buttons: [toTariff(viewer, notice)],
      };
    case 'tariffEnded':
      return {
        text: t(notice.isTheirs ? 'notice.tariffEndedYours' : 'notice.tariffEnded', {
          person: personName(notice.owner),
        }),
        buttons: [toTariff(viewer, notice)],
      };
    case 'ownerBanned':
      return { text: t('notice.ownerBanned'), buttons: [[button(t('button.support'), SUPPORT.data())]] };
    case 'ownerUnbanned':
      return { text: t('notice.ownerUnbanned'), buttons: [[button(t('menu.myBots'), BOTS.data('0'))]] };
    case 'subscriptionEnded':
      return {
        text: t('notice.subscriptionEnded', subscriptionParams(notice)),
        buttons: [[button(t('mySubscription.renew'), HOME.data())]],
      };
    case 'subscriptionEnds':
      return {
        text: t('notice.subscriptionEnds', {
          ...subscriptionParams(notice),
          left: timeSpan(t, notice.timeLeftMs),
          until: notice.expiresAt === null ? '' : date(viewer, notice.expiresAt),
        }),
        buttons: [[button(t('mySubscription.renew'), HOME.data())]],
      };
    case 'accessTakenBack':
    case 'accessEndedByOwner':
      return {
        text: t(`notice.${notice.kind}`, subscriptionParams(notice)),
        buttons: [[button(t('button.plans'), HOME.data())], [button(t('button.support'), SUPPORT.data())]],
      };
    case 'accessShortened':
      return {
        text: t('notice.accessShortened', {
          ...subscriptionParams(notice),
          until:
            notice.expiresAt === null
              ? t('access.forLife')
              : t('access.until', { until: date(viewer, notice.expiresAt) }),
        }),
        buttons: [[button(t('button.support'), SUPPORT.data())]],
      };
    default:
      return notice satisfies never;
  }
}

const toBot = ({ t }: Viewer, { telegramBotId }: { telegramBotId: bigint }) => [
  button(t('button.setUpBot'), BOT.data(telegramBotId)),
];

/** An owner buys; a moderator looks at the owner. */
const toTariff = ({ t }: Viewer, { owner, isTheirs }: { owner: KnownPerson; isTheirs: boolean }) =>
  isTheirs ? [button(t('menu.tariff'), TARIFF.data())] : [ownerButton(owner)];

function subscriptionParams(notice: { endUser: KnownPerson; chat: ChatName; botUsername: string }): {
  person: string;
  title: string;
  bot: string;
} {
  return { person: personName(notice.endUser), title: notice.chat.title, bot: notice.botUsername };
}

function chatConnectedText(viewer: Viewer, chat: ChatState, bot: string): string {
  const { t } = viewer;
  const connected = t(chat.type === 'channel' ? 'notice.channelConnected' : 'notice.groupConnected', {
    title: chat.title,
    bot,
  });
  if (chat.isBasicGroup) return `${connected}\n\n${t('notice.basicGroup')}`;
  if (chat.canInvite && chat.canRestrict) return `${connected}\n\n${t('notice.chatConnectedNext')}`;
  return `${connected}\n\n${rightsMissingText(viewer, chat, bot)}`;
}

function rightsMissingText({ t }: Viewer, chat: ChatState, bot: string): string {
  const missing = missingRights({ t }, chat);
  return t('notice.chatRightsMissing', { title: chat.title, bot, rights: missing.join(', ') });
}

/** Names of the rights that the bot lacks in a chat. */
export function missingRights(
  { t }: Pick<Viewer, 't'>,
  chat: Pick<ChatState, 'canInvite' | 'canRestrict'>,
): string[] {
  return [...(chat.canInvite ? [] : [t('right.invite')]), ...(chat.canRestrict ? [] : [t('right.restrict')])];
}
