import pg from 'pg';
import { type AnalyticsFound, QUERY } from '../parts/analytics.ts';
import { createBuiltApp } from '../support/app.ts';
import { measured } from '../support/statistics.ts';

const ANSWERS = 21;

const botId = Number(process.env['BOT']);
const ownerTelegramUserId = BigInt(process.env['OWNER'] ?? '');

const { app, databaseUrl } = await createBuiltApp();
const { analytics } = app.services;
const scope = {
  botId,
  telegramBotId: ownerTelegramUserId,
  botUsername: 'club',
  ownerId: 0,
  ownerTelegramUserId,
};
const ask = () => analytics.overview(scope, { kind: 'owner', telegramUserId: ownerTelegramUserId }, QUERY());

while ((await ask()) === 'computing');
const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();
const { rows } = await client.query<{ buildMs: number }>(
  'SELECT build_ms AS "buildMs" FROM analytics_facts WHERE scope = $1',
  [botId],
);
const answers: number[] = [];
for (let number = 0; number < ANSWERS; number += 1) {
  const startedAt = performance.now();
  await ask();
  answers.push(performance.now() - startedAt);
}
const found: AnalyticsFound = { buildMs: rows[0]?.buildMs ?? 0, answer: measured(answers) };
process.stdout.write(`${JSON.stringify(found)}\n`);
process.exit(0);
