import { mayDo } from '../../kernel/rights.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { type MainContext, ownerIn, teamIn } from '../common/context.ts';
import type { Screen } from '../common/screen.ts';
import { botScreen } from '../views/owner/bot-page.ts';
import { moreScreen } from '../views/owner/bot-settings.ts';
import { helperScreen, teamScreen } from '../views/owner/team.ts';

type OfBot = (context: MainContext, telegramBotId: bigint) => Promise<Screen>;

/** One bot as it is now. @throws AppError `notFound` for anybody else's bot */
export interface BotPage {
  page: OfBot;
  /** What is behind ⚙️ on its page. */
  more: OfBot;
  /** Who helps with it. */
  team: OfBot;
}

export function createBotPage(deps: BotDeps): BotPage {
  const { botSettings, channels, plans, sellerBots, team } = deps.services;
  return {
    async team(context, telegramBotId) {
      const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId);
      const [managers, { quietReceipts }] = await Promise.all([
        team.list(scope, ownerIn(context)),
        botSettings.read(scope, ownerIn(context)),
      ]);
      return teamScreen(viewerOf(context, deps), { bot, team: managers, quietReceipts });
    },
    async page(context, telegramBotId) {
      const { scope, bot, role } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'look');
      const manager = role === 'owner' ? null : await team.findOwn(scope, ownerIn(context));
      if (manager && !mayDo(manager.role, 'shop')) {
        const work = await sellerBots.readWork(scope, teamIn(context, scope));
        return helperScreen(viewerOf(context, deps), { bot, manager, work });
      }
      const [connected, priced, work] = await Promise.all([
        channels.listChannels(scope, teamIn(context, scope)),
        plans.listPlans(scope, teamIn(context, scope)),
        sellerBots.readWork(scope, teamIn(context, scope)),
      ]);
      return botScreen(viewerOf(context, deps), {
        bot,
        channels: connected,
        plans: priced,
        work,
        // What is to be done about a ban is the owner's to ask for.
        isSuspended: role === 'owner' && context.owner.banned,
        role,
      });
    },
    async more(context, telegramBotId) {
      const { scope, bot, role } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
      const manager = role === 'owner' ? null : await team.findOwn(scope, ownerIn(context));
      const [connected, settings] = await Promise.all([
        channels.listChannels(scope, teamIn(context, scope)),
        botSettings.read(scope, teamIn(context, scope)),
      ]);
      return moreScreen(viewerOf(context, deps), { bot, manager, channels: connected, settings });
    },
  };
}
