import type { KnownPerson } from '../../kernel/person.ts';
import type { ChatName, ChatState } from '../../modules/channels/channel.ts';
import type { NoticeContent, NoticeKind, Notices } from '../../modules/notifications/notice.ts';
import type { SubscriptionContent } from '../../modules/subscriptions/subscription-notices.ts';
import {
  BOT,
  BOT_PLANS,
  BOTS,
  CHAT_ACCEPT,
  HOME,
  MOD_BOT_RELEASE,
  PANEL_OUT,
  PROMO_PAGE,
  RESTORE,
  SUPPORT,
  TARIFF,
} from '../common/routes.ts';
import { button, type Screen } from '../common/screen.ts';
import { accessUntil } from './buyer/access.ts';
import { endedScreen, endsScreen, graceScreen } from './buyer/ends.ts';
import { renewalChangedNotice } from './buyer/star-renewals.ts';
import { winbackScreen } from './buyer/winback.ts';
import {
  date,
  endUserButton,
  ownerButton,
  personName,
  planName,
  receiptInPanel,
  timeSpan,
  usernameOnButton,
  type Viewer,
} from './common.ts';
import { BROADCAST_NOTICE_VIEWS } from './growth/broadcast-notices.ts';
import { REFERRAL_NOTICE_VIEWS } from './growth/referral-notices.ts';
import { botStateLine } from './owner/bot-state.ts';
import { tariffDaysGivenScreen } from './owner/refer.ts';
import { managerAsksNotice, managerDecidedNotice, managerLeftNotice } from './owner/team.ts';
import { CONNECTION_NOTICE_VIEWS } from './payments/connection-notices.ts';
import { PROVIDER_NOTICE_VIEWS } from './payments/provider-notices.ts';
import { REFUND_NOTICE_VIEWS } from './payments/refund-notices.ts';
import { rejectedNotice, reusedNotice } from './review.ts';

type NoticeView<K extends NoticeKind> = (viewer: Viewer, content: Notices[K]['content']) => Screen;

