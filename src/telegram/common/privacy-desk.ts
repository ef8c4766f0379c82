import { type Context, InputFile } from 'grammy';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { Composer } from '../middleware/composer.ts';
import { forgottenScreen, myDataScreen, privacyScreen, termsScreen } from '../views/privacy.ts';
import { onPress } from './callback-data.ts';
import type { BotContext } from './context.ts';
import { FORGET, FORGET_YES, MY_DATA, PRIVACY } from './routes.ts';
import { captionOptions, type Screen, send, show } from './screen.ts';

/** What differs between the two bots. */
export interface PrivacyDeskOptions<C extends BotContext> {
  /** As whom the person of this update is known. */
  roleOf: (context: C) => 'owner' | 'endUser';
  /** What they agree to by using the bot. */
  terms: (context: C) => Promise<string>;
  read: (context: C) => Promise<object>;
  askForget: (context: C) => Promise<Screen>;
  forget: (context: C) => Promise<void>;
}

/**
 * A second tap on the last word, when nothing is left of the person: it must not bring them back into the database, which
 * whoever writes is in.
 */
export function isTapAfterLastWord({ callbackQuery }: Context, known: unknown): boolean {
  return known === null && FORGET_YES.regex.test(callbackQuery?.data ?? '');
}

/** What somebody agrees to, what is kept of them, a copy of it, and its deletion. */
export function privacyDesk<C extends BotContext>(
  deps: BotDeps,
  options: PrivacyDeskOptions<C>,
): Composer<C> {
  const composer = new Composer<C>();
  const screen = (context: C) => privacyScreen(viewerOf(context, deps), options.roleOf(context));

  composer.command('privacy', (context) => send(context, screen(context)));
  onPress(composer, PRIVACY, (context) => show(context, screen(context)));

  composer.command('terms', async (context) =>
    send(context, termsScreen(viewerOf(context, deps), await options.terms(context))),
  );

  onPress(composer, MY_DATA, async (context) => {
    const json = JSON.stringify(await options.read(context), null, 2);
    const file = new InputFile(Buffer.from(json), 'my-data.json');
    await context.replyWithDocument(file, captionOptions(myDataScreen(viewerOf(context, deps))));
  });

  onPress(composer, FORGET, async (context) => show(context, await options.askForget(context)));

  onPress(composer, FORGET_YES, async (context) => {
    await options.forget(context);
    await show(context, forgottenScreen(viewerOf(context, deps)));
  });

  return composer;
}
