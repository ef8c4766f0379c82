import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { orAskAgain } from '../../common/ask-again.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, ownerIn, teamIn, typedValueOf } from '../../common/context.ts';
import { ask, closeQuestion } from '../../common/questions.ts';
import { BOT_FLIP, BOT_GROW, BOT_REF, BOT_SET } from '../../common/routes.ts';
import { type Screen, send, show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import { askNumberScreen, growScreen, pageOf } from '../../views/owner/grow.ts';
import type { BotPage } from '../bot-page.ts';
import type { ReferralPages } from './referral.ts';

/** What an owner does for more sales, and every setting of a bot that is a number or a switch. */
export function grow(
  deps: BotDeps,
  { more, team, invitations }: Pick<BotPage, 'more' | 'team'> & { invitations: ReferralPages['page'] },
): {
  composer: Composer<MainContext>;
  answers: AnswerHandlers<MainContext>;
} {
  const { botSettings, openQuestions, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  async function page(context: MainContext, telegramBotId: bigint): Promise<Screen> {
    const { scope, bot, role } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    const settings = await botSettings.read(scope, teamIn(context, scope));
    return growScreen(viewerOf(context, deps), bot, { isOwner: role === 'owner', settings });
  }

  onPress(composer, BOT_GROW, async (context, telegramBotId) =>
    show(context, await page(context, telegramBotId)),
  );

  onPress(composer, BOT_SET, async (context, telegramBotId, name) => {
    const { bot } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    await ask(context, openQuestions, { question: 'botSetting', telegramBotId: String(telegramBotId), name });
    await show(context, askNumberScreen(viewerOf(context, deps), bot, name));
  });

  onPress(composer, BOT_FLIP, async (context, telegramBotId, name) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId);
    await botSettings.flip(scope, ownerIn(context), name);
    await show(context, await (name === 'quietreceipts' ? team : more)(context, telegramBotId));
  });

  const answers: AnswerHandlers<MainContext> = {
    async botSetting(context, { telegramBotId, name }) {
      const id = BigInt(telegramBotId);
      const { scope } = await sellerBots.openBot(ownerIn(context), id, 'shop');
      const shownOn = pageOf(name);
      await orAskAgain(context, shownOn.data(id), async () => {
        await botSettings.setNumber(scope, teamIn(context, scope), { name, text: typedValueOf(context) });
        await closeQuestion(context, openQuestions);
        await send(context, await (shownOn === BOT_REF ? invitations : page)(context, id));
      });
    },
  };

  return { composer, answers };
}