/** The text of everything that Getolog says of its own accord, each with a next step. */
const NOTICE_VIEWS: { readonly [K in NoticeKind]: NoticeView<K> } = {
  ...PROVIDER_NOTICE_VIEWS,
  ...REFUND_NOTICE_VIEWS,
  ...CONNECTION_NOTICE_VIEWS,
  ...REFERRAL_NOTICE_VIEWS,
  ...BROADCAST_NOTICE_VIEWS,
  managerAsks: managerAsksNotice,
  managerLeft: managerLeftNotice,
  managerDecided: managerDecidedNotice,
  autoRenewalChanged: renewalChangedNotice,

  handedOver: (viewer, { matter, person, title, botUsername, telegramBotId }) => ({
    text: viewer.t(`notice.handedOver.${matter}`, {
      person: person ? personName(person) : '',
      title,
      bot: botUsername,
    }),
    buttons: [toBot(viewer, { telegramBotId })],
  }),

  newOwner: ({ t }, { owner }) => ({
    text: t('notice.newOwner', { person: personName(owner) }),
    buttons: [[ownerButton(owner)]],
  }),
  ownerBanned: (viewer) => ({ text: viewer.t('notice.ownerBanned'), buttons: [toSupport(viewer)] }),
  ownerUnbanned: ({ t }) => ({
    text: t('notice.ownerUnbanned'),
    buttons: [[button(t('menu.myBots'), BOTS.data('0'))]],
  }),

  botReady: (viewer, { botUsername, telegramBotId, hasChat }) => ({
    text: viewer.t(hasChat ? 'notice.botReadyAgain' : 'notice.botReady', { bot: botUsername }),
    buttons: [toBot(viewer, { telegramBotId })],
  }),
  newBrowserSession: (viewer, { browser, at }) => ({
    text: viewer.t('notice.newBrowserSession', {
      browser: browser ?? viewer.t.plain('panel.unknownBrowser'),
      when: date(viewer, at),
    }),
    buttons: [[button(viewer.t('panel.notMe'), PANEL_OUT.data())]],
  }),
  cardChanged: (viewer, { botUsername, telegramBotId, old, new: present }) => ({
    text: viewer.t('notice.cardChanged', { bot: botUsername, old, new: present }),
    buttons: [toBot(viewer, { telegramBotId }), toSupport(viewer)],
  }),
  botTokenDead: aboutBot('botTokenDead'),
  webhookTaken: aboutBot('webhookTaken'),
  releasedMembersStay: aboutBot('releasedMembersStay'),
  botChangedHands: (viewer, { botUsername, telegramBotId, reads, former, present }) => {
    const { t } = viewer;
    const params = {
      bot: botUsername,
      former: personName(former),
      present: present === null ? '—' : personName(present),
    };
    return {
      text: t(`managed.changedHands.${reads}`, params),
      buttons:
        reads === 'moderator'
          ? [
              [
                button(
                  usernameOnButton((bot) => t.plain('mod.release', { bot }), botUsername),
                  MOD_BOT_RELEASE.data(telegramBotId),
                ),
              ],
            ]
          : [toSupport(viewer)],
    };
  },
  webhookRefused: (viewer, { botUsername, reason }) => ({
    text: viewer.t('notice.webhookRefused', { bot: botUsername, reason }),
    buttons: [toHome(viewer)],
  }),

  chatConnected: (viewer, content) => ({
    text: chatConnectedText(viewer, content),
    buttons: [toBot(viewer, content)],
  }),
  chatWaitsForOwner: (viewer, { chat, botUsername }) => ({
    text: viewer.t('notice.chatWaitsForOwner', { title: chat.title, bot: botUsername }),
    buttons: [[button(viewer.t('button.acceptChat'), CHAT_ACCEPT.data(chat.channelId))], toHome(viewer)],
  }),
  chatRefused: (viewer, { title, reason, botUsername, telegramBotId }) => ({
    text: viewer.t(`errors.chatRefused.${reason}`, { title, bot: botUsername }),
    buttons: [toBot(viewer, { telegramBotId })],
  }),
  chatDisconnected: aboutChat('chatDisconnected'),
  chatLost: aboutChat('chatLost'),
  chatRightsBack: aboutChat('chatRightsBack'),
  chatPublic: aboutChat('chatPublic'),
  chatPrivate: aboutChat('chatPrivate'),
  chatRightsMissing: (viewer, content) => ({
    text: rightsMissingText(viewer, content.chat, content.botUsername),
    buttons: [toBot(viewer, content)],
  }),

  newEndUser: ({ t }, { endUser, botUsername }) => ({
    text: t('notice.newEndUser', { person: personName(endUser), bot: botUsername }),
    buttons: [[endUserButton(endUser)]],
  }),
  supportWaits: ({ t }, { endUser, botUsername }) => ({
    text: t('notice.supportWaits', { person: personName(endUser), bot: botUsername }),
    buttons: [openBot({ t }, botUsername)],
  }),

  receiptReused: reusedNotice,
  receiptOutOfReach: (viewer, { person, title, botUsername, ...receipt }) => ({
    text: viewer.t('notice.receiptOutOfReach', { person: personName(person), title, bot: botUsername }),
    buttons: [openBot(viewer, botUsername), ...receiptInPanel(viewer, receipt)],
  }),
  paymentRejected: (viewer, { payment, title }) => rejectedNotice(viewer, payment, title),

  endUserJoined: aboutMember('endUserJoined'),
  endUserRemoved: ({ t }, content) => ({
    text: [
      t('notice.endUserRemoved', subscriptionParams(content)),
      ...(content.why === null ? [] : [t(`notice.removedBecause.${content.why}`)]),
    ].join(' '),
    buttons: [[endUserButton(content.endUser)]],
  }),
  adminStays: aboutMember('adminStays'),
  removedByHand: ({ t }, content) => ({
    text: t('notice.removedByHand', subscriptionParams(content)),
    buttons: [
      [button(t('button.undo'), RESTORE.data(content.subscriptionId))],
      [endUserButton(content.endUser)],
    ],
  }),
  removedByBot: ({ t }, content) => ({
    text: t('notice.removedByBot', subscriptionParams(content)),
    buttons: [
      [button(t('button.letIn'), RESTORE.data(content.subscriptionId))],
      [endUserButton(content.endUser)],
    ],
  }),
  linkLeaked: ({ t }, { stranger, stays, isReplaced, ...content }) => ({
    text: [
      t(stays ? 'notice.linkLeaked.stays' : 'notice.linkLeaked.removed', {
        ...subscriptionParams(content),
        stranger: personName(stranger),
      }),
      ...(isReplaced ? [t('notice.linkLeaked.replaced', { person: personName(content.endUser) })] : []),
    ].join(' '),
    buttons: [[endUserButton(content.endUser)]],
  }),
  freeLinkLeaked: ({ t }, { title, holder, stranger, stays }) => ({
    text: t(stays ? 'notice.linkLeaked.stays' : 'notice.linkLeaked.removed', {
      title,
      person: holder === null ? '—' : personName(holder),
      stranger: personName(stranger),
    }),
  }),
  friendAdded: ({ t }, { stranger, ...content }) => ({
    text: t('notice.friendAdded', { ...subscriptionParams(content), stranger: personName(stranger) }),
    buttons: [[endUserButton(content.endUser)]],
  }),
  friendPutOut: (viewer, content) => ({
    text: viewer.t('notice.friendPutOut', subscriptionParams(content)),
    buttons: [toSupport(viewer)],
  }),

  subscriptionEnds: endsScreen,
  graceBegan: graceScreen,
  subscriptionEnded: endedScreen,
  planEnded: ({ t }, { plan, title, telegramBotId }) => ({
    text: t('plans.ended', { plan: planName(t, plan), title }),
    buttons: [[button(t('plans.open'), BOT_PLANS.data(telegramBotId))]],
  }),
  trialsUsedUp: (viewer, content) => ({
    text: viewer.t('trial.usedUp', { bot: content.botUsername }),
    buttons: [toBot(viewer, content)],
  }),
  winback: winbackScreen,
  promoUsedUp: ({ t }, { promoCodeId, code, botUsername }) => ({
    text: t('promo.allUsed', { code, bot: botUsername }),
    buttons: [[button(`🏷 ${code}`, PROMO_PAGE.data(promoCodeId))]],
  }),
  accessTakenBack: aboutLostAccess('accessTakenBack'),
  accessEndedByOwner: aboutLostAccess('accessEndedByOwner'),
  accessShortened: (viewer, content) => ({
    text: viewer.t('notice.accessShortened', {
      ...subscriptionParams(content),
      until: accessUntil(viewer, content.expiresAt),
    }),
    buttons: [toSupport(viewer)],
  }),

  tariffApproved: (viewer, { paidUntil }) => ({
    text: viewer.t('notice.tariffApproved', { until: date(viewer, paidUntil) }),
    buttons: [toHome(viewer)],
  }),
  tariffRejected: (viewer) => ({
    text: viewer.t('notice.tariffRejected'),
    buttons: [[button(viewer.t('menu.tariff'), TARIFF.data())], toSupport(viewer)],
  }),
  tariffDaysGiven: tariffDaysGivenScreen,
  tariffEnds: (viewer, { owner, isTheirs, expiresAt, timeLeftMs }) => ({
    text: viewer.t(isTheirs ? 'notice.tariffEndsYours' : 'notice.tariffEnds', {
      person: personName(owner),
      left: timeSpan(viewer.t, timeLeftMs),
      until: date(viewer, expiresAt),
    }),
    buttons: [toTariff(viewer, { owner, isTheirs })],
  }),
  tariffEnded: (viewer, { owner, isTheirs }) => ({
    text: viewer.t(isTheirs ? 'notice.tariffEndedYours' : 'notice.tariffEnded', {
      person: personName(owner),
    }),
    buttons: [toTariff(viewer, { owner, isTheirs })],
  }),
};

