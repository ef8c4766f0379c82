import type { Overview as OverviewShape } from '../../../src/panel/contract/analytics.ts';
import { COUNTED, changed } from '../../charts/measures.ts';
import { money } from '../../ui/basics.tsx';
import { useBot } from '../../ui/place.ts';
import { Figure } from '../../ui/screen.tsx';
import { t } from '../../words/words.ts';
import { Narrowed, Period } from './filters.tsx';
import { MonthCharts } from './month-charts.tsx';
import { NothingYet, Report } from './report.tsx';

/** Fewer payer-months say little about how long people stay. */
const ENOUGH_PAYER_MONTHS = 60;

export function Overview() {
  return (
    <Report<OverviewShape>
      name="overview"
      takes={['from', 'to', 'chat', 'plan', 'method', 'currency']}
      filters={
        <>
          <Period />
          <Narrowed by={['chat', 'plan', 'method', 'currency']} />
        </>
      }
    >
      {(report) => (isEmpty(report) ? <Nothing /> : <Whole report={report} />)}
    </Report>
  );
}

function isEmpty({ now, months }: OverviewShape): boolean {
  return (
    now.paying + now.lifetime + (now.live ?? 0) === 0 &&
    months.every(
      ({ turnover, live, started, ended, paying, due }) =>
        Number(turnover.amount) + paying + due + (live ?? 0) + (started ?? 0) + (ended ?? 0) === 0,
    )
  );
}

function Nothing() {
  const { page } = useBot();
  return (
    <NothingYet text={t('panel.analytics.empty.overview')} href={page} step={t('panel.analytics.toBot')} />
  );
}

function Whole({ report }: { report: OverviewShape }) {
  const { now, total, months, currency } = report;
  return (
    <>
      <Standing now={now} total={total} months={months.length} />
      <div class="charts">
        <MonthCharts months={months} currency={currency} />
      </div>
    </>
  );
}

/** How it stands, and what the months on the screen come to. */
export function Standing({ now, total, months }: Pick<OverviewShape, 'now' | 'total'> & { months: number }) {
  const { ltv } = now;
  const isRough = ltv !== null && ltv.base < ENOUGH_PAYER_MONTHS;
  const counts = (['paying', 'lifetime', 'live'] as const).filter((name) => now[name] !== null);
  return (
    <div class="figures">
      <Figure
        name="turnover"
        label={t('panel.analytics.turnoverOf', { count: months })}
        value={total.turnover.amount}
        shown={money(total.turnover)}
        note={<Change of={total.change} />}
      />
      <Figure name="mrr" label={t('panel.analytics.mrr')} value={now.mrr.amount} shown={money(now.mrr)} />
      {counts.map((name) => (
        <Figure
          key={name}
          name={name}
          label={t(`panel.analytics.${name}`)}
          value={now[name]}
          shown={COUNTED.write(now[name] ?? 0)}
        />
      ))}
      <Figure
        name="arpu"
        label={t('panel.analytics.arpu')}
        value={now.arpu?.amount ?? null}
        shown={now.arpu ? money(now.arpu) : '—'}
        note={now.arpu ? undefined : t('panel.analytics.nobodyPays')}
      />
      <Figure
        name="ltv"
        label={t('panel.analytics.ltv')}
        value={ltv?.amount.amount ?? null}
        shown={ltv ? <span class={isRough ? 'hint' : undefined}>{money(ltv.amount)}</span> : '—'}
        note={
          ltv === null
            ? t('panel.analytics.ltvUnknown')
            : isRough
              ? t('panel.analytics.ltvRough', { count: ltv.base, enough: ENOUGH_PAYER_MONTHS })
              : undefined
        }
      />
    </div>
  );
}

/** Beside a time before that was as long. */
export function Change({ of }: { of: number | null }) {
  return (
    <span data-testid="change" data-value={of ?? ''}>
      {of === null ? t('panel.analytics.noChange') : t('panel.analytics.change', { change: changed(of) })}
    </span>
  );
}
