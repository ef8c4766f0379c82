import type { Funnel as FunnelShape } from '../../../src/panel/contract/analytics.ts';
import { CHANGED, COUNTED, percent, SHARE } from '../../charts/measures.ts';
import { RowChart } from '../../charts/row-chart.tsx';
import { useBot } from '../../ui/place.ts';
import { t } from '../../words/words.ts';
import { Days, SourceChoice } from './filters.tsx';
import { NothingYet, Report } from './report.tsx';

type Step = FunnelShape['steps'][number];

/** Of those who pressed /start, how many came how far. */
export function Funnel() {
  return (
    <Report<FunnelShape>
      name="funnel"
      takes={['since', 'until', 'source']}
      filters={
        <>
          <Days />
          <SourceChoice />
        </>
      }
    >
      {({ steps }) => (steps.every(({ people }) => people === 0) ? <Nothing /> : <Steps steps={steps} />)}
    </Report>
  );
}

function Nothing() {
  const { page } = useBot();
  return (
    <NothingYet text={t('panel.analytics.empty.funnel')} href={page} step={t('panel.analytics.toBot')} />
  );
}

function Steps({ steps }: { steps: readonly Step[] }) {
  const labelOf = ({ step }: Step) => t(`panel.analytics.stepOf.${step}`);
  const noteOf = ({ ofFirst, ofPrevious }: Step, at: number) => {
    if (at === 0 || ofFirst === null || ofPrevious === null) return '';
    const parts = [t('panel.analytics.ofFirst', { share: percent(ofFirst) })];
    if (at > 1) parts.push(t('panel.analytics.ofPrevious', { share: percent(ofPrevious) }));
    return parts.join(' · ');
  };
  return (
    <RowChart
      name="funnel"
      title={t('panel.analytics.funnel')}
      testid={(key) => `step-${key}`}
      rows={steps.map((each, at) => ({
        key: each.step,
        label: labelOf(each),
        value: each.people,
        note: noteOf(each, at),
      }))}
      measure={COUNTED}
      sentence={steps
        .map((each, at) => [`${labelOf(each)}: ${each.people}`, noteOf(each, at)].filter(Boolean).join(', '))
        .join('. ')}
      empty={t('panel.analytics.empty.funnel')}
      table={{
        of: t('panel.analytics.stepTitle'),
        columns: [
          {
            name: 'people',
            label: t('panel.sources.people'),
            measure: COUNTED,
            values: steps.map(({ people }) => people),
          },
          {
            name: 'ofFirst',
            label: t('panel.analytics.ofFirstTitle'),
            measure: SHARE,
            values: steps.map(({ ofFirst }) => ofFirst),
          },
          {
            name: 'ofPrevious',
            label: t('panel.analytics.ofPreviousTitle'),
            measure: SHARE,
            values: steps.map(({ ofPrevious }) => ofPrevious),
          },
          {
            name: 'change',
            label: t('panel.home.change'),
            measure: CHANGED,
            values: steps.map(({ change }) => change),
          },
        ],
      }}
    />
  );
}