export function noticeScreen<K extends NoticeKind>(
  viewer: Viewer,
  notice: { kind: K } & Notices[K]['content'] & NoticeContent,
): Screen {
  return NOTICE_VIEWS[notice.kind](viewer, notice);
}

const toHome = ({ t }: Viewer) => [button(t('button.home'), HOME.data())];

const toSupport = ({ t }: Viewer) => [button(t('button.support'), SUPPORT.data())];

const toBot = ({ t }: Viewer, { telegramBotId }: { telegramBotId: bigint }) => [
  button(t('button.setUpBot'), BOT.data(telegramBotId)),
];

const openBot = ({ t }: Pick<Viewer, 't'>, username: string) => [
  { text: t('bot.open'), url: `https://t.me/${username}` },
];

/** An owner buys; a moderator looks at the owner. */
const toTariff = ({ t }: Viewer, { owner, isTheirs }: { owner: KnownPerson; isTheirs: boolean }) =>
  isTheirs ? [button(t('menu.tariff'), TARIFF.data())] : [ownerButton(owner)];

function aboutBot(kind: 'botTokenDead' | 'webhookTaken' | 'releasedMembersStay') {
  return (viewer: Viewer, { botUsername }: { botUsername: string }): Screen => ({
    text: viewer.t(`notice.${kind}`, { bot: botUsername }),
    buttons: [toHome(viewer)],
  });
}

