import type { BotDeps } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn, teamIn } from '../common/context.ts';
import { BOT, BOT_CHART, BOT_STATS, CHART, HOME, STATS } from '../common/routes.ts';
import { sendChart, showStatistics } from '../common/statistics-screen.ts';
import { Composer } from '../middleware/composer.ts';

/** Statistics of one bot, and of all of the owner's bots, in numbers and as a picture. */
export function statistics(deps: BotDeps): Composer<MainContext> {
  const { sellerBots, statistics: service } = deps.services;
  const composer = new Composer<MainContext>();

  onPress(composer, STATS, async (context) => {
    const place = { title: context.t('statistics.all'), chart: CHART.data(), back: HOME.data() };
    await showStatistics(context, deps, place, await service.readOwner(ownerIn(context)));
  });

  onPress(composer, CHART, async (context) => {
    const place = { title: context.t('statistics.all'), self: STATS.data() };
    await sendChart(context, deps, place, await service.readOwnerMonths(ownerIn(context)));
  });

  onPress(composer, BOT_STATS, async (context, telegramBotId) => {
    const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    const place = {
      title: context.t('statistics.ofBot', { bot: bot.username }),
      chart: BOT_CHART.data(telegramBotId),
      back: BOT.data(telegramBotId),
    };
    await showStatistics(context, deps, place, await service.readBot(scope, teamIn(context, scope)));
  });

  onPress(composer, BOT_CHART, async (context, telegramBotId) => {
    const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    const place = {
      title: context.t('statistics.ofBot', { bot: bot.username }),
      self: BOT_STATS.data(telegramBotId),
    };
    await sendChart(context, deps, place, await service.readBotMonths(scope, teamIn(context, scope)));
  });

  return composer;
}
