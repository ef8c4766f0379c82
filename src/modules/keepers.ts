import type { PrismaClient } from '../infra/prisma-client/client.ts';
import type { Clock } from '../shared/clock.ts';
import { createAccessKeepers } from './access/access-keepers.ts';
import type { ChatGateway } from './access/chat-gateway.ts';
import { createRemovalKeepers } from './access/removal-keepers.ts';
import type { AlertGateway } from './monitoring/alert-gateway.ts';
import type { DailyPeople } from './monitoring/daily-people.ts';
import { createDailyReportKeeper } from './monitoring/daily-report.ts';
import type { HourlyFigures } from './monitoring/hourly-figures.ts';
import type { Moderators } from './monitoring/moderators.ts';
import type { MessageGateway } from './notifications/message-gateway.ts';
import { createNoticeKeeper } from './notifications/notice-keeper.ts';
import { createReviewKeepers } from './payments/review-keepers.ts';
import { createForgetKeepers } from './privacy/forget-keepers.ts';
import type { Keepers, Nudge } from './promises/promise.ts';
import type { UnitOfWork } from './promises/unit-of-work.ts';
import type { BotGateway } from './seller-bots/bot-gateway.ts';
import { createIntroduceKeeper } from './seller-bots/introduce-keeper.ts';
import { createLaunchKeeper } from './seller-bots/launch-keeper.ts';
import { createRetireKeeper } from './seller-bots/retire-keeper.ts';
import { createSupportKeeper } from './support/support-keeper.ts';
import { createTariffKeepers } from './tariffs/tariff-keeper.ts';

export interface KeepersDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  nudge: Nudge;
  clock: Clock;
  messages: MessageGateway;
  chats: ChatGateway;
  gateway: BotGateway;
  alerts: AlertGateway;
  figures: Pick<HourlyFigures, 'readDay'>;
  people: Pick<DailyPeople, 'readTrend'>;
  moderators: Moderators;
  mainBotId: bigint;
  moderatorIds: readonly bigint[];
  timeZone: string;
}

/** Who keeps which promise. */
export function createKeepers(deps: KeepersDeps): Keepers {
  const notice = createNoticeKeeper(deps);
  return {
    'launch-bot': createLaunchKeeper(deps),
    'introduce-bot': createIntroduceKeeper(deps),
    'small-notice': notice,
    'sure-notice': notice,
    ...createReviewKeepers(deps),
    ...createAccessKeepers(deps),
    ...createRemovalKeepers(deps),
    'daily-report': createDailyReportKeeper({ ...deps, gateway: deps.alerts }),
    ...createTariffKeepers(deps),
    ...createForgetKeepers(deps),
    'retire-bot': createRetireKeeper(deps),
    'pass-support': createSupportKeeper(deps),
  };
}
