import { expect, test } from 'vitest';
import { createAlerts } from '../../../src/modules/monitoring/alerts.ts';
import type { Health } from '../../../src/modules/monitoring/health-service.ts';
import { createRecentUpdates } from '../../../src/modules/monitoring/recent-updates.ts';
import { createSystemCheck } from '../../../src/modules/monitoring/system-check.ts';

const clock = { now: () => new Date('2026-11-21T09:00:00Z') };
const well = { status: 'healthy', responseTimeMs: 1 } as const;
const HEALTH: Health = {
  status: 'healthy',
  at: clock.now(),
  components: { database: well, redis: well, telegram_api: well, queue: well },
  lateSeconds: 0,
  isMainBotRefused: false,
  redisShare: 0.1,
};

/** Everything else that can be done meanwhile is. */
async function afterAllElse(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('of two checks at once, what the later one read is what is said last', async () => {
  const alerts = createAlerts();
  const told: unknown[] = [];
  let asked = 0;
  /** The check that begins first is held up: it read that nobody was there yesterday. The other reads of sixty, and of one today. */
  async function countActive(): Promise<number> {
    const people = [0, 0, 1, 60][asked] ?? 0;
    asked += 1;
    if (asked <= 2) await afterAllElse();
    return people;
  }
  const system = createSystemCheck({
    health: { look: async () => HEALTH, current: async () => HEALTH },
    machine: { read: async () => ({ disk: 0.1, memory: 0.1, cpu: 0.1 }) },
    recent: createRecentUpdates(clock),
    metrics: { countActive, prune: async () => {} },
    people: { closeDays: async () => {} },
    history: { note: () => {}, flush: async () => {} },
    alerts,
    service: {
      async tell() {
        told.push(alerts.due().find(({ kind }) => kind === 'fewerUsers')?.is);
      },
    },
    moderators: { refresh: async () => {} },
    clock,
    logger: { warn: (fields) => expect.unreachable(JSON.stringify(fields)) },
  });
  await Promise.all([system.check(), system.check()]);
  expect(told.at(-1)).toBe('raised');
});
