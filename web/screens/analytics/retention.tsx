import type { Retention as RetentionShape } from '../../../src/panel/contract/analytics.ts';
import { HeatMap } from '../../charts/heat-map.tsx';
import { COUNTED, percent } from '../../charts/measures.ts';
import { money } from '../../ui/basics.tsx';
import { useBot } from '../../ui/place.ts';
import { t } from '../../words/words.ts';
import { Narrowed, Period } from './filters.tsx';
import { monthLabel, monthTitle } from './months.ts';
import { NothingYet, Report } from './report.tsx';

/** After how many months it is said in words how many have stayed. */
const SAID = [1, 3, 6, 12];

/** How many of those who came in a month are still there so many months later. */
export function Retention() {
  return (
    <Report<RetentionShape>
      name="retention"
      takes={['from', 'to', 'chat', 'currency']}
      filters={
        <>
          <Period />
          <Narrowed by={['chat', 'currency']} />
        </>
      }
    >
      {({ cohorts }) => (cohorts.length === 0 ? <Nothing /> : <Cohorts cohorts={cohorts} />)}
    </Report>
  );
}

function Nothing() {
  const { page } = useBot();
  return (
    <NothingYet text={t('panel.analytics.empty.retention')} href={page} step={t('panel.analytics.toBot')} />
  );
}

function Cohorts({ cohorts }: Pick<RetentionShape, 'cohorts'>) {
  return (
    <HeatMap
      name="retention"
      title={t('panel.analytics.retention')}
      rows={cohorts.map(({ month, size, retained, turnoverPerSubscriber }) => ({
        key: month,
        title: monthTitle(month),
        label: monthLabel(month),
        cells: retained,
        beside: [
          { value: size, shown: COUNTED.write(size) },
          { value: turnoverPerSubscriber.amount, shown: money(turnoverPerSubscriber) },
        ],
      }))}
      head={[
        t('panel.analytics.cohort'),
        t('panel.analytics.cohortSize'),
        t('panel.analytics.turnoverPerSubscriber'),
      ]}
      columnTitle={(count) => t('panel.analytics.afterMonths', { count })}
      say={({ key, title, cells }, column) => {
        const share = cells[column] ?? null;
        return t(share === null ? 'panel.analytics.notYet' : 'panel.analytics.stayed', {
          cohort: title,
          size: cohorts.find(({ month }) => month === key)?.size ?? 0,
          after: t('panel.analytics.afterMonths', { count: column }),
          share: percent(share ?? 0),
        });
      }}
      sentence={describe(cohorts)}
      note={t('panel.analytics.retentionNote')}
      empty={t('panel.analytics.empty.retention')}
    />
  );
}

/** Of all cohorts that are old enough, by their sizes. */
function describe(cohorts: RetentionShape['cohorts']): string {
  const parts = SAID.flatMap((count) => {
    const known = cohorts.flatMap(({ size, retained }) => {
      const share = retained[count] ?? null;
      return share === null ? [] : [{ size, stayed: size * share }];
    });
    const people = known.reduce((all, { size }) => all + size, 0);
    if (people === 0) return [];
    const stayed = known.reduce((all, each) => all + each.stayed, 0);
    return [`${t('panel.analytics.afterMonths', { count })}: ${percent(stayed / people)}`];
  });
  return [t('panel.analytics.cohorts', { count: cohorts.length }), ...parts].join(' ');
}
