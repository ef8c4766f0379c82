import { Composer } from 'grammy';
import { startOfDay } from '../../shared/calendar.ts';
import { type BotDeps, readerOf } from '../bot-deps.ts';
import { onPress } from '../callback-data.ts';
import type { MainContext } from '../context.ts';
import { BOT, BOT_STATS, HOME, STATS } from '../routes.ts';
import { show } from '../screen.ts';
import { statisticsScreen } from '../views/owner-desk.ts';

/** Figures of one bot, and of all of the owner's bots. */
export function statistics(deps: BotDeps): Composer<MainContext> {
  const { sellerBots, statistics: service } = deps.services;
  const composer = new Composer<MainContext>();
  const today = () => startOfDay(deps.clock.now(), deps.timeZone);

  onPress(composer, STATS, async (context) => {
    const figures = await service.read(context.owner, null, today());
    await show(context, statisticsScreen(readerOf(context, deps), null, figures, HOME.data()));
  });

  onPress(composer, BOT_STATS, async (context, telegramBotId) => {
    const { bot } = await sellerBots.openBot(context.owner, telegramBotId);
    const figures = await service.read(context.owner, bot.id, today());
    await show(
      context,
      statisticsScreen(readerOf(context, deps), bot.username, figures, BOT.data(telegramBotId)),
    );
  });

  return composer;
}
