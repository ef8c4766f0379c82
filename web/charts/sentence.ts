import { t } from '../words/words.ts';
import { type Place, type Series, toNumber } from './series.ts';

/** What a chart shows, for whoever cannot see it: each series by its newest, its largest and its smallest value. */
export function sentenceOf(title: string, places: readonly Place[], series: readonly Series[]): string {
  const [first] = places;
  const last = places.at(-1);
  if (!first || !last) return title;
  const parts = series.map((one) => describe(one, places, series.length > 1));
  return [t('panel.chart.range', { title, from: first.title, to: last.title }), ...parts].join(' ');
}

function describe({ label, measure, values }: Series, places: readonly Place[], isNamed: boolean): string {
  const known = values.flatMap((value, at) => {
    const number = toNumber(value);
    const place = places[at];
    return value === null || number === null || !place ? [] : [{ value, number, when: place.title }];
  });
  const last = known.at(-1);
  if (!last) return isNamed ? t('panel.chart.noneOf', { label }) : t('panel.chart.none');
  const most = known.reduce((best, each) => (each.number > best.number ? each : best));
  const fewest = known.reduce((best, each) => (each.number < best.number ? each : best));
  const said = t('panel.chart.said', {
    last: measure.write(last.value),
    lastAt: last.when,
    most: measure.write(most.value),
    mostAt: most.when,
    least: measure.write(fewest.value),
    leastAt: fewest.when,
  });
  return isNamed ? `${label}: ${said}` : said;
}