function aboutChat(kind: 'chatDisconnected' | 'chatLost' | 'chatRightsBack' | 'chatPublic' | 'chatPrivate') {
  return (viewer: Viewer, content: Notices['chatLost']['content']): Screen => ({
    text: viewer.t(`notice.${kind}`, { title: content.chat.title, bot: content.botUsername }),
    buttons: [toBot(viewer, content)],
  });
}

function aboutMember(kind: 'endUserJoined' | 'adminStays') {
  return ({ t }: Viewer, content: SubscriptionContent): Screen => ({
    text: t(`notice.${kind}`, subscriptionParams(content)),
    buttons: [[endUserButton(content.endUser)]],
  });
}

function aboutLostAccess(kind: 'accessTakenBack' | 'accessEndedByOwner') {
  return (viewer: Viewer, content: SubscriptionContent): Screen => ({
    text: viewer.t(`notice.${kind}`, subscriptionParams(content)),
    buttons: [[button(viewer.t('button.plans'), HOME.data())], toSupport(viewer)],
  });
}

function subscriptionParams(content: { endUser: KnownPerson; chat: ChatName; botUsername: string }): {
  person: string;
  title: string;
  bot: string;
} {
  return { person: personName(content.endUser), title: content.chat.title, bot: content.botUsername };
}

function chatConnectedText(viewer: Viewer, content: Notices['chatConnected']['content']): string {
  const { t } = viewer;
  const { chat, botUsername: bot, sells, methods, hasPlan } = content;
  const connected = t(chat.type === 'channel' ? 'notice.channelConnected' : 'notice.groupConnected', {
    title: chat.title,
    bot,
  });
  if (chat.isBasicGroup) return `${connected}\n\n${t('notice.basicGroup')}`;
  if (!chat.canInvite || !chat.canRestrict) return `${connected}\n\n${rightsMissingText(viewer, chat, bot)}`;
  return [
    connected,
    botStateLine(viewer, content.bot, content),
    sells || hasPlan ? '' : t('bot.needsPlan'),
    sells || methods.length > 0 ? '' : t('bot.needsCard'),
  ]
    .filter(Boolean)
    .join('\n\n');
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
