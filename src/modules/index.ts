import type { Followers } from '../kernel/events.ts';
import type { OutboxTable } from '../kernel/outbox/outbox-message.ts';
import {
  deliverAccess,
  leaveAsDue,
  reopenTheirDeliveries,
  resumeChatWork,
  takeAccess,
} from './access/access-followers.ts';
import { createAccessMessages } from './access/access-messages.ts';
import { ACCESS_NOTICES } from './access/access-notices.ts';
import { createBroadcastMessages } from './broadcasts/broadcast-messages.ts';
import { BROADCAST_NOTICES } from './broadcasts/broadcast-notices.ts';
import { CHANNEL_NOTICES } from './channels/channel-notices.ts';
import { END_USER_NOTICES } from './end-users/end-user-notices.ts';
import { createExportMessages } from './exports/export-messages.ts';
import { CONNECTION_NOTICES } from './merchant-accounts/connection-notices.ts';
import { createMonitoringMessages } from './monitoring/daily-report.ts';
import { GIVEN_OVER_NOTICES } from './notifications/given-over.ts';
import type { NoticeTable } from './notifications/notice.ts';
import { createNotificationMessages } from './notifications/notification-messages.ts';
import { rewardForBot, rewardForChat, rewardForTariff } from './owner-referrals/owner-referral-followers.ts';
import { createOwnerReferralMessages } from './owner-referrals/owner-referral-messages.ts';
import { OWNER_REFERRAL_NOTICES } from './owner-referrals/owner-referral-notices.ts';
import { OWNER_NOTICES } from './owners/owner-notices.ts';
import { createConfirmationMessages } from './panel-access/confirmation-messages.ts';
import { PANEL_NOTICES } from './panel-access/panel-notices.ts';
import { PAYMENT_NOTICES } from './payments/payment-notices.ts';
import { PROVIDER_NOTICES } from './payments/provider-notices.ts';
import { createClickMessages } from './payments/providers/click/click-messages.ts';
import { REFUND_NOTICES } from './payments/refunds/refund-notices.ts';
import {
  bringReceiptsToOwner,
  reopenReceiptsEverywhere,
  reopenTheirReceipts,
} from './payments/review-followers.ts';
import { createReviewMessages } from './payments/review-messages.ts';
import {
  lookAtStarsAgain,
  stopForLifetime,
  stopTheirRenewal,
  stopWithBot,
  stopWithChat,
} from './payments/stars/star-followers.ts';
import { createStarMessages } from './payments/stars/star-messages.ts';
import { RENEWAL_NOTICES } from './payments/stars/star-renewal-notices.ts';
import { PLAN_NOTICES } from './plans/plan-notices.ts';
import { createPrivacyMessages } from './privacy/privacy-messages.ts';
import { PROMO_NOTICES } from './promo-codes/promo-notices.ts';
import { settleTheirInviter, settleWaitingRewards } from './referrals/referral-followers.ts';
import { createReferralMessages } from './referrals/referral-messages.ts';
import { REFERRAL_NOTICES } from './referrals/referral-notices.ts';
import { createSellerBotMessages } from './seller-bots/seller-bot-messages.ts';
import { SELLER_BOT_NOTICES } from './seller-bots/seller-bot-notices.ts';
import { END_NOTICES } from './subscriptions/end-notices.ts';
import { SUBSCRIPTION_NOTICES } from './subscriptions/subscription-notices.ts';
import { reopenTheirSupport } from './support/support-followers.ts';
import { createSupportMessages } from './support/support-messages.ts';
import { SUPPORT_NOTICES } from './support/support-notices.ts';
import { createTariffMessages } from './tariffs/tariff-messages.ts';
import { TARIFF_NOTICES } from './tariffs/tariff-notices.ts';
import { TEAM_NOTICES } from './team/team-notices.ts';
import { TRIAL_NOTICES } from './trials/trial-notices.ts';
import { askBackLater } from './winback/winback.ts';
import { createWinbackMessages } from './winback/winback-messages.ts';
import { WINBACK_NOTICES } from './winback/winback-notices.ts';

/**
 * The modules, and what each of them is about. One may import those above it and none below. What a lower one has to do
 * about a change in a higher one, it does as the follower of an event. `test/architecture/module-order.test.ts` holds
 * them to it.
 */
