import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import type { MainContext } from '../common/context.ts';
import { send, tell } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import { oldButtonScreen } from '../views/errors.ts';
import { ownerHintScreen } from '../views/owner/menu.ts';
import { tariffFirstScreen } from '../views/owner/tariff.ts';

/** Whatever nothing else understood: a hint, never silence. */
export function unhandled(deps: BotDeps): Composer<MainContext> {
  const composer = new Composer<MainContext>();
  composer.on('callback_query', (context) => tell(context, oldButtonScreen(context.t)));
  composer.on(['message:photo', 'message:document'], (context) =>
    send(context, tariffFirstScreen(viewerOf(context, deps))),
  );
  composer.on('message', (context) => send(context, ownerHintScreen(viewerOf(context, deps))));
  return composer;
}
