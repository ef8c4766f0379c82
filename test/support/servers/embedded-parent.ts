/** A program with embedded servers, for tests that kill it: tells their addresses, then lives until it is told. */
import pg from 'pg';
import { startEmbedded } from '../../../src/infra/embedded/embedded.ts';

const [, , dataDir = ''] = process.argv;
const embedded = await startEmbedded({ dataDir, postgres: true, redis: true, cacheDir: '.cache' });

process.on('SIGINT', async () => {
  const client = new pg.Client({ connectionString: embedded.databaseUrl });
  await client.connect();
  const { rows } = await client.query('SELECT 1 AS alive');
  await client.end();
  process.send?.({ afterSignal: rows });
  await embedded.stop();
  process.disconnect();
});
// The channel to the test keeps this program alive.
process.on('message', () => {});
process.send?.({ databaseUrl: embedded.databaseUrl, redisUrl: embedded.redisUrl });
