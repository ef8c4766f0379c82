import { DAY_MS } from '../../src/shared/durations.ts';
import { describeFailure } from '../demo/failure.ts';
import { cleanUp, type PlayedStage, type Showing, setStage, untilInterrupted } from '../demo/showing.ts';
import { STORY } from '../demo/story.ts';
import { Transcript } from '../demo/transcript.ts';
import { buys, keepBuying } from './buyers.ts';
import { keepEntries } from './links.ts';
import { addPastSales } from './past-sales.ts';

/** Longer than the story: it ends before today. */
const STORY_DAYS = 45;
/** Receipts that wait for whoever opens the panel. */
const WAITING = 6;

process.exitCode = await panel();

/** Opens the panel of a shop that has been selling for long, until Ctrl-C. @returns the exit code */
async function panel(): Promise<number> {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  const silent = new Transcript(() => {}, false);
  const showing: Showing = {
    transcript: silent,
    scene: { log: [] },
    signal: untilInterrupted(),
    cleanUp: [],
  };
  let code = 0;
  try {
    await open(showing, write);
  } catch (error) {
    if (!showing.signal.aborted) {
      code = 1;
      for (const line of describeFailure(error, showing.scene)) write(line);
    }
  }
  const isClean = await cleanUp(showing, write);
  return isClean ? code : 1;
}

async function open(showing: Showing, write: (line: string) => void): Promise<void> {
  const { signal } = showing;
  const complain = (fault: unknown) => write(fault instanceof Error ? fault.message : String(fault));
  const faults: unknown[] = [];
  write('The shop opens, and sells for fourteen months: a minute at most.');
  const today = new Date();
  const set = await setStage(showing, faults, {
    from: new Date(today.getTime() - STORY_DAYS * DAY_MS),
    opensLoopbackApps: true,
  });
  const { stage, cast, clock, app, redisUrl } = set;
  for (const chapter of STORY) {
    signal.throwIfAborted();
    await chapter.play(stage, cast);
  }
  await stage.telegram.quiet();
  clock.movesTo(new Date());
  await addSalesTo(set);
  for (let waiting = 0; waiting < WAITING; waiting += 1) await buys(stage, cast);
  const { owner, moderator, mainBot } = cast;
  await moderator.person.starts(mainBot);
  await moderator.person.presses(mainBot, 'lang:ru');

  const people = [owner.person.id, moderator.person.id];
  const { tokens, stop } = await keepEntries(redisUrl, people, complain);
  showing.cleanUp.push(stop);
  const phone = owner.person.opensPanel(mainBot, new URL('/panel/', app.origin));
  write(`owner: ${app.origin}/panel/enter#${tokens[0]}`);
  write(`moderator: ${app.origin}/panel/enter#${tokens[1]}`);
  write(`phone: ${phone}`);
  write('Somebody buys every 20 seconds. Ctrl-C ends it, and leaves nothing behind.');
  showing.cleanUp.push(keepBuying(stage, cast, complain));
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Of the shop of the story, up to when that began. */
async function addSalesTo({ stage, cast, clock, databaseUrl }: PlayedStage): Promise<void> {
  const plan = await stage.database.plan.findFirstOrThrow({
    where: { channel: { telegramChatId: BigInt(cast.channel.id) }, durationMonths: 1 },
    include: { channel: true },
  });
  const { id: planId, channelId, channel } = plan;
  const till = { botId: channel.botId, channelId, planId, ownerId: cast.owner.person.id };
  await addPastSales(databaseUrl, till, clock.now());
}
