import { createServer } from 'node:net';
import { type App, createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { generateFernetKey } from '../../src/infra/crypto/fernet.ts';
import { startEmbedded } from '../../src/infra/embedded/embedded.ts';
import { createLogger } from '../../src/infra/observability/logger.ts';
import { migrate } from '../../src/infra/postgres/migrations.ts';
import { createDatabase } from '../../src/infra/postgres/prisma.ts';
import { SILENT } from '../../src/instrument.ts';
import { ClickMerchantApi } from '../providers/click-merchant-api.ts';
import { startSandbox } from '../sandbox.ts';
import type { Scene } from './failure.ts';
import { Actor, DemoClock, Stage } from './stage.ts';
import { type Cast, newCast } from './story.ts';
import type { Transcript } from './transcript.ts';

/** As a shell counts them: 128 and the signal's number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Everything of one showing that outlives its steps. */
export interface Showing {
  transcript: Transcript;
  scene: Scene;
  /** Aborted by Ctrl-C, with the exit code as its reason. */
  signal: AbortSignal;
  /** Ends what was started, to be done in the opposite order. */
  cleanUp: (() => Promise<unknown>)[];
}

/** Of Ctrl-C. @returns aborted by it, with the exit code as its reason */
export function untilInterrupted(): AbortSignal {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interruption.abort(EXIT_CODES[signal]));
  }
  return interruption.signal;
}

/** @returns false if something could not be ended */
export async function cleanUp(
  showing: Pick<Showing, 'cleanUp'>,
  write: (line: string) => void,
): Promise<boolean> {
  let isClean = true;
  for (const end of showing.cleanUp.reverse()) {
    try {
      await end();
    } catch (error) {
      isClean = false;
      write(`Something could not be ended: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return isClean;
}

/** What the story stands on, and what else may be asked of it. */
export interface PlayedStage {
  stage: Stage;
  cast: Cast;
  app: App;
  clock: DemoClock;
  databaseUrl: string;
  redisUrl: string;
}

/** @param from what the calendar shows at the beginning */
export async function setStage(
  { transcript, scene, signal, cleanUp }: Showing,
  faults: unknown[],
  { from, opensLoopbackApps = false }: { from?: Date; opensLoopbackApps?: boolean } = {},
): Promise<PlayedStage> {
  const embedded = await startEmbedded({
    dataDir: 'temporary',
    cacheDir: '.cache',
    postgres: true,
    redis: true,
    say: (line) => transcript.tells(line),
  });
  cleanUp.push(() => embedded.stop());
  const { databaseUrl = '', redisUrl = '' } = embedded;
  await migrate(databaseUrl);

  const clock = new DemoClock();
  if (from) clock.movesTo(from);
  const telegram = await startSandbox({ now: clock.now, opensLoopbackApps });
  cleanUp.push(() => telegram.close());
  scene.telegram = telegram;
  const mainBot = telegram.newBot({ username: 'getolog_bot', name: 'Getolog' });
  const clickApi = await new ClickMerchantApi(clock).listen();
  cleanUp.push(() => clickApi.close());
  const database = createDatabase({ url: databaseUrl, poolSize: 1 });
  cleanUp.push(() => database.close());
  const moderator = telegram.newPerson({ firstName: 'Malika', languageCode: 'ru' });

  const port = await freePort();
  const server = `http://127.0.0.1:${port}`;
  const config = loadConfig({
    BOT_TOKEN: mainBot.token,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    ENCRYPTION_KEY: generateFernetKey(),
    MODERATOR_IDS: String(moderator.id),
    TELEGRAM_API_ROOT: telegram.apiRoot,
    PORT: String(port),
    // The story is played as fast as machines can.
    RATE_LIMIT_PER_SECOND: '0',
    SERVER_URL: server,
    CLICK_API_ROOT: clickApi.root,
  });
  const app = await createApp({
    config,
    databaseUrl,
    redisUrl,
    encryptionKeys: config.encryptionKeys,
    logger: createLogger({ ...config.log, destination: { write: (line) => scene.log.push(line) } }),
    reporter: { ...SILENT, report: (fault) => faults.push(fault) },
    clock,
  });
  cleanUp.push(() => app.close());
  await app.start();
  await telegram.until(() => mainBot.webhookUrl !== undefined, { what: 'the server to set its webhook' });
  const stage = new Stage({ telegram, database: database.prisma, transcript, jobs: app.jobs, clock, signal });
  const cast = newCast(stage, { mainBot, moderator: new Actor(stage, moderator), server, clickApi });
  return { stage, cast, app, clock, databaseUrl, redisUrl };
}

/** A port that nobody listens on now: Telegram has to know it before the server does. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The system gave no port');
  return address.port;
}
