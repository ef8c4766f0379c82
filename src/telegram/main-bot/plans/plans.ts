import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { orAskAgain } from '../../common/ask-again.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, ownerIn, teamIn, typedValueOf } from '../../common/context.ts';
import { ask, closeQuestion } from '../../common/questions.ts';
import { BOT_PLANS, PLAN_OFF, PLAN_ON, PRICE } from '../../common/routes.ts';
import { send, show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import { askPriceScreen } from '../../views/owner/plans.ts';
import { newPlan } from './new-plan.ts';
import { planPages } from './plan-pages.ts';
import { createPlansPage } from './plans-page.ts';

/** Prices of a bot's chats, and what is on sale. */
export function plans(deps: BotDeps): {
  composer: Composer<MainContext>;
  answers: AnswerHandlers<MainContext>;
} {
  const { openQuestions, plans: service, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();
  const page = createPlansPage(deps);
  const single = planPages(deps, page);
  const added = newPlan(deps, page);
  composer.use(single.composer, added.composer);

  onPress(composer, BOT_PLANS, async (context, telegramBotId) =>
    show(context, await page(context, { telegramBotId })),
  );

  onPress(composer, PRICE, async (context, channelId, months) => {
    const scope = await sellerBots.scopeOfChannel(ownerIn(context), channelId, 'shop');
    const { title } = await service.requireChannel(scope, teamIn(context, scope), { channelId, months });
    await ask(context, openQuestions, {
      question: 'price',
      channelId,
      months,
    });
    await show(context, askPriceScreen(viewerOf(context, deps), { title, months }, scope.telegramBotId));
  });

  onPress(composer, PLAN_OFF, async (context, planId) => {
    const scope = await sellerBots.scopeOfPlan(ownerIn(context), planId, 'shop');
    await service.switchPlan(scope, teamIn(context, scope), { planId, isActive: false });
    await show(context, await page(context, scope));
  });

  onPress(composer, PLAN_ON, async (context, planId) => {
    const scope = await sellerBots.scopeOfPlan(ownerIn(context), planId, 'shop');
    await service.switchPlan(scope, teamIn(context, scope), { planId, isActive: true });
    await show(context, await page(context, scope));
  });

  const answers: AnswerHandlers<MainContext> = {
    ...single.answers,
    ...added.answers,
    async price(context, { channelId, months }) {
      const scope = await sellerBots.scopeOfChannel(ownerIn(context), channelId, 'shop');
      await orAskAgain(context, BOT_PLANS.data(scope.telegramBotId), async () => {
        const text = typedValueOf(context);
        await service.setPrice(scope, teamIn(context, scope), { channelId, months, text });
        await closeQuestion(context, openQuestions);
        await send(context, await page(context, scope));
      });
    },
  };

  return { composer, answers };
}
