import type { PrismaClient } from '../infra/prisma-client/client.ts';
import type { OutboxHandlers, Waker } from '../kernel/outbox/outbox-message.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import type { Clock } from '../shared/clock.ts';
import { createAccessHandlers } from './access/access-handlers.ts';
import { createRemovalHandlers } from './access/removal-handlers.ts';
import type { ChatGateway } from './channels/chat-gateway.ts';
import type { AlertGateway } from './monitoring/alert-gateway.ts';
import type { DailyPeople } from './monitoring/daily-people.ts';
import { createDailyReportHandler } from './monitoring/daily-report.ts';
import type { HourlyMetrics } from './monitoring/hourly-metrics.ts';
import type { Moderators } from './monitoring/moderators.ts';
import type { MessageGateway } from './notifications/message-gateway.ts';
import { createNoticeHandler } from './notifications/notice-handler.ts';
import { createReviewHandlers } from './payments/review-handlers.ts';
import { createForgetHandlers } from './privacy/forget-handlers.ts';
import type { BotGateway } from './seller-bots/bot-gateway.ts';
import { createIntroduceHandler } from './seller-bots/introduce-handler.ts';
import { createLaunchHandler } from './seller-bots/launch-handler.ts';
import { createRetireHandler } from './seller-bots/retire-handler.ts';
import { createSupportHandler } from './support/support-handler.ts';
import { createTariffHandlers } from './tariffs/tariff-handler.ts';

export interface OutboxHandlersDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  waker: Waker;
  clock: Clock;
  messages: MessageGateway;
  chats: ChatGateway;
  gateway: BotGateway;
  alerts: AlertGateway;
  metrics: Pick<HourlyMetrics, 'readDay'>;
  people: Pick<DailyPeople, 'readTrend'>;
  moderators: Moderators;
  mainBotId: bigint;
  moderatorIds: readonly bigint[];
  timeZone: string;
}

/** Which handler delivers which message of the outbox. */
export function createOutboxHandlers(deps: OutboxHandlersDeps): OutboxHandlers {
  const notice = createNoticeHandler(deps);
  return {
    'launch-bot': createLaunchHandler(deps),
    'introduce-bot': createIntroduceHandler(deps),
    'small-notice': notice,
    'sure-notice': notice,
    ...createReviewHandlers(deps),
    ...createAccessHandlers(deps),
    ...createRemovalHandlers(deps),
    'daily-report': createDailyReportHandler({ ...deps, gateway: deps.alerts }),
    ...createTariffHandlers(deps),
    ...createForgetHandlers(deps),
    'retire-bot': createRetireHandler(deps),
    'pass-support': createSupportHandler(deps),
  };
}
