import type { ClickApi } from '../infra/click-api.ts';
import type { Fernet } from '../infra/crypto/fernet.ts';
import type { QueueMetrics } from '../infra/observability/metrics.ts';
import type { LongTransact } from '../infra/postgres/long-transaction.ts';
import type { RunPrepared } from '../infra/postgres/prepared.ts';
import type { PrismaClient } from '../infra/prisma-client/client.ts';
import type { Waker } from '../kernel/outbox/outbox-message.ts';
import { createUnitOfWork } from '../kernel/unit-of-work.ts';
import type { Clock } from '../shared/clock.ts';
import { createFreeLinkService } from './access/free-links/free-link-service.ts';
import { createInviteLinkService } from './access/invite-link-service.ts';
import { createMembershipService } from './access/membership-service.ts';
import { createReconciliationService } from './access/reconciliation-service.ts';
import { createBanService } from './bans/ban-service.ts';
import { createBotHealthService } from './bot-health/bot-health-service.ts';
import { createBotSettingsService } from './bot-settings/bot-settings-service.ts';
import { createBroadcastDesk } from './broadcasts/broadcast-desk.ts';
import type { OriginalGateway } from './broadcasts/broadcast-gateway.ts';
import { createBroadcastService } from './broadcasts/broadcast-service.ts';
import { createBroadcastWriting } from './broadcasts/broadcast-writing.ts';
import { createChannelService } from './channels/channel-service.ts';
import type { ChatGateway } from './channels/chat-gateway.ts';
import { createGroupGrowthService } from './channels/group-growth-service.ts';
import { createOpenQuestionService } from './conversations/open-question-service.ts';
import { createEndUserService } from './end-users/end-user-service.ts';
import { createExportService } from './exports/export-service.ts';
import { createFreeListService } from './free-list/free-list-service.ts';
import { FOLLOWERS } from './index.ts';
import { createConnectionDesk } from './merchant-accounts/connection-desk.ts';
import { createMerchantAccountService } from './merchant-accounts/merchant-account-service.ts';
import { createMerchantDirectory } from './merchant-accounts/merchant-directory.ts';
import { createPlatformDeskService } from './moderation/desk/platform-desk-service.ts';
import { createModerationService } from './moderation/moderation-service.ts';
import { createCheckHistoryService } from './monitoring/check-history.ts';
import { createDailyReports } from './monitoring/daily-report.ts';
import { createPlatformHealthService } from './monitoring/desk/platform-health-service.ts';
import type { Health } from './monitoring/health-service.ts';
import { attributeOwner } from './owner-referrals/owner-attribution.ts';
import { createOwnerReferralService } from './owner-referrals/owner-referral-service.ts';
import { createOwnerService } from './owners/owner-service.ts';
import { createConfirmationService } from './panel-access/confirmation-service.ts';
import { createPanelEntryService, type EntryStore } from './panel-access/entry-service.ts';
import type { PanelFeed } from './panel-access/panel-feed.ts';
import { createPanelSessionService } from './panel-access/session-service.ts';
import { createCheckoutService } from './payments/checkout-service.ts';
import { createPaymentDeskService } from './payments/desk/payment-desk-service.ts';
import { createReceiptDeskService } from './payments/desk/receipt-desk-service.ts';
import { createClickReversals } from './payments/providers/click/click-reversals.ts';
import { createClickService } from './payments/providers/click/click-service.ts';
import { createOrderStatusService } from './payments/providers/order-status-service.ts';
import { createPaymeService } from './payments/providers/payme/payme-service.ts';
import { PROVIDER_RULES } from './payments/providers/provider-rules.ts';
import { createReversals } from './payments/providers/reversals.ts';
import { createSettlementService } from './payments/providers/settlement-service.ts';
import { createTestOrderService } from './payments/providers/test-order-service.ts';
import { createUzumService } from './payments/providers/uzum/uzum-service.ts';
import { createRefundDesk } from './payments/refunds/refund-desk.ts';
import { createRefundReminders } from './payments/refunds/refund-reminders.ts';
import { createRefundService } from './payments/refunds/refund-service.ts';
import { createTakeBackService } from './payments/refunds/take-back-service.ts';
import { createReviewService } from './payments/review-service.ts';
import { createShopSamples } from './payments/sample/shop-sample.ts';
import { createStarChargeService } from './payments/stars/star-charge-service.ts';
import { createStarCheckoutService } from './payments/stars/star-checkout-service.ts';
import type { StarGateway } from './payments/stars/star-gateway.ts';
import { createStarReconciliation } from './payments/stars/star-reconciliation.ts';
import { createStarRefunds } from './payments/stars/star-refunds.ts';
import { createStarRenewals } from './payments/stars/star-renewals.ts';
import { createStarSetupService } from './payments/stars/star-setup-service.ts';
import { createStarSubscriptionService } from './payments/stars/star-subscription-service.ts';
import { createStorefrontService } from './payments/storefront-service.ts';
import { createDatedPlans } from './plans/dated-plans.ts';
import { createPlanEditor } from './plans/plan-editor.ts';
import { createPlanService } from './plans/plan-service.ts';
import type { HashPerson } from './platform/person-key.ts';
import { createWebhookKeyService } from './platform/webhook-key.ts';
import { createPrivacyService } from './privacy/privacy-service.ts';
import { createRetentionService } from './privacy/retention-service.ts';
import { createPeopleService } from './profiles/people-service.ts';
import { createProfileService } from './profiles/profile-service.ts';
import { createCodeEntryService } from './promo-codes/code-entry-service.ts';
import { createPromoCodeService } from './promo-codes/promo-code-service.ts';
import { attributeToInviter } from './referrals/arrivals.ts';
import { createInvitationService } from './referrals/invitation-service.ts';
import { createReferralService } from './referrals/referral-service.ts';
import { createBotDirectory } from './seller-bots/bot-directory.ts';
import type { BotGateway } from './seller-bots/bot-gateway.ts';
import { createSellerBotService } from './seller-bots/seller-bot-service.ts';
import { createSourceService } from './sources/source-service.ts';
import { attributeSource, createVisitService } from './sources/visit-service.ts';
import { createAnalyticsService } from './statistics/analytics/analytics-service.ts';
import { factsOfBots } from './statistics/analytics/facts-queries.ts';
import { type BuildOutcome, createFactsStore } from './statistics/analytics/facts-store.ts';
import { factsOfPlatform } from './statistics/analytics/platform-queries.ts';
import { createStatisticsService } from './statistics/statistics-service.ts';
import { createDeadlineService } from './subscriptions/deadline-service.ts';
import { createSubscriptionService } from './subscriptions/subscription-service.ts';
import { createSupportService } from './support/support-service.ts';
import { createConnectionFeeService } from './tariffs/connection-fee-service.ts';
import { createTariffDeskService } from './tariffs/tariff-desk-service.ts';
import { createTariffService } from './tariffs/tariff-service.ts';
import { createTeamService } from './team/team-service.ts';
import { createTrailService } from './trail/trail-service.ts';

