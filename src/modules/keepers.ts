import type { PrismaClient } from '../infra/prisma-client/client.ts';
import type { Clock } from '../shared/clock.ts';
import { createAccessKeepers } from './access/access-keepers.ts';
import type { ChatGateway } from './access/chat-gateway.ts';
import { createRemovalKeepers } from './access/removal-keepers.ts';
import type { MessageGateway } from './notifications/message-gateway.ts';
import { createNoticeKeeper } from './notifications/notice-keeper.ts';
import { createReviewKeepers } from './payments/review-keepers.ts';
import { createForgetKeepers } from './privacy/forget-keepers.ts';
import type { Keepers, Nudge } from './promises/promise.ts';
import type { UnitOfWork } from './promises/unit-of-work.ts';
import type { BotGateway } from './seller-bots/bot-gateway.ts';
import { createLaunchKeeper } from './seller-bots/launch-keeper.ts';
import { createRetireKeeper } from './seller-bots/retire-keeper.ts';
import { createSupportKeeper } from './support/support-keeper.ts';
import { createTariffKeeper } from './tariffs/tariff-keeper.ts';

export interface KeepersDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  nudge: Nudge;
  clock: Clock;
  messages: MessageGateway;
  chats: ChatGateway;
  gateway: BotGateway;
  mainBotId: bigint;
  moderatorIds: readonly bigint[];
  timeZone: string;
}

/** Who keeps which promise. */
export function createKeepers(deps: KeepersDeps): Keepers {
  const notice = createNoticeKeeper(deps);
  return {
    'launch-bot': createLaunchKeeper(deps),
    'small-notice': notice,
    'sure-notice': notice,
    ...createReviewKeepers(deps),
    ...createAccessKeepers(deps),
    ...createRemovalKeepers(deps),
    ...createForgetKeepers(deps),
    'retire-bot': createRetireKeeper(deps),
    'tariff-review': createTariffKeeper(deps),
    'pass-support': createSupportKeeper(deps),
  };
}
