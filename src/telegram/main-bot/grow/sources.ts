import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { orAskAgain } from '../../common/ask-again.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, ownerIn, teamIn, typedValueOf } from '../../common/context.ts';
import { ask, closeQuestion } from '../../common/questions.ts';
import {
  BOT_SOURCE_NEW,
  BOT_SOURCES,
  SOURCE,
  SOURCE_ARCHIVE,
  SOURCE_COST,
  SOURCE_PROMO,
  SOURCE_PROMOS,
} from '../../common/routes.ts';
import { type Screen, send, show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import {
  askCostScreen,
  askNewSourceScreen,
  sourceListScreen,
  sourcePromosScreen,
  sourceScreen,
} from '../../views/owner/sources.ts';

/** Where an owner advertises: each source's link, and what came of it. */
export function sources(deps: BotDeps): {
  composer: Composer<MainContext>;
  answers: AnswerHandlers<MainContext>;
} {
  const { openQuestions, promoCodes, sellerBots, sources: service } = deps.services;
  const composer = new Composer<MainContext>();
  const scopeOf = (context: MainContext, id: number) =>
    sellerBots.scopeOfSource(ownerIn(context), id, 'shop');

  async function list(context: MainContext, scope: TenantScope, cursor: string): Promise<Screen> {
    const page = await service.list(scope, teamIn(context, scope), cursor);
    return sourceListScreen(viewerOf(context, deps), scope, page);
  }

  async function page(context: MainContext, scope: TenantScope, id: number): Promise<Screen> {
    const opened = await service.open(scope, teamIn(context, scope), id);
    return sourceScreen(viewerOf(context, deps), scope, opened);
  }

  /** Changes a source, and shows it as it is now. */
  async function change(
    context: MainContext,
    id: number,
    how: (scope: TenantScope) => Promise<void>,
  ): Promise<void> {
    const scope = await scopeOf(context, id);
    await how(scope);
    await show(context, await page(context, scope, id));
  }

  onPress(composer, BOT_SOURCES, async (context, telegramBotId, cursor) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    await show(context, await list(context, scope, cursor));
  });

  onPress(composer, BOT_SOURCE_NEW, async (context, telegramBotId) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    await service.requireMayAdd(scope, teamIn(context, scope));
    const question = { question: 'newSource', telegramBotId: String(telegramBotId) } as const;
    await ask(context, openQuestions, question);
    await show(context, askNewSourceScreen(viewerOf(context, deps), scope));
  });

  onPress(composer, SOURCE, async (context, id) =>
    show(context, await page(context, await scopeOf(context, id), id)),
  );

  onPress(composer, SOURCE_PROMOS, async (context, id, cursor) => {
    const scope = await scopeOf(context, id);
    const opened = await service.open(scope, teamIn(context, scope), id);
    const codes = await promoCodes.list(scope, teamIn(context, scope), cursor);
    await show(context, sourcePromosScreen(viewerOf(context, deps), opened, codes));
  });

  onPress(composer, SOURCE_PROMO, (context, id, chosen) => {
    const promoCodeId = chosen || null;
    return change(context, id, (scope) =>
      service.setPromoCode(scope, teamIn(context, scope), { id, promoCodeId }),
    );
  });

  onPress(composer, SOURCE_COST, async (context, id) => {
    const scope = await scopeOf(context, id);
    const { source } = await service.open(scope, teamIn(context, scope), id);
    await ask(context, openQuestions, { question: 'sourceCost', sourceId: id });
    await show(context, askCostScreen(viewerOf(context, deps), source));
  });

  onPress(composer, SOURCE_ARCHIVE, (context, id) =>
    change(context, id, (scope) => service.archive(scope, teamIn(context, scope), id)),
  );

  return {
    composer,
    answers: {
      async newSource(context, { telegramBotId }) {
        const botId = BigInt(telegramBotId);
        const { scope } = await sellerBots.openBot(ownerIn(context), botId, 'shop');
        await orAskAgain(context, BOT_SOURCES.data(botId, '0'), async () => {
          const id = await service.add(scope, teamIn(context, scope), typedValueOf(context));
          await closeQuestion(context, openQuestions);
          await send(context, id === null ? await list(context, scope, '0') : await page(context, scope, id));
        });
      },

      async sourceCost(context, { sourceId: id }) {
        const scope = await scopeOf(context, id);
        await orAskAgain(context, SOURCE.data(id), async () => {
          await service.setCost(scope, teamIn(context, scope), { id, text: typedValueOf(context) });
          await closeQuestion(context, openQuestions);
          await send(context, await page(context, scope, id));
        });
      },
    },
  };
}
