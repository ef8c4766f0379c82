import { createServer } from 'node:net';
import { createApp } from '../../app.ts';
import { loadConfig } from '../../config.ts';
import { startEmbedded } from '../../infra/embedded.ts';
import { generateFernetKey } from '../../infra/fernet.ts';
import { createLogger } from '../../infra/logger.ts';
import { migrate } from '../../infra/migrations.ts';
import { createDatabase } from '../../infra/prisma.ts';
import { startSandbox } from '../sandbox.ts';
import { Actor, DemoClock, Stage } from './stage.ts';
import { newCast, STORY } from './story.ts';
import { Transcript } from './transcript.ts';

/** Shown of the server's log when a step did not come out. */
const LOG_LINES_SHOWN = 10;

process.exitCode = await demo();

/** Plays the story on servers of its own, which leave nothing behind. @returns the exit code */
async function demo(): Promise<number> {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  const inColour = process.stdout.isTTY === true && !process.env['NO_COLOR'];
  const transcript = new Transcript(write, inColour);
  const cleanUp: (() => Promise<unknown>)[] = [];
  const log: string[] = [];
  let isInterrupted = false;
  process.once('SIGINT', () => {
    isInterrupted = true;
  });

  transcript.title('Getolog: a Telegram channel becomes a paid one');
  transcript.tells('Real Postgres, real Redis, real HTTP; only Telegram is played, with people in it.');
  try {
    const stage = await setStage(transcript, log, cleanUp);
    for (const [index, chapter] of STORY.entries()) {
      if (isInterrupted) return 130;
      transcript.chapter(index + 1, chapter.title);
      await chapter.play(stage.stage, stage.cast);
    }
    const { faults } = stage.stage.telegram;
    stage.stage.expect(faults.length === 0, `Telegram found nothing wrong: ${faults.join('; ')}`);
    write('');
    transcript.title('Every step came out.');
    return 0;
  } catch (error) {
    write('');
    transcript.title('A step did not come out as it should.');
    write(error instanceof Error ? error.message : String(error));
    for (const line of log.slice(-LOG_LINES_SHOWN)) write(line.trimEnd());
    return 1;
  } finally {
    for (const end of cleanUp.reverse()) await end();
  }
}

async function setStage(transcript: Transcript, log: string[], cleanUp: (() => Promise<unknown>)[]) {
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
  const mainBot = telegram.newBot({ username: 'getolog_bot', name: 'Getolog' });
  const books = createDatabase({ url: databaseUrl, poolSize: 1 });
  cleanUp.push(() => books.close());
  const moderator = telegram.newPerson({ firstName: 'Malika', languageCode: 'ru' });

  const port = await freePort();
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
    SERVER_URL: `http://127.0.0.1:${port}`,
  });
  const app = await createApp({
    config,
    databaseUrl,
    redisUrl,
    encryptionKeys: config.encryptionKeys,
    logger: createLogger({ ...config.log, destination: { write: (line) => log.push(line) } }),
    reporter: { report: () => undefined, flush: () => Promise.resolve() },
    clock,
  });
  cleanUp.push(() => app.close());
  await app.start();
  await telegram.until(() => mainBot.webhookUrl !== undefined, { what: 'the server to set its webhook' });
  const stage = new Stage({ telegram, books: books.prisma, transcript, rounds: app.rounds, clock });
  return { stage, cast: newCast(stage, mainBot, new Actor(stage, moderator)) };
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
