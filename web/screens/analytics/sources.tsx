import type { SourcesReport } from '../../../src/panel/contract/analytics.ts';
import { amountsIn, COUNTED, decimal } from '../../charts/measures.ts';
import { RowChart } from '../../charts/row-chart.tsx';
import type { Measure, Series } from '../../charts/series.ts';
import { money } from '../../ui/basics.tsx';
import { useBot } from '../../ui/place.ts';
import { t } from '../../words/words.ts';
import { Narrowed, Period } from './filters.tsx';
import { NothingYet, Report } from './report.tsx';

type Item = SourcesReport['items'][number];

const TIMES: Measure = {
  write: (value) => `${decimal(Number(Number(value).toFixed(2)))}×`,
  short: String,
  least: 1,
};

/** Nobody pays for it in Stars. */
const COST = amountsIn('UZS');

/** Which advertising pays. */
export function Sources() {
  return (
    <Report<SourcesReport>
      name="sources"
      takes={['from', 'to', 'currency']}
      filters={
        <>
          <Period />
          <Narrowed by={['currency']} />
        </>
      }
    >
      {({ items }) =>
        items.some(({ people, turnover }) => people + Number(turnover.amount) > 0) ? (
          <Whole items={items} />
        ) : (
          <Nothing />
        )
      }
    </Report>
  );
}

function Nothing() {
  const { page } = useBot();
  return (
    <NothingYet
      text={t('panel.analytics.empty.sources')}
      href={`${page}/sources`}
      step={t('panel.analytics.toSources')}
    />
  );
}

function Whole({ items }: { items: readonly Item[] }) {
  const currency = items[0]?.turnover.currency ?? 'UZS';
  const amounts = amountsIn(currency);
  const labelOf = ({ name }: Item) => name ?? t('panel.analytics.noSource');
  const keyOf = ({ id }: Item) => (id === null ? 'none' : String(id));
  const count = (name: 'people' | 'new' | 'chose' | 'paid' | 'buyers' | 'live', label: string): Series => ({
    name,
    label,
    measure: COUNTED,
    values: items.map((item) => item[name]),
  });
  const amount = (name: 'turnover' | 'cost' | 'costPerBuyer', label: string): Series => ({
    name,
    label,
    measure: name === 'turnover' ? amounts : COST,
    values: items.map((item) => item[name]?.amount ?? null),
  });
  const returns: Series = {
    name: 'return',
    label: t('panel.sources.return'),
    measure: TIMES,
    values: items.map((item) => item.return),
  };
  const table = {
    of: t('panel.payments.source'),
    columns: [
      count('people', t('panel.sources.people')),
      count('new', t('panel.sources.newcomers')),
      count('chose', t('panel.sources.chose')),
      count('paid', t('panel.sources.sent')),
      count('buyers', t('panel.sources.paid')),
      amount('turnover', t('panel.sources.turnover')),
      count('live', t('panel.sources.live')),
      amount('cost', t('panel.analytics.cost')),
      amount('costPerBuyer', t('panel.sources.perBuyer')),
      returns,
    ],
  };
  const paidBack = items.filter((item) => item.return !== null);
  return (
    <div class="charts">
      <RowChart
        name="sources"
        title={t('panel.analytics.turnoverBySource')}
        rows={items.map((item) => ({
          key: keyOf(item),
          label: labelOf(item),
          value: item.turnover.amount,
          note: t('panel.analytics.buyersOf', { buyers: item.buyers, people: item.people }),
        }))}
        measure={amounts}
        sentence={items
          .map((item) =>
            [
              `${labelOf(item)}: ${money(item.turnover)}`,
              t('panel.analytics.buyersOf', { buyers: item.buyers, people: item.people }),
            ].join(', '),
          )
          .join('. ')}
        empty={t('panel.analytics.missing.turnover')}
        table={table}
      />
      {currency === 'UZS' && (
        <RowChart
          name="return"
          title={t('panel.analytics.returns')}
          rows={paidBack.map((item) => ({
            key: `return-${keyOf(item)}`,
            label: labelOf(item),
            value: item.return,
            ...(item.costPerBuyer && {
              note: t('panel.analytics.perBuyer', { amount: money(item.costPerBuyer) }),
            }),
          }))}
          measure={TIMES}
          sentence={paidBack.map((item) => `${labelOf(item)}: ${TIMES.write(item.return ?? 0)}`).join('. ')}
          empty={t('panel.analytics.missing.cost')}
          table={{
            of: table.of,
            columns: [returns].map((column) => ({ ...column, values: paidBack.map((item) => item.return) })),
          }}
        />
      )}
    </div>
  );
}
