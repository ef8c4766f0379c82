import { createServer } from 'node:net';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { generateFernetKey } from '../../src/infra/crypto/fernet.ts';
import { startEmbedded } from '../../src/infra/embedded/embedded.ts';
import { createLogger } from '../../src/infra/observability/logger.ts';
import { migrate } from '../../src/infra/postgres/migrations.ts';
import { createDatabase } from '../../src/infra/postgres/prisma.ts';
import { SILENT } from '../../src/instrument.ts';
import { ClickMerchantApi } from '../providers/click-merchant-api.ts';
import { startSandbox } from '../sandbox.ts';
import { describeFailure, type Scene } from './failure.ts';
import { Actor, DemoClock, Stage } from './stage.ts';
import { newCast, STORY } from './story.ts';
import { Transcript } from './transcript.ts';

/** As a shell counts them: 128 and the signal's number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Everything of one showing that outlives its steps. */
interface Showing {
  transcript: Transcript;
  scene: Scene;
  /** Aborted by Ctrl-C, with the exit code as its reason. */
  signal: AbortSignal;
  /** Ends what was started, to be done in the opposite order. */
  cleanUp: (() => Promise<unknown>)[];
}

process.exitCode = await demo();

/** Plays the story on servers of its own, which leave nothing behind. @returns the exit code */
async function demo(): Promise<number> {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  const inColour = process.stdout.isTTY === true && !process.env['NO_COLOR'];
  const transcript = new Transcript(write, inColour);
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interruption.abort(EXIT_CODES[signal]));
  }
  const showing: Showing = { transcript, scene: { log: [] }, signal: interruption.signal, cleanUp: [] };

  transcript.title('Getolog: a Telegram channel becomes a paid one');
  transcript.tells(
    'Real Postgres, real Redis, real HTTP; only Telegram, Click and Payme are played, with people in them.',
  );
  const code = await play(showing, write);
  const isClean = await cleanUp(showing, write);
  return isClean ? code : 1;
}

async function play(showing: Showing, write: (line: string) => void): Promise<number> {
  const { transcript, signal } = showing;
  try {
    await tellStory(showing);
    write('');
    transcript.title('Every step came out.');
    return 0;
  } catch (error) {
    write('');
    if (signal.aborted) {
      transcript.title('Stopped before the end.');
      return Number(signal.reason);
    }
    transcript.title('A step did not come out as it should.');
    for (const line of describeFailure(error, showing.scene)) write(line);
    return 1;
  }
}

async function tellStory(showing: Showing): Promise<void> {
  const { transcript, scene, signal } = showing;
  const faults: unknown[] = [];
  const { stage, cast } = await setStage(showing, faults);
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('Interrupted')), { once: true });
  });
  for (const [index, chapter] of STORY.entries()) {
    signal.throwIfAborted();
    scene.chapter = { number: index + 1, title: chapter.title };
    transcript.chapter(index + 1, chapter.title);
    await Promise.race([chapter.play(stage, cast), interrupted]);
  }
  const found = stage.telegram.faults;
  stage.expect(found.length === 0, `Telegram finds nothing wrong with any call, but: ${found.join('; ')}`);
  const words = faults.map((fault) => (fault instanceof Error ? fault.message : String(fault))).join('; ');
  stage.expect(faults.length === 0, `the server reports no fault of its own, but: ${words}`);
}

/** @returns false if something could not be ended */
async function cleanUp(showing: Showing, write: (line: string) => void): Promise<boolean> {
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

async function setStage({ transcript, scene, signal, cleanUp }: Showing, faults: unknown[]) {
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
  const telegram = await startSandbox({ now: clock.now });
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
  return { stage, cast };
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
