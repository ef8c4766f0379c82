import type { OutboxTable } from '../kernel/outbox/outbox-message.ts';
import type { Notice, NoticeRecipient } from './notifications/notice.ts';

declare module '../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** Webhook or poller; then the owner reads that the bot is ready. */
    'launch-bot': { botId: number };
    /** Commands and descriptions. */
    'introduce-bot': { botId: number };
    /** A notice that may be lost when its outcome is unknown. */
    'small-notice': { to: NoticeRecipient; notice: Notice; quiet: boolean };
    /** A notice about money or access: repeated until confirmed. */
    'sure-notice': { to: NoticeRecipient; notice: Notice; quiet: boolean };
    /** The receipt reaches the owner. */
    'review-request': { paymentId: number };
    /** The owner asked the main bot to show a receipt once more. */
    'review-copy': { paymentId: number };
    'review-reminder': { paymentId: number };
    /** Moderators hear of a receipt that nobody decides. */
    'review-escalation': { paymentId: number; unreachable: boolean };
    /** Every copy of a receipt tells the outcome. */
    'show-decision': { paymentId: number };
    /** The way in, or the new end for somebody inside. */
    'deliver-access': { subscriptionId: number; reason: AccessReason };
    'revoke-link': { inviteLinkId: number };
    'pass-support': { supportMessageId: number };
    /** Whose subscription has ended is out, with no ban left behind. Of a forgotten person this alone still has the id. */
    'remove-member': { subscriptionId: number; telegramUserId?: string };
    /** Whoever came in through somebody else's link, or was added by a buyer who is no administrator, is out. */
    'remove-stranger': { channelId: number; telegramUserId: string; addedBySubscriptionId?: number };
    /** Another bot put a member out: the owner is asked, unless they are back by then. */
    'ask-about-removal': { subscriptionId: number };
    /** A banned end user is banned in a chat, and one who no longer is, is not. */
    'settle-ban': { channelId: number; endUserId: number };
    /** A tariff receipt reaches a moderator. */
    'tariff-review': { tariffPaymentId: number; moderatorId: string };
    /** Every moderator's copy of a tariff receipt tells the outcome. */
    'show-tariff-decision': { tariffPaymentId: number };
    /** One moderator reads how the last 24 hours went. */
    'daily-report': { moderatorId: string; until: string };
    /**
     * What had to know a forgotten person forgets them too, once it is done. Without their id it was enqueued by an older
     * program, which had not yet taken them out of the database.
     */
    'forget-end-user': { endUserId: number; telegramUserId?: string };
    /** The tokens of a forgotten owner's bots go, once their webhooks have. Without `botIds` it is an older program's. */
    'forget-owner': { ownerId: number; botIds?: number[] };
    /** A removed bot's webhook goes. */
    'retire-bot': { botId: number };
  }
}

/** Why somebody gets a way in: it decides the words. */
export type AccessReason = 'approved' | 'granted' | 'again' | 'leaked';

/** What becomes of each kind of message that cannot simply be delivered. */
export const OUTBOX_TABLE: OutboxTable = {
  'launch-bot': { onUnknown: 'retry', endsWithBot: true },
  'introduce-bot': { onUnknown: 'retry', endsWhenRefused: true, endsWithBot: true },
  'small-notice': { onUnknown: 'counts as sent', endsWhenRefused: true },
  'sure-notice': { onUnknown: 'retry' },
  'review-request': { onUnknown: 'retry', waitsForOpenDoor: true, endsWithBot: true },
  'review-copy': { onUnknown: 'counts as sent', endsWhenRefused: true, endsWithBot: true },
  'review-reminder': { onUnknown: 'counts as sent', endsWhenRefused: true, endsWithBot: true },
  'review-escalation': { onUnknown: 'counts as sent', endsWhenRefused: true, endsWithBot: true },
  'show-decision': { onUnknown: 'retry', endsWhenRefused: true, endsWithBot: true },
  'deliver-access': { onUnknown: 'retry', waitsForOpenDoor: true, endsWithBot: true },
  'revoke-link': { onUnknown: 'retry', endsWithBot: true },
  'pass-support': { onUnknown: 'retry', waitsForOpenDoor: true, endsWhenRefused: true, endsWithBot: true },
  'remove-member': { onUnknown: 'retry' },
  'remove-stranger': { onUnknown: 'retry', endsWithBot: true },
  'ask-about-removal': { onUnknown: 'retry' },
  'settle-ban': { onUnknown: 'retry', endsWithBot: true },
  'tariff-review': { onUnknown: 'retry' },
  'show-tariff-decision': { onUnknown: 'retry', endsWhenRefused: true },
  'daily-report': { onUnknown: 'counts as sent', endsWhenRefused: true },
  'forget-end-user': { onUnknown: 'retry' },
  'forget-owner': { onUnknown: 'retry' },
  'retire-bot': { onUnknown: 'retry' },
};
