import type { TeamActor } from '../../../kernel/actor.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { orAskAgain } from '../../common/ask-again.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, ownerIn, teamIn, typedValueOf } from '../../common/context.ts';
import { ask, closeQuestion } from '../../common/questions.ts';
import {
  PLAN_CHAT,
  PLAN_CHATS,
  PLAN_NAME,
  PLAN_PAGE,
  PLAN_PRICE,
  PLAN_REMOVE,
  PLAN_REMOVE_YES,
  STARS_PRICE,
  STARS_RENEW_OFF,
  STARS_RENEW_ON,
} from '../../common/routes.ts';
import { type Screen, send, show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import {
  askPlanNameScreen,
  askPlanPriceScreen,
  askRemovePlanScreen,
  askStarsPriceScreen,
  planChatsScreen,
  planScreen,
} from '../../views/owner/plan-page.ts';
import type { PlansPage } from './plans-page.ts';

/** A plan by itself: what it costs, what it is called, which chats it opens, and its end. */
export function planPages(
  deps: BotDeps,
  plansPage: PlansPage,
): { composer: Composer<MainContext>; answers: AnswerHandlers<MainContext> } {
  const { openQuestions, planEditor, sellerBots, starSetup } = deps.services;
  const composer = new Composer<MainContext>();

  async function open(context: MainContext, planId: number) {
    const scope = await sellerBots.scopeOfPlan(ownerIn(context), planId, 'shop');
    return { scope, edited: await planEditor.openPlan(scope, teamIn(context, scope), planId) };
  }

  async function page(context: MainContext, planId: number): Promise<Screen> {
    const { scope, edited } = await open(context, planId);
    return planScreen(viewerOf(context, deps), scope, edited);
  }

  async function chatsPage(context: MainContext, planId: number): Promise<Screen> {
    const scope = await sellerBots.scopeOfPlan(ownerIn(context), planId, 'shop');
    const { plan, choices } = await planEditor.listChatChoices(scope, teamIn(context, scope), planId);
    return planChatsScreen(viewerOf(context, deps), plan, choices);
  }

  onPress(composer, PLAN_PAGE, async (context, planId) => show(context, await page(context, planId)));

  onPress(composer, PLAN_PRICE, async (context, planId) => {
    const { edited } = await open(context, planId);
    await ask(context, openQuestions, { question: 'planPrice', planId });
    await show(context, askPlanPriceScreen(viewerOf(context, deps), edited));
  });

  onPress(composer, PLAN_NAME, async (context, planId) => {
    const { edited } = await open(context, planId);
    await ask(context, openQuestions, { question: 'planName', planId });
    await show(context, askPlanNameScreen(viewerOf(context, deps), edited));
  });

  onPress(composer, STARS_PRICE, async (context, planId) => {
    const { scope, edited } = await open(context, planId);
    const proposed = await starSetup.propose(scope, teamIn(context, scope), planId);
    await ask(context, openQuestions, { question: 'starsPrice', planId });
    await show(context, askStarsPriceScreen(viewerOf(context, deps), edited, proposed));
  });

  for (const [pressed, isOn] of [
    [STARS_RENEW_ON, true],
    [STARS_RENEW_OFF, false],
  ] as const) {
    onPress(composer, pressed, async (context, planId) => {
      const scope = await sellerBots.scopeOfPlan(ownerIn(context), planId);
      await starSetup.switchRenewal(scope, ownerIn(context), { planId, isOn });
      await show(context, await page(context, planId));
    });
  }

  onPress(composer, PLAN_REMOVE, async (context, planId) => {
    const { edited } = await open(context, planId);
    await show(context, askRemovePlanScreen(viewerOf(context, deps), edited));
  });

  onPress(composer, PLAN_REMOVE_YES, async (context, planId) => {
    const scope = await sellerBots.scopeOfPlan(ownerIn(context), planId, 'shop');
    await planEditor.remove(scope, teamIn(context, scope), planId);
    await show(context, await plansPage(context, scope));
  });

  onPress(composer, PLAN_CHATS, async (context, planId) => show(context, await chatsPage(context, planId)));

  onPress(composer, PLAN_CHAT, async (context, planId, channelId) => {
    const scope = await sellerBots.scopeOfPlan(ownerIn(context), planId, 'shop');
    await planEditor.toggleChat(scope, teamIn(context, scope), { planId, channelId });
    await show(context, await chatsPage(context, planId));
  });

  /** An answer to a question about a plan, which then is shown as it is now. */
  async function answer(
    context: MainContext & { message: { text?: string } },
    planId: number,
    change: (scope: TenantScope, actor: TeamActor, typed: { planId: number; text: string }) => Promise<void>,
  ): Promise<void> {
    const scope = await sellerBots.scopeOfPlan(ownerIn(context), planId, 'shop');
    await orAskAgain(context, PLAN_PAGE.data(planId), async () => {
      await change(scope, teamIn(context, scope), { planId, text: typedValueOf(context) });
      await closeQuestion(context, openQuestions);
      await send(context, await page(context, planId));
    });
  }

  return {
    composer,
    answers: {
      planPrice: (context, { planId }) => answer(context, planId, planEditor.setPriceOf),
      planName: (context, { planId }) => answer(context, planId, planEditor.rename),
      starsPrice: (context, { planId }) => answer(context, planId, starSetup.setPrice),
    },
  };
}
