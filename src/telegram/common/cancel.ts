import { Composer } from '../middleware/composer.ts';
import type { BotContext } from './context.ts';
import { HOME } from './routes.ts';
import { button, send } from './screen.ts';

/** Leaves any question. The question itself is closed already: a command means that somebody has moved on. */
export function cancel<C extends BotContext>(): Composer<C> {
  const composer = new Composer<C>();
  composer.command('cancel', (context) =>
    send(context, {
      text: context.t('questionLeft'),
      buttons: [[button(context.t('button.home'), HOME.data())]],
    }),
  );
  return composer;
}
