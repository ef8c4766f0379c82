import { expect, test } from 'vitest';
import en from '../../../locales/en.json' with { type: 'json' };
import ru from '../../../locales/ru.json' with { type: 'json' };
import uz from '../../../locales/uz.json' with { type: 'json' };
import { JOBS } from '../../../src/jobs/jobs.ts';
import { ALERT_KINDS } from '../../../src/modules/monitoring/alert.ts';

test.each(Object.entries({ uz, en, ru }))(
  'each queue and each alert has words for moderators in %s',
  (_, texts) => {
    const { health, alert } = texts.panel.mod;
    expect(Object.keys(health.queueNames).toSorted()).toEqual(Object.keys(JOBS).toSorted());
    expect(Object.keys(alert).toSorted()).toEqual([...ALERT_KINDS, 'started', 'stopped'].toSorted());
  },
);
