import { AppError } from '../../kernel/errors.ts';
import { newBotLink } from '../../modules/seller-bots/managed/new-bot-link.ts';
import { findBotToken, looksLikeBrokenToken } from '../../modules/seller-bots/seller-bot.ts';
import { settleAll } from '../../shared/async/settle-all.ts';
import { asSeen } from '../../shared/typed.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn } from '../common/context.ts';
import { ADD_BOT } from '../common/routes.ts';
import { deleteSecret, send, show } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import { addBotScreen, tokenTakenScreen } from '../views/owner/menu.ts';

/** Any message that holds a token is taken, and leaves the chat at once, whatever becomes of it. */
export function addBot(deps: BotDeps): Composer<MainContext> {
  const { sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  onPress(composer, ADD_BOT, async (context) => {
    await sellerBots.requireMayAdd(ownerIn(context));
    const link = (await deps.managesBots())
      ? newBotLink(await deps.mainBotUsername(), context.owner.fullName)
      : null;
    await show(context, addBotScreen(viewerOf(context, deps), link));
  });

  composer.on('message', async (context, next) => {
    const text = asSeen(context.message.text ?? context.message.caption ?? '');
    const token = findBotToken(text);
    if (token === null && !looksLikeBrokenToken(text)) return next();
    const leaving = deleteSecret(context);
    await settleAll(take(context, token, leaving), leaving);
  });

  async function take(context: MainContext, token: string | null, leaving: Promise<boolean>): Promise<void> {
    if (token === null) throw new AppError('token.malformed');
    const { bot } = await sellerBots.addBot(ownerIn(context), token);
    // What went wrong with it is told by whoever waits for both.
    const isGone = await leaving.catch(() => false);
    await send(context, tokenTakenScreen(viewerOf(context, deps), bot, isGone));
  }

  return composer;
}
