import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, moderatorIn } from '../../common/context.ts';
import {
  MOD_CONNECTION,
  MOD_CONNECTION_KEYS,
  MOD_CONNECTION_LIVE,
  MOD_CONNECTION_TEST,
  MOD_CONNECTION_WAIVE,
  MOD_CONNECTIONS,
} from '../../common/routes.ts';
import { show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import { connectionScreen, connectionsScreen } from '../../views/payments/connections.ts';
import type { keyQuestions } from '../payments/key-questions.ts';

/** The providers that owners connect, and what a moderator decides about them. */
export function connections(
  deps: BotDeps,
  keys: Pick<ReturnType<typeof keyQuestions>, 'askModerator'>,
): Composer<MainContext> {
  const desk = deps.services.connections;
  const composer = new Composer<MainContext>();

  async function showOne(context: MainContext, accountId: number): Promise<void> {
    const page = await desk.open(moderatorIn(context), accountId);
    await show(context, connectionScreen(viewerOf(context, deps), page));
  }

  onPress(composer, MOD_CONNECTIONS, async (context, before) => {
    const actor = moderatorIn(context);
    const [page, overdue] = await Promise.all([
      desk.list(actor, before),
      deps.services.refunds.listOverdue(actor),
    ]);
    await show(context, connectionsScreen(viewerOf(context, deps), page, overdue));
  });

  onPress(composer, MOD_CONNECTION, showOne);

  onPress(composer, MOD_CONNECTION_KEYS, keys.askModerator);

  const decisions = [
    [MOD_CONNECTION_WAIVE, 'waiveFee'],
    [MOD_CONNECTION_LIVE, 'goLive'],
    [MOD_CONNECTION_TEST, 'backToTest'],
  ] as const;
  for (const [pressed, decide] of decisions) {
    onPress(composer, pressed, async (context, accountId) => {
      await desk[decide](moderatorIn(context), accountId);
      await showOne(context, accountId);
    });
  }

  return composer;
}
