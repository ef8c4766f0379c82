import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { type MainContext, ownerIn } from '../../common/context.ts';
import type { Screen } from '../../common/screen.ts';
import { plansScreen } from '../../views/owner/plans.ts';

/** A bot's plans, chat by chat: where every change of one of them leads back to. */
export type PlansPage = (context: MainContext, bot: Pick<TenantScope, 'telegramBotId'>) => Promise<Screen>;

export function createPlansPage(deps: BotDeps): PlansPage {
  const { channels, plans, sellerBots } = deps.services;
  return async (context, { telegramBotId }) => {
    const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId);
    const [connected, priced] = await Promise.all([
      channels.listChannels(scope, ownerIn(context)),
      plans.listPlans(scope, ownerIn(context)),
    ]);
    return plansScreen(viewerOf(context, deps), bot, connected, priced);
  };
}
