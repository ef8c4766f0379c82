import { InputFile } from 'grammy';
import { drawTimeChart } from '../infra/chart.ts';
import type { DayFigures, Statistics } from '../modules/statistics/statistics.ts';
import { type BotDeps, readerOf } from './bot-deps.ts';
import type { BotContext } from './context.ts';
import { captionOptions, show } from './screen.ts';
import { chartScreen, daysChart, type FiguresPlace, statisticsScreen } from './views/statistics.ts';

export async function showFigures(
  context: BotContext,
  deps: BotDeps,
  place: FiguresPlace,
  statistics: Statistics,
): Promise<void> {
  await show(context, statisticsScreen(readerOf(context, deps), place, statistics));
}

/** The picture comes as a message of its own: a text cannot become one. @param self where its *back* leads */
export async function sendChart(
  context: BotContext,
  deps: BotDeps,
  place: Pick<FiguresPlace, 'title'> & { self: string },
  days: readonly DayFigures[],
): Promise<void> {
  const reader = readerOf(context, deps);
  const png = await drawTimeChart(daysChart(reader, reader.t.plain('statistics.chartTitle'), days));
  await context.replyWithPhoto(
    new InputFile(png, 'chart.png'),
    captionOptions(chartScreen(reader, place.title, place.self)),
  );
}
