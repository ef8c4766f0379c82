import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { endUserIn, type SellerContext, telegramUserIdOf, typedValueOf } from '../common/context.ts';
import { ask, closeQuestion } from '../common/questions.ts';
import { HOME, PROMO, PROMO_DROP } from '../common/routes.ts';
import { button, type Screen, send, show } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import type { AnswerHandlers } from '../middleware/open-questions.ts';
import { askCodeScreen, storefrontScreen } from '../views/buyer/storefront.ts';

/** A code that a buyer types, or puts away again. */
export function promoCode(deps: BotDeps): {
  composer: Composer<SellerContext>;
  answers: AnswerHandlers<SellerContext>;
} {
  const { codeEntry, openQuestions, storefront } = deps.services;
  const composer = new Composer<SellerContext>();

  /** Read anew: what was read before knew another code. */
  async function window(context: SellerContext): Promise<Screen> {
    const shop = await storefront.look(context.scope, telegramUserIdOf(context));
    return storefrontScreen(viewerOf(context, deps), shop, null);
  }

  onPress(composer, PROMO, async (context) => {
    await ask(context, openQuestions, { question: 'promoCode' });
    await show(context, askCodeScreen(viewerOf(context, deps)));
  });

  onPress(composer, PROMO_DROP, async (context) => {
    await codeEntry.drop(context.scope, await endUserIn(context));
    await show(context, await window(context));
  });

  return {
    composer,
    answers: {
      async promoCode(context) {
        const code = typedValueOf(context).trim().slice(0, 32);
        const refused = await codeEntry.enter(context.scope, await endUserIn(context), code);
        if (refused === null) {
          await closeQuestion(context, openQuestions);
          return send(context, await window(context));
        }
        await send(context, {
          text: context.t(`errors.promo.${refused}`, { code }),
          buttons: [[button(context.t('button.cancel'), HOME.data())]],
        });
      },
    },
  };
}