export const MODULES = {
  platform: 'what an installation remembers of itself: settings, keys, the address that it serves',
  receipts: 'a file with which somebody shows that they have paid',
  notifications: 'what Getolog tells people of its own accord',
  owners: 'whoever writes to the main bot',
  channels: 'the chats that a bot sells, and its rights in them',
  'seller-bots': 'an owner’s bots: adding, setting up, launching, removing',
  team: 'who helps an owner with a bot: invitations, roles, their end',
  'bot-settings': 'what an owner sets for a whole bot: days, percentages, switches',
  'merchant-accounts': 'what a bot has at providers of payments: numbers, keys, whether it is for buyers',
  plans: 'what a chat costs, and for how long',
  'end-users': 'whoever writes to a seller bot',
  'free-list': 'people whom nobody removes from a chat',
  subscriptions: 'whose time in a chat runs until when: settlement, warnings, ends',
  trials: 'time that somebody may have once in a chat, before they buy any',
  'promo-codes': 'what makes a purchase cheaper or longer: codes, their rules, who used which',
  sources: 'where an owner advertises: who came by which link, and what they bought',
  access: 'ways in and out of chats: links, removals, who is seen inside',
  tariffs: 'what owners pay to the platform, and the line that others carry',
  'owner-referrals': 'owners who invite owners: who came, and what both get',
  payments: 'what end users pay to owners: the storefront, the checkout, the review of receipts',
  referrals: 'who brought whom to a bot, and what they earned by it',
  winback: 'those whose time was up, asked to come back',
  broadcasts: 'what an owner sends to many of a bot’s people at once',
  bans: 'whom an owner keeps out of everything that a bot sells',
  'bot-health': 'whether bots and chats are at Telegram as the database has them',
  support: 'messages between those who need help and those who give it',
  trail: 'who did what on a bot, as its owner reads it',
  profiles: 'one end user, as their owner looks at them',
  statistics: 'how a bot, or the platform, does',
  exports: 'a bot’s people and payments, for a spreadsheet',
  moderation: 'what moderators do with owners and with the platform',
  conversations: 'questions whose answer is somebody’s next message',
  privacy: 'what is kept of people, for how long, and how they are forgotten',
  'panel-access': 'who may open the panel, from where, and what waits for their word in Telegram',
  monitoring: 'whether the installation is well: alerts, metrics, the daily report',
} as const;

/** Who follows what has happened, within the transaction in which it happens. */
export const FOLLOWERS: Followers = {
  ownerReturned: [reopenReceiptsEverywhere],
  personReturned: [reopenTheirDeliveries, reopenTheirReceipts, reopenTheirSupport],
  managersStopped: [bringReceiptsToOwner],
  chatConnected: [rewardForChat],
  chatDisconnected: [stopWithChat],
  botLaunched: [rewardForBot, lookAtStarsAgain],
  botRemoved: [stopWithBot],
  tariffApproved: [rewardForTariff],
  chatBecameUsable: [resumeChatWork],
  timeGiven: [deliverAccess, settleWaitingRewards, stopForLifetime],
  purchaseSettled: [settleTheirInviter],
  takenOffFreeList: [leaveAsDue],
  accessEnded: [takeAccess, askBackLater, stopTheirRenewal],
};

/** Everything that Getolog tells somebody of its own accord. */
const NOTICES: NoticeTable = {
  ...GIVEN_OVER_NOTICES,
  ...OWNER_NOTICES,
  ...CHANNEL_NOTICES,
  ...SELLER_BOT_NOTICES,
  ...TEAM_NOTICES,
  ...CONNECTION_NOTICES,
  ...END_USER_NOTICES,
  ...SUBSCRIPTION_NOTICES,
  ...END_NOTICES,
  ...PLAN_NOTICES,
  ...TRIAL_NOTICES,
  ...PROMO_NOTICES,
  ...ACCESS_NOTICES,
  ...TARIFF_NOTICES,
  ...OWNER_REFERRAL_NOTICES,
  ...PAYMENT_NOTICES,
  ...PROVIDER_NOTICES,
  ...REFUND_NOTICES,
  ...RENEWAL_NOTICES,
  ...REFERRAL_NOTICES,
  ...WINBACK_NOTICES,
  ...BROADCAST_NOTICES,
  ...SUPPORT_NOTICES,
  ...PANEL_NOTICES,
};

type OutboxDeps = Omit<Parameters<typeof createNotificationMessages>[0], 'notices' | 'outbox'> &
  Parameters<typeof createSellerBotMessages>[0] &
  Parameters<typeof createAccessMessages>[0] &
  Parameters<typeof createTariffMessages>[0] &
  Parameters<typeof createOwnerReferralMessages>[0] &
  Parameters<typeof createReviewMessages>[0] &
  Parameters<typeof createClickMessages>[0] &
  Parameters<typeof createStarMessages>[0] &
  Parameters<typeof createReferralMessages>[0] &
  Parameters<typeof createWinbackMessages>[0] &
  Parameters<typeof createBroadcastMessages>[0] &
  Parameters<typeof createSupportMessages>[0] &
  Parameters<typeof createExportMessages>[0] &
  Parameters<typeof createPrivacyMessages>[0] &
  Parameters<typeof createConfirmationMessages>[0] &
  Parameters<typeof createMonitoringMessages>[0];

/** Everything that must happen, with who does it. */
export function createOutboxTable(deps: OutboxDeps): OutboxTable {
  const table: OutboxTable = {
    ...createNotificationMessages({ ...deps, notices: NOTICES, outbox: () => table }),
    ...createSellerBotMessages(deps),
    ...createAccessMessages(deps),
    ...createTariffMessages(deps),
    ...createOwnerReferralMessages(deps),
    ...createReviewMessages(deps),
    ...createClickMessages(deps),
    ...createStarMessages(deps),
    ...createReferralMessages(deps),
    ...createWinbackMessages(deps),
    ...createBroadcastMessages(deps),
    ...createSupportMessages(deps),
    ...createExportMessages(deps),
    ...createPrivacyMessages(deps),
    ...createConfirmationMessages(deps),
    ...createMonitoringMessages(deps),
  };
  return table;
}
