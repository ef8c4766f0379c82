import type { Followers } from '../kernel/events.ts';
import type { OutboxTable } from '../kernel/outbox/outbox-message.ts';
import {
  deliverAccess,
  reopenTheirDeliveries,
  resumeChatWork,
  takeAccess,
} from './access/access-followers.ts';
import { createAccessMessages } from './access/access-messages.ts';
import { ACCESS_NOTICES } from './access/access-notices.ts';
import { CHANNEL_NOTICES } from './channels/channel-notices.ts';
import { END_USER_NOTICES } from './end-users/end-user-notices.ts';
import { createMonitoringMessages } from './monitoring/daily-report.ts';
import { GIVEN_OVER_NOTICES } from './notifications/given-over.ts';
import type { NoticeTable } from './notifications/notice.ts';
import { createNotificationMessages } from './notifications/notification-messages.ts';
import { OWNER_NOTICES } from './owners/owner-notices.ts';
import { PAYMENT_NOTICES } from './payments/payment-notices.ts';
import { reopenTheirReceipts } from './payments/review-followers.ts';
import { createReviewMessages } from './payments/review-messages.ts';
import { createPrivacyMessages } from './privacy/privacy-messages.ts';
import { createSellerBotMessages } from './seller-bots/seller-bot-messages.ts';
import { SELLER_BOT_NOTICES } from './seller-bots/seller-bot-notices.ts';
import { SUBSCRIPTION_NOTICES } from './subscriptions/subscription-notices.ts';
import { reopenTheirSupport } from './support/support-followers.ts';
import { createSupportMessages } from './support/support-messages.ts';
import { SUPPORT_NOTICES } from './support/support-notices.ts';
import { createTariffMessages } from './tariffs/tariff-messages.ts';
import { TARIFF_NOTICES } from './tariffs/tariff-notices.ts';

/** Who follows what has happened, within the transaction in which it happens. */
export const FOLLOWERS: Followers = {
  personReturned: [reopenTheirDeliveries, reopenTheirReceipts, reopenTheirSupport],
  chatUsable: [resumeChatWork],
  timeGiven: [deliverAccess],
  accessEnded: [takeAccess],
};

/** Everything that Getolog tells somebody of its own accord. */
const NOTICES: NoticeTable = {
  ...GIVEN_OVER_NOTICES,
  ...OWNER_NOTICES,
  ...CHANNEL_NOTICES,
  ...SELLER_BOT_NOTICES,
  ...END_USER_NOTICES,
  ...SUBSCRIPTION_NOTICES,
  ...ACCESS_NOTICES,
  ...TARIFF_NOTICES,
  ...PAYMENT_NOTICES,
  ...SUPPORT_NOTICES,
};

type OutboxDeps = Omit<Parameters<typeof createNotificationMessages>[0], 'notices' | 'outbox'> &
  Parameters<typeof createSellerBotMessages>[0] &
  Parameters<typeof createAccessMessages>[0] &
  Parameters<typeof createTariffMessages>[0] &
  Parameters<typeof createReviewMessages>[0] &
  Parameters<typeof createSupportMessages>[0] &
  Parameters<typeof createPrivacyMessages>[0] &
  Parameters<typeof createMonitoringMessages>[0];

/** Everything that must happen, with who does it. */
export function createOutboxTable(deps: OutboxDeps): OutboxTable {
  const table: OutboxTable = {
    ...createNotificationMessages({ ...deps, notices: NOTICES, outbox: () => table }),
    ...createSellerBotMessages(deps),
    ...createAccessMessages(deps),
    ...createTariffMessages(deps),
    ...createReviewMessages(deps),
    ...createSupportMessages(deps),
    ...createPrivacyMessages(deps),
    ...createMonitoringMessages(deps),
  };
  return table;
}
