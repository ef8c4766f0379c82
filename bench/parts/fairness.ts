import { type Ground, source } from '../support/ground.ts';
import type { Row } from '../support/report.ts';
import { openShops } from '../support/shops.ts';
import { measured } from '../support/statistics.ts';

const MANY = 5_000;

/** What `programs/fairness.ts` found, in milliseconds. */
export interface FairnessFound {
  alone: number[];
  beside: number[];
  /** How many of the large bot’s had their turn when the last single one was out. */
  manyDone: number;
}

/** (g) One bot's thousands of ends, and how much later another bot's single one comes because of them. */
export async function fairness(ground: Ground): Promise<Row[]> {
  const database = await ground.newDatabase();
  const { botIds } = await openShops(ground, database, { bots: 2, peopleEach: MANY });
  await database.client.query(`
    INSERT INTO subscriptions (end_user_id, channel_id, started_at, expires_at, status, joined_at)
    SELECT e.id, c.id, now(), now() + interval '20 days', 'active', now()
      FROM end_users e JOIN channels c ON c.user_bot_id = e.user_bot_id`);
  const found = (await ground.run(source('programs/fairness.ts'), {
    ...database.environment,
    LARGE: String(botIds[0]),
    SMALL: String(botIds[1]),
    PORT: '0',
    // Only the bench looks for ends.
    EXPIRE_EVERY_SECONDS: '86400',
    WARN_EVERY_SECONDS: '86400',
  })) as FairnessFound;
  const note = `${found.manyDone} of ${MANY} were out by then`;
  return [
    { part: 'g', what: 'a single end, from the round to Telegram', value: measured(found.alone), unit: 'ms' },
    {
      part: 'g',
      what: `the same beside another bot’s ${MANY}`,
      value: measured(found.beside),
      unit: 'ms',
      note,
    },
  ];
}