export interface ServicesDeps {
  prisma: PrismaClient;
  read: RunPrepared;
  write: RunPrepared;
  longTransact: LongTransact;
  clock: Clock;
  waker: Waker;
  fernet: Fernet;
  hashPerson: () => Promise<HashPerson>;
  gateway: BotGateway;
  chats: ChatGateway;
  clickApi: ClickApi;
  stars: StarGateway;
  originals: OriginalGateway;
  entries: EntryStore;
  feed: PanelFeed;
  mainBotId: bigint;
  /** Where the installation is called; undefined: nowhere. */
  serverUrl: string | undefined;
  moderatorIds: readonly bigint[];
  timeZone: string;
  readHealth: () => Promise<Health>;
  /** @param seconds how long it took to count what analytics tell */
  observeBuild: (outcome: BuildOutcome, seconds: number) => void;
  /** Of faults that nobody else hears of. */
  report: (error: unknown, tags: Record<string, string>) => void;
  /** Null: they cannot be read. */
  readQueues: () => Promise<readonly QueueMetrics[] | null>;
  /** Tells every process that what it remembers of this bot is old. */
  invalidate: (telegramBotId: bigint) => Promise<void>;
}

export type Services = ReturnType<typeof createServices>;

/** The whole product, as the edges call it; in the order of the modules. */
export function createServices(given: ServicesDeps) {
  const base = { ...given, transact: createUnitOfWork({ ...given, followers: FOLLOWERS }) };
  const paying = {
    ...base,
    merchantDirectory: createMerchantDirectory(base),
    settlements: createSettlementService(base),
  };
  const returning = {
    clickReversals: createClickReversals(paying),
    starRefunds: createStarRefunds(paying),
  };
  const deps = {
    ...paying,
    ...returning,
    reversals: createReversals(returning),
    channels: createChannelService({ ...base, look: given.chats.look }),
    memberships: createMembershipService(base),
    subscriptions: createSubscriptionService(base),
    inviteLinks: createInviteLinkService(base),
    bans: createBanService(base),
    reviews: createReviewService(base),
  };
  const takeBacks = createTakeBackService(deps);
  const starCharges = createStarChargeService({ ...deps, starRenewals: createStarRenewals(deps) });
  const confirmed = {
    sellerBots: createSellerBotService(deps),
    tariffs: createTariffService(deps),
    moderation: createModerationService(deps),
    team: createTeamService(deps),
  };
  return {
    transact: deps.transact,
    webhookKey: createWebhookKeyService(deps),
    owners: createOwnerService({ ...deps, attribute: attributeOwner }),
    channels: deps.channels,
    groupGrowth: createGroupGrowthService(deps),
    botDirectory: createBotDirectory(deps),
    sellerBots: confirmed.sellerBots,
    team: confirmed.team,
    botSettings: createBotSettingsService(deps),
    merchantDirectory: deps.merchantDirectory,
    merchantAccounts: createMerchantAccountService({
      ...deps,
      paymeLogin: PROVIDER_RULES.payme.login,
    }),
    connections: createConnectionDesk(deps),
    datedPlans: createDatedPlans(deps),
    plans: createPlanService(deps),
    planEditor: createPlanEditor(deps),
    endUsers: createEndUserService({ ...deps, attributions: [attributeToInviter(deps), attributeSource] }),
    deadlines: createDeadlineService(deps),
    subscriptions: deps.subscriptions,
    inviteLinks: deps.inviteLinks,
    freeLinks: createFreeLinkService(deps),
    freeList: createFreeListService(deps),
    memberships: deps.memberships,
    reconciliation: createReconciliationService(deps),
    promoCodes: createPromoCodeService(deps),
    codeEntry: createCodeEntryService(deps),
    sources: createSourceService(deps),
    sourceVisits: createVisitService(deps),
    tariffs: confirmed.tariffs,
    tariffDesk: createTariffDeskService(deps),
    ownerReferrals: createOwnerReferralService(deps),
    connectionFees: createConnectionFeeService(deps),
    checkout: createCheckoutService(deps),
    orderStatus: createOrderStatusService(deps),
    reviews: deps.reviews,
    paymentDesk: createPaymentDeskService(deps),
    receiptDesk: createReceiptDeskService({ ...deps, takeBacks }),
    takeBacks,
    refunds: createRefundService(deps),
    refundDesk: createRefundDesk(deps),
    refundReminders: createRefundReminders(deps),
    settlements: deps.settlements,
    payme: createPaymeService(deps),
    click: createClickService(deps),
    uzum: createUzumService(deps),
    clickReversals: deps.clickReversals,
    starRefunds: deps.starRefunds,
    starSetup: createStarSetupService(deps),
    starCheckout: createStarCheckoutService(deps),
    starCharges,
    starSubscriptions: createStarSubscriptionService(deps),
    starReconciliation: createStarReconciliation({ ...deps, starCharges }),
    testOrders: createTestOrderService(deps),
    storefront: createStorefrontService(deps),
    shopSamples: createShopSamples(deps),
    referrals: createReferralService(deps),
    invitations: createInvitationService(deps),
    broadcasts: createBroadcastService(deps),
    broadcastWriting: createBroadcastWriting(deps),
    broadcastDesk: createBroadcastDesk(deps),
    bans: deps.bans,
    botHealth: createBotHealthService(deps),
    support: createSupportService(deps),
    profiles: createProfileService(deps),
    people: createPeopleService(deps),
    trail: createTrailService(deps),
    statistics: createStatisticsService(deps),
    analytics: createAnalyticsService({
      ...deps,
      factsStore: createFactsStore(deps, factsOfBots(deps)),
      platformStore: createFactsStore(deps, factsOfPlatform(deps)),
    }),
    exports: createExportService(deps),
    moderation: confirmed.moderation,
    platformDesk: createPlatformDeskService(deps),
    openQuestions: createOpenQuestionService(deps),
    privacy: createPrivacyService(deps),
    retention: createRetentionService(deps),
    panelSessions: createPanelSessionService(deps),
    panelEntries: createPanelEntryService(deps),
    panelConfirmations: createConfirmationService({ ...deps, services: confirmed }),
    platformHealth: createPlatformHealthService(deps),
    checkHistory: createCheckHistoryService(deps),
    dailyReports: createDailyReports(deps),
  };
}
