import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { FairnessFound } from '../parts/fairness.ts';
import { createBuiltApp } from '../support/app.ts';

const { LARGE = '', SMALL = '', TELEGRAM_API_ROOT = '' } = process.env;
const TIMES = 7;
/** What a single end enqueues besides has gone out by then, so that the next starts from nothing. */
const PAUSE_MS = 1_000;

const { app, databaseUrl } = await createBuiltApp();
const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();
await app.start();

const alone = await repeated();
await fallDue(LARGE, 5_000);
await app.jobs.expire();
const beside = await repeated();
const manyDone = await askTelegram(`count/${LARGE}/unbanChatMember`);

const found: FairnessFound = { alone, beside, manyDone };
process.stdout.write(`${JSON.stringify(found)}\n`);
process.exit(0);

async function repeated(): Promise<number[]> {
  // The first one builds what the others find.
  await endOne();
  const times: number[] = [];
  for (let number = 0; number < TIMES; number += 1) times.push(await endOne());
  return times;
}

/** @returns milliseconds from the round that finds it to Telegram's removal */
async function endOne(): Promise<number> {
  await sleep(PAUSE_MS);
  await fallDue(SMALL, 1);
  const removed = askTelegram(`next/${SMALL}/unbanChatMember`);
  const startedAt = performance.now();
  await app.jobs.expire();
  await removed;
  return performance.now() - startedAt;
}

async function fallDue(telegramBotId: string, count: number): Promise<void> {
  await client.query(
    `UPDATE subscriptions SET expires_at = now() - interval '1 minute'
      WHERE id IN (SELECT s.id FROM subscriptions s
                     JOIN channels c ON c.id = s.channel_id JOIN user_bots b ON b.id = c.user_bot_id
                    WHERE b.telegram_bot_id = $1 AND s.status = 'active' AND s.expires_at > now() LIMIT $2)`,
    [telegramBotId, count],
  );
}

async function askTelegram(question: string): Promise<number> {
  const response = await fetch(`${TELEGRAM_API_ROOT}/${question}`);
  return ((await response.json()) as { result: number }).result;
}
