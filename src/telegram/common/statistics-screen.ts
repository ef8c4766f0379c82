import { InputFile } from 'grammy';
import { drawTimeChart } from '../../infra/chart.ts';
import type { MonthMetrics, Statistics } from '../../modules/statistics/statistics.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { chartScreen, monthsChart, type StatisticsPlace, statisticsScreen } from '../views/statistics.ts';
import type { BotContext } from './context.ts';
import { captionOptions, show } from './screen.ts';

export async function showStatistics(
  context: BotContext,
  deps: BotDeps,
  place: StatisticsPlace,
  statistics: Statistics,
): Promise<void> {
  await show(context, statisticsScreen(viewerOf(context, deps), place, statistics));
}

/** The picture comes as a message of its own: a text cannot become one. @param self where its *back* leads */
export async function sendChart(
  context: BotContext,
  deps: BotDeps,
  place: Pick<StatisticsPlace, 'title'> & { self: string },
  months: readonly MonthMetrics[],
): Promise<void> {
  const viewer = viewerOf(context, deps);
  const png = await drawTimeChart(monthsChart(viewer, viewer.t.plain('statistics.chartTitle'), months));
  await context.replyWithPhoto(
    new InputFile(png, 'chart.png'),
    captionOptions(chartScreen(viewer, place.title, place.self)),
  );
}
