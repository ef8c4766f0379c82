import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, moderatorIn } from '../../common/context.ts';
import { MOD, MOD_AUDIT, MOD_CHART, MOD_HEALTH } from '../../common/routes.ts';
import { send, show } from '../../common/screen.ts';
import { sendChart } from '../../common/statistics-screen.ts';
import { Composer } from '../../middleware/composer.ts';
import { auditScreen, moderatorScreen } from '../../views/moderator.ts';
import { systemHealthScreen } from '../../views/system-health.ts';

/** The platform at a glance, as a picture, its trail and its health. */
export function dashboard(deps: BotDeps): Composer<MainContext> {
  const { checkHistory, moderation, statistics } = deps.services;
  const composer = new Composer<MainContext>();

  async function screen(context: MainContext) {
    const [metrics, sums] = await Promise.all([
      moderation.readDashboard(moderatorIn(context)),
      statistics.readPlatform(moderatorIn(context)),
    ]);
    return moderatorScreen(viewerOf(context, deps), metrics, sums);
  }

  composer.command('admin', async (context) => send(context, await screen(context)));
  onPress(composer, MOD, async (context) => show(context, await screen(context)));

  onPress(composer, MOD_CHART, async (context) => {
    const place = { title: context.t('mod.title'), self: MOD.data() };
    await sendChart(context, deps, place, await statistics.readPlatformMonths(moderatorIn(context)));
  });

  onPress(composer, MOD_AUDIT, async (context, before) =>
    show(
      context,
      auditScreen(viewerOf(context, deps), await moderation.listAudit(moderatorIn(context), before)),
    ),
  );

  onPress(composer, MOD_HEALTH, async (context) =>
    show(
      context,
      systemHealthScreen(viewerOf(context, deps), await checkHistory.readDay(moderatorIn(context))),
    ),
  );

  return composer;
}
