import { managerLink } from '../../modules/team/manager-link.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import type { PanelAddress } from '../bots/panel-address.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn, telegramUserIdOf } from '../common/context.ts';
import { PANEL, PANEL_NO, PANEL_OUT, PANEL_YES } from '../common/routes.ts';
import { type Screen, send, show } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import { invitedScreen } from '../views/owner/team.ts';
import { confirmationScreen, panelScreen, signedOutScreen } from '../views/panel.ts';

/** The ways into the panel, out of it, and what it waits for here. */
export function panel(deps: BotDeps, address: PanelAddress): Composer<MainContext> {
  const { panelConfirmations, panelEntries, panelSessions } = deps.services;
  const composer = new Composer<MainContext>();

  async function ways(context: MainContext): Promise<Screen> {
    const entry = await panelEntries.offer({ telegramUserId: telegramUserIdOf(context) });
    return panelScreen(viewerOf(context, deps), { address: address.typed(), entry });
  }

  composer.command('panel', async (context) => send(context, await ways(context)));
  onPress(composer, PANEL, async (context) => show(context, await ways(context)));

  onPress(composer, PANEL_OUT, async (context) => {
    await panelSessions.endAll(telegramUserIdOf(context));
    await show(context, signedOutScreen(viewerOf(context, deps)));
  });

  for (const [pressed, answer] of [
    [PANEL_YES, 'yes'],
    [PANEL_NO, 'no'],
  ] as const) {
    onPress(composer, pressed, async (context, id) => {
      const outcome = await panelConfirmations.decide(ownerIn(context), id, answer);
      await show(context, confirmationScreen(viewerOf(context, deps), outcome));
      const { came, asked: question } = outcome;
      if (!came || question.action !== 'inviteManager') return;
      const { bot, telegramBotId, role } = question.asked;
      const link = managerLink(await deps.mainBotUsername(), came.inviteToken);
      const invited = { username: bot, telegramBotId: BigInt(telegramBotId) };
      // Apart from the question, which loses everything but its outcome when its time is up.
      await send(context, invitedScreen(viewerOf(context, deps), invited, role, link));
    });
  }

  return composer;
}
