import { Composer } from 'grammy';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn } from '../common/context.ts';
import { PANEL_NO, PANEL_YES } from '../common/routes.ts';
import { show } from '../common/screen.ts';
import { confirmationScreen } from '../views/panel.ts';

/** What the panel waits for here. */
export function panel(deps: BotDeps): Composer<MainContext> {
  const { panelConfirmations } = deps.services;
  const composer = new Composer<MainContext>();

  for (const [pressed, answer] of [
    [PANEL_YES, 'yes'],
    [PANEL_NO, 'no'],
  ] as const) {
    onPress(composer, pressed, async (context, id) => {
      const outcome = await panelConfirmations.decide(ownerIn(context), id, answer);
      await show(context, confirmationScreen(viewerOf(context, deps), outcome));
    });
  }

  return composer;
}
