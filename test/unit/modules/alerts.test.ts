import { describe, expect, test } from 'vitest';
import { LANGUAGES, translator } from '../../../src/infra/i18n/i18n.ts';
import { ALERT_KINDS, severityOf } from '../../../src/modules/monitoring/alert.ts';
import { createAlerts } from '../../../src/modules/monitoring/alerts.ts';
import { MINUTE_MS } from '../../../src/shared/durations.ts';
import { alertScreen } from '../../../src/telegram/views/alerts.ts';

const start = new Date('2026-11-21T09:00:00Z');
const at = (minutes: number) => new Date(start.getTime() + minutes * MINUTE_MS);

describe('a trouble', () => {
  test('is nobody’s business until it has lasted its time', () => {
    const alerts = createAlerts();
    alerts.raise('redisUnavailable', {}, at(0));
    alerts.raise('redisUnavailable', {}, at(4.9));
    expect(alerts.due()).toEqual([]);
    alerts.raise('redisUnavailable', {}, at(5));
    expect(alerts.due()).toEqual([{ kind: 'redisUnavailable', is: 'raised', facts: { minutes: 5 } }]);
  });

  test('starts anew when it was gone in between', () => {
    const alerts = createAlerts();
    alerts.raise('cpuBusy', { percent: 95 }, at(0));
    alerts.clear('cpuBusy', at(3));
    alerts.raise('cpuBusy', { percent: 95 }, at(4));
    alerts.raise('cpuBusy', { percent: 95 }, at(6));
    expect(alerts.due()).toEqual([]);
  });

  test('that needs no time is told at once, with the latest figures, until somebody was told', () => {
    const alerts = createAlerts();
    alerts.raise('diskFull', { percent: 86 }, at(0));
    alerts.raise('diskFull', { percent: 88 }, at(1));
    expect(alerts.due()).toEqual([{ kind: 'diskFull', is: 'raised', facts: { minutes: 1, percent: 88 } }]);
    alerts.told('diskFull', 'shared');
    alerts.raise('diskFull', { percent: 90 }, at(90));
    expect(alerts.due()).toEqual([]);
  });

  test('that was told is told to be over, once', () => {
    const alerts = createAlerts();
    alerts.raise('diskFull', { percent: 86 }, at(0));
    alerts.told('diskFull', 'shared');
    expect(alerts.clear('diskFull', at(12))).toBe(true);
    expect(alerts.due()).toEqual([{ kind: 'diskFull', is: 'over', minutes: 12, said: 'shared' }]);
    alerts.dropped('diskFull');
    alerts.clear('diskFull', at(13));
    expect(alerts.due()).toEqual([]);
  });

  test('that nobody could be told while it lasted says so at its end', () => {
    const alerts = createAlerts();
    alerts.raise('telegramUnavailable', {}, at(0));
    alerts.raise('telegramUnavailable', {}, at(6));
    alerts.clear('telegramUnavailable', at(8));
    expect(alerts.due()).toEqual([{ kind: 'telegramUnavailable', is: 'over', minutes: 8, said: null }]);
  });

  test('that is back before its end was told goes on', () => {
    const alerts = createAlerts();
    alerts.raise('diskFull', {}, at(0));
    alerts.told('diskFull', 'shared');
    alerts.clear('diskFull', at(5));
    alerts.raise('diskFull', {}, at(6));
    expect(alerts.due()).toEqual([]);
    alerts.clear('diskFull', at(7));
    expect(alerts.due()).toEqual([{ kind: 'diskFull', is: 'over', minutes: 7, said: 'shared' }]);
  });

  test('of before this process may be over now, whatever began it', () => {
    const alerts = createAlerts();
    alerts.clear('databaseUnavailable', at(0));
    alerts.raise('redisUnavailable', {}, at(0));
    alerts.clear('redisUnavailable', at(1));
    const over = { is: 'over', minutes: null, said: 'shared' };
    expect(alerts.due()).toEqual([
      { kind: 'databaseUnavailable', ...over },
      { kind: 'redisUnavailable', ...over },
    ]);
    alerts.dropped('databaseUnavailable');
    alerts.dropped('redisUnavailable');
    alerts.clear('databaseUnavailable', at(2));
    expect(alerts.due()).toEqual([]);
  });

  test('of this machine was never told by a process that had not seen it', () => {
    const alerts = createAlerts();
    alerts.clear('diskFull', at(0));
    expect(alerts.due()).toEqual([]);
  });
});

test('one critical word makes the message sound, and the end of a trouble does not', () => {
  const over = { what: 'over', kind: 'databaseUnavailable', minutes: 6 } as const;
  const users = { what: 'trouble', kind: 'fewerUsers', facts: {} } as const;
  expect(severityOf([over, users, { what: 'started' }])).toBe('information');
  expect(severityOf([users, { what: 'trouble', kind: 'diskFull', facts: {} }])).toBe('critical');
});

test.each(LANGUAGES)('every kind has its words in %s, with every figure in its place', (language) => {
  const t = translator(language);
  const facts = { minutes: 6, late: 7, percent: 91, errors: 8, updates: 90, today: 50, yesterday: 80 };
  for (const kind of ALERT_KINDS) {
    const { text } = alertScreen(t, [
      { what: 'trouble', kind, facts },
      { what: 'over', kind, minutes: 12 },
      { what: 'over', kind, minutes: null },
    ]);
    expect(text.split('\n\n')).toHaveLength(3);
    expect(text).not.toMatch(/\{\{|undefined|null/);
  }
});
