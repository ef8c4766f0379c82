import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { type MainContext, ownerIn, teamIn } from '../../common/context.ts';
import type { Screen } from '../../common/screen.ts';
import { plansScreen } from '../../views/owner/plans.ts';

/** A bot's plans, chat by chat: where every change of one of them leads back to. */
export type PlansPage = (context: MainContext, bot: Pick<TenantScope, 'telegramBotId'>) => Promise<Screen>;

export function createPlansPage(deps: BotDeps): PlansPage {
  const { channels, plans, sellerBots } = deps.services;
  return async (context, { telegramBotId }) => {
    const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    const [connected, priced] = await Promise.all([
      channels.listChannels(scope, teamIn(context, scope)),
      plans.listPlans(scope, teamIn(context, scope)),
    ]);
    return plansScreen(viewerOf(context, deps), bot, connected, priced);
  };
}
