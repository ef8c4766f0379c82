import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { type MainContext, ownerIn } from '../common/context.ts';
import type { Screen } from '../common/screen.ts';
import { botScreen } from '../views/owner/bot-page.ts';
import { moreScreen } from '../views/owner/bot-settings.ts';

type OfBot = (context: MainContext, telegramBotId: bigint) => Promise<Screen>;

/** One bot as it is now. @throws AppError `notFound` for anybody else's bot */
export interface BotPage {
  page: OfBot;
  /** What is behind ⚙️ on its page. */
  more: OfBot;
}

export function createBotPage(deps: BotDeps): BotPage {
  const { botSettings, channels, plans, sellerBots } = deps.services;
  return {
    async page(context, telegramBotId) {
      const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId);
      const [connected, priced, work] = await Promise.all([
        channels.listChannels(scope, ownerIn(context)),
        plans.listPlans(scope, ownerIn(context)),
        sellerBots.readWork(scope, ownerIn(context)),
      ]);
      return botScreen(viewerOf(context, deps), {
        bot,
        channels: connected,
        plans: priced,
        work,
        isSuspended: context.owner.banned,
      });
    },
    async more(context, telegramBotId) {
      const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId);
      const [connected, settings] = await Promise.all([
        channels.listChannels(scope, ownerIn(context)),
        botSettings.read(scope, ownerIn(context)),
      ]);
      return moreScreen(viewerOf(context, deps), { bot, channels: connected, settings });
    },
  };
}
