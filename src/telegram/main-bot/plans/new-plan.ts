import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { orAskAgain } from '../../common/ask-again.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, ownerIn, teamIn, typedValueOf } from '../../common/context.ts';
import { ask, closeQuestion } from '../../common/questions.ts';
import { BOT_PLANS, CHAT_PLAN_NEW, PLAN_NEW } from '../../common/routes.ts';
import { send, show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import {
  askNewPlanPriceScreen,
  askTermScreen,
  newPlanScreen,
  planScreen,
} from '../../views/owner/plan-page.ts';
import type { PlansPage } from './plans-page.ts';

/** A plan beside the standard ones: of which kind, how long, and for how much. */
export function newPlan(
  deps: BotDeps,
  plansPage: PlansPage,
): { composer: Composer<MainContext>; answers: AnswerHandlers<MainContext> } {
  const { openQuestions, planEditor, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  onPress(composer, CHAT_PLAN_NEW, async (context, channelId) => {
    const scope = await sellerBots.scopeOfChannel(ownerIn(context), channelId, 'shop');
    const { title } = await planEditor.requireMayAdd(scope, teamIn(context, scope), {
      channelId,
      kind: null,
    });
    await show(context, newPlanScreen(viewerOf(context, deps), scope, { channelId, title }));
  });

  onPress(composer, PLAN_NEW, async (context, channelId, kind) => {
    const scope = await sellerBots.scopeOfChannel(ownerIn(context), channelId, 'shop');
    const { title } = await planEditor.requireMayAdd(scope, teamIn(context, scope), { channelId, kind });
    await ask(context, openQuestions, { question: 'planTerm', channelId, kind });
    await show(context, askTermScreen(viewerOf(context, deps), scope, { title, kind }));
  });

  return {
    composer,
    answers: {
      async planTerm(context, { channelId, kind }) {
        const scope = await sellerBots.scopeOfChannel(ownerIn(context), channelId, 'shop');
        await orAskAgain(context, BOT_PLANS.data(scope.telegramBotId), async () => {
          const term = typedValueOf(context);
          const duration = planEditor.readDuration(kind, term);
          const { title } = await planEditor.requireMayAdd(scope, teamIn(context, scope), {
            channelId,
            kind,
          });
          const question = { question: 'newPlanPrice', channelId, kind, term } as const;
          await ask(context, openQuestions, question);
          const about = { title, kind, duration };
          await send(context, askNewPlanPriceScreen(viewerOf(context, deps), scope, about));
        });
      },

      async newPlanPrice(context, { channelId, kind, term }) {
        const scope = await sellerBots.scopeOfChannel(ownerIn(context), channelId, 'shop');
        await orAskAgain(context, BOT_PLANS.data(scope.telegramBotId), async () => {
          const text = typedValueOf(context);
          const planId = await planEditor.addPlan(scope, teamIn(context, scope), {
            channelId,
            kind,
            term,
            text,
          });
          await closeQuestion(context, openQuestions);
          if (planId === null) return send(context, await plansPage(context, scope));
          const edited = await planEditor.openPlan(scope, teamIn(context, scope), planId);
          await send(context, planScreen(viewerOf(context, deps), scope, edited));
        });
      },
    },
  };
}
