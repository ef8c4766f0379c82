import type { Revenue as RevenueShape } from '../../../src/panel/contract/analytics.ts';
import { amountsIn, CHANGED, COUNTED, changed, percent, SHARE } from '../../charts/measures.ts';
import { RowChart } from '../../charts/row-chart.tsx';
import { addAmounts, type Measure, type Series } from '../../charts/series.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { useFilters } from '../../ui/address.ts';
import { money } from '../../ui/basics.tsx';
import { useBot } from '../../ui/place.ts';
import { Figure } from '../../ui/screen.tsx';
import { named, t } from '../../words/words.ts';
import { Choice, Narrowed, Period } from './filters.tsx';
import { placeOf, thisMonth } from './months.ts';
import { Change } from './overview.tsx';
import { NothingYet, Report } from './report.tsx';

type Group = RevenueShape['groups'][number];

const BY = ['plan', 'method', 'chat', 'source'] as const;
/** As many as can be told apart without colours; the others stand as one. */
const MOST_SERIES = 4;

/** What was earned, and by what. */
export function Revenue() {
  const { filters } = useFilters();
  const { by = 'plan', step = 'month' } = filters;
  return (
    <Report<RevenueShape>
      name="revenue"
      takes={['from', 'to', 'chat', 'plan', 'method', 'currency', 'by', 'step']}
      filters={
        <>
          <Choice
            name="by"
            label={t('panel.analytics.by')}
            fallback="plan"
            options={BY.map((each) => [each, t(`panel.payments.${each}`)])}
          />
          <Choice
            name="step"
            label={t('panel.analytics.step')}
            fallback="month"
            options={[
              ['month', t('panel.analytics.months')],
              ['day', t('panel.analytics.days')],
            ]}
          />
          {step !== 'day' && <Period />}
          <Narrowed by={['chat', 'plan', 'method', 'currency']} />
        </>
      }
    >
      {(report) => (report.groups.length === 0 ? <Nothing /> : <Whole report={report} by={by} />)}
    </Report>
  );
}

function Nothing() {
  const { page } = useBot();
  return (
    <NothingYet text={t('panel.analytics.empty.revenue')} href={page} step={t('panel.analytics.toBot')} />
  );
}

function Whole({ report: { total, groups, series, currency }, by }: { report: RevenueShape; by: string }) {
  const amounts = amountsIn(currency);
  const labelOf = ({ key, label }: Group) => {
    if (key === 'none') return t('panel.analytics.noSource');
    return by === 'method' ? named('paymentMethod', key) : label;
  };
  const column = (
    name: string,
    label: string,
    measure: Measure,
    value: (group: Group) => Series['values'][0],
  ) => ({
    name,
    label,
    measure,
    values: groups.map((group) => value(group) ?? null),
  });
  const places = series.map(({ at }) => placeOf(at, at === thisMonth()));
  return (
    <>
      <div class="figures">
        <Figure
          name="turnover"
          label={t('panel.analytics.turnover')}
          value={total.turnover.amount}
          shown={money(total.turnover)}
          note={<Change of={total.change} />}
        />
        {(['new', 'renewal', 'return'] as const).map((kind) => (
          <Figure
            key={kind}
            name={kind}
            label={t(`panel.analytics.sale.${kind}`)}
            value={total.sales[kind]}
            shown={COUNTED.write(total.sales[kind])}
          />
        ))}
      </div>
      <div class="charts">
        <RowChart
          name="groups"
          title={t(`panel.analytics.revenueBy.${by as (typeof BY)[number]}`)}
          rows={groups.map((group) => ({
            key: group.key,
            label: labelOf(group),
            value: group.turnover.amount,
            note: [percent(group.share), ...(group.change === null ? [] : [changed(group.change)])].join(
              ' · ',
            ),
          }))}
          measure={amounts}
          sentence={groups
            .map((group) => `${labelOf(group)}: ${money(group.turnover)}, ${percent(group.share)}`)
            .join('. ')}
          empty={t('panel.analytics.missing.turnover')}
          table={{
            of: t(`panel.payments.${by as (typeof BY)[number]}`),
            columns: [
              column('turnover', t('panel.analytics.turnover'), amounts, ({ turnover }) => turnover.amount),
              column('share', t('panel.analytics.share'), SHARE, ({ share }) => share),
              ...(['new', 'renewal', 'return'] as const).map((kind) =>
                column(kind, t(`panel.analytics.sale.${kind}`), COUNTED, ({ sales }) => sales[kind]),
              ),
              column('change', t('panel.home.change'), CHANGED, ({ change }) => change),
            ],
          }}
        />
        <TimeChart
          name="series"
          kind="stacked"
          title={t('panel.analytics.turnover')}
          places={places}
          series={stackOf({ groups, series, currency }).map(({ key, label, values }) => ({
            name: key,
            label: label ?? labelOf(groups.find((group) => group.key === key) as Group),
            measure: amounts,
            values,
          }))}
          empty={t('panel.analytics.missing.turnover')}
        />
      </div>
    </>
  );
}

interface Layer {
  key: string;
  /** Its own, where it is no group's. */
  label?: string;
  values: string[];
}

/** The groups of most turnover, and what is left as one. */
function stackOf({
  groups,
  series,
  currency,
}: Pick<RevenueShape, 'groups' | 'series' | 'currency'>): Layer[] {
  const sumsOf = (keys: readonly string[]) =>
    series.map(({ values }) =>
      addAmounts(
        keys.map((key) => values[key] ?? '0'),
        currency,
      ),
    );
  const isWhole = groups.length <= MOST_SERIES;
  const shown = isWhole ? groups : groups.slice(0, MOST_SERIES - 1);
  const layers = shown.map(({ key }): Layer => ({ key, values: sumsOf([key]) }));
  if (isWhole) return layers;
  const rest = groups.slice(MOST_SERIES - 1).map(({ key }) => key);
  return [...layers, { key: 'rest', label: t('panel.analytics.others'), values: sumsOf(rest) }];
}
