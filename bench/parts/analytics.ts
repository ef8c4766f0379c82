import { DAY_MS } from '../../src/shared/durations.ts';
import { type Ground, source } from '../support/ground.ts';
import { writePastSales } from '../support/past-sales.ts';
import { once, type Row } from '../support/report.ts';
import type { Measured } from '../support/statistics.ts';

const SMALL = 1_000;
const DAYS_OF_A_YEAR = 365;

/** What `programs/analytics.ts` found. */
export interface AnalyticsFound {
  buildMs: number;
  answer: Measured;
}

/** The last twelve months. */
export const QUERY = () => {
  const now = Date.now();
  const monthOf = (at: number) => new Date(at).toISOString().slice(0, 7);
  return { from: monthOf(now - DAYS_OF_A_YEAR * DAY_MS), to: monthOf(now), currency: 'UZS' } as const;
};

/** (h) What it costs to count a shop for its analytics, and to answer from what was counted. */
export async function analytics(
  ground: Ground,
  { subscriptions }: { subscriptions: number },
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [size, limitMs] of [
    [SMALL, 100],
    [subscriptions, 60_000],
  ] as const) {
    const database = await ground.newDatabase();
    const { botId, ownerTelegramUserId } = await writePastSales(database.client, size);
    await database.client.query('VACUUM ANALYZE');
    const found = (await ground.run(source('programs/analytics.ts'), {
      ...database.environment,
      ROLE: 'web',
      BOT: String(botId),
      OWNER: String(ownerTelegramUserId),
    })) as AnalyticsFound;
    const note = `of ${size} subscriptions`;
    rows.push(
      {
        part: 'h',
        what: 'counting a shop',
        value: once(found.buildMs),
        unit: 'ms',
        target: { below: limitMs },
        note,
      },
      { part: 'h', what: 'a report of it', value: found.answer, unit: 'ms', target: { below: 100 }, note },
    );
  }
  return rows;
}
