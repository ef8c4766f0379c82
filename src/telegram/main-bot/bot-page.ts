import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { type MainContext, ownerIn } from '../common/context.ts';
import type { Screen } from '../common/screen.ts';
import { botScreen } from '../views/owner-desk.ts';

/** One bot's page as it is now. @throws AppError `notFound` for anybody else's bot */
export type BotPage = (context: MainContext, telegramBotId: bigint) => Promise<Screen>;

export function createBotPage(deps: BotDeps): BotPage {
  const { channels, plans, sellerBots } = deps.services;
  return async (context, telegramBotId) => {
    const { scope, bot } = await sellerBots.openBot(context.owner, telegramBotId);
    const [connected, priced, work] = await Promise.all([
      channels.listChannels(scope),
      plans.listPlans(scope, ownerIn(context)),
      sellerBots.readWork(scope),
    ]);
    return botScreen(viewerOf(context, deps), bot, connected, priced, {
      ...work,
      isSuspended: context.owner.banned,
    });
  };
}
