import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { orAskAgain } from '../../common/ask-again.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, ownerIn, teamIn, typedValueOf } from '../../common/context.ts';
import { ask, closeQuestion } from '../../common/questions.ts';
import {
  BOT_PROMO_NEW,
  BOT_PROMOS,
  PROMO_FOR,
  PROMO_OFF,
  PROMO_ON,
  PROMO_PAGE,
  PROMO_PLAN,
  PROMO_PLANS,
  PROMO_REMOVE,
  PROMO_REMOVE_YES,
  PROMO_SET,
} from '../../common/routes.ts';
import { type Screen, send, show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import {
  askNewPromoScreen,
  askPromoFieldScreen,
  askRemovePromoScreen,
  promoListScreen,
  promoPlansScreen,
  promoScreen,
} from '../../views/owner/promo-codes.ts';

/** An owner's promo codes: made, set up, switched, removed. */
export function promoCodes(deps: BotDeps): {
  composer: Composer<MainContext>;
  answers: AnswerHandlers<MainContext>;
} {
  const { openQuestions, plans, promoCodes: codes, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();
  const scopeOf = (context: MainContext, id: number) => sellerBots.scopeOfPromo(ownerIn(context), id, 'shop');

  async function list(context: MainContext, scope: TenantScope, cursor: string): Promise<Screen> {
    const page = await codes.list(scope, teamIn(context, scope), cursor);
    return promoListScreen(viewerOf(context, deps), scope, page);
  }

  async function page(context: MainContext, scope: TenantScope, id: number): Promise<Screen> {
    const opened = await codes.open(scope, teamIn(context, scope), id);
    return promoScreen(viewerOf(context, deps), scope, opened);
  }

  /** Changes a code, and shows it as it is now. */
  async function change(
    context: MainContext,
    id: number,
    how: (scope: TenantScope) => Promise<void>,
  ): Promise<void> {
    const scope = await scopeOf(context, id);
    await how(scope);
    await show(context, await page(context, scope, id));
  }

  async function plansOf(context: MainContext, scope: TenantScope, id: number): Promise<Screen> {
    const { promo } = await codes.open(scope, teamIn(context, scope), id);
    return promoPlansScreen(
      viewerOf(context, deps),
      promo,
      await plans.listPlans(scope, teamIn(context, scope)),
    );
  }

  onPress(composer, BOT_PROMOS, async (context, telegramBotId, cursor) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    await show(context, await list(context, scope, cursor));
  });

  onPress(composer, BOT_PROMO_NEW, async (context, telegramBotId) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    await codes.requireMayAdd(scope, teamIn(context, scope));
    const question = { question: 'newPromo', telegramBotId: String(telegramBotId) } as const;
    await ask(context, openQuestions, question);
    await show(context, askNewPromoScreen(viewerOf(context, deps), scope));
  });

  onPress(composer, PROMO_PAGE, async (context, id) =>
    show(context, await page(context, await scopeOf(context, id), id)),
  );

  onPress(composer, PROMO_SET, async (context, id, field) => {
    const scope = await scopeOf(context, id);
    const { promo } = await codes.open(scope, teamIn(context, scope), id);
    const question = { question: 'promoField', promoId: id, field } as const;
    await ask(context, openQuestions, question);
    await show(context, askPromoFieldScreen(viewerOf(context, deps), promo, field));
  });

  onPress(composer, PROMO_FOR, (context, id, audience) =>
    change(context, id, (scope) => codes.setAudience(scope, teamIn(context, scope), { id, audience })),
  );

  onPress(composer, PROMO_PLANS, async (context, id) =>
    show(context, await plansOf(context, await scopeOf(context, id), id)),
  );

  onPress(composer, PROMO_PLAN, async (context, id, planId) => {
    const scope = await scopeOf(context, id);
    await codes.togglePlan(scope, teamIn(context, scope), { id, planId });
    await show(context, await plansOf(context, scope, id));
  });

  for (const [of, isActive] of [
    [PROMO_ON, true],
    [PROMO_OFF, false],
  ] as const) {
    onPress(composer, of, (context, id) =>
      change(context, id, (scope) => codes.switchCode(scope, teamIn(context, scope), { id, isActive })),
    );
  }

  onPress(composer, PROMO_REMOVE, async (context, id) => {
    const scope = await scopeOf(context, id);
    const { promo } = await codes.open(scope, teamIn(context, scope), id);
    await show(context, askRemovePromoScreen(viewerOf(context, deps), promo));
  });

  onPress(composer, PROMO_REMOVE_YES, async (context, id) => {
    const scope = await scopeOf(context, id);
    await codes.remove(scope, teamIn(context, scope), id);
    await show(context, await list(context, scope, '0'));
  });

  return {
    composer,
    answers: {
      async newPromo(context, { telegramBotId }) {
        const botId = BigInt(telegramBotId);
        const { scope } = await sellerBots.openBot(ownerIn(context), botId, 'shop');
        await orAskAgain(context, BOT_PROMOS.data(botId, '0'), async () => {
          const id = await codes.add(scope, teamIn(context, scope), typedValueOf(context));
          await closeQuestion(context, openQuestions);
          await send(context, id === null ? await list(context, scope, '0') : await page(context, scope, id));
        });
      },

      async promoField(context, { promoId: id, field }) {
        const scope = await scopeOf(context, id);
        await orAskAgain(context, PROMO_PAGE.data(id), async () => {
          await codes.set(scope, teamIn(context, scope), { id, field, text: typedValueOf(context) });
          await closeQuestion(context, openQuestions);
          await send(context, await page(context, scope, id));
        });
      },
    },
  };
}
