import { describeFailure } from './failure.ts';
import { cleanUp, type Showing, setStage, untilInterrupted } from './showing.ts';
import { STORY } from './story.ts';
import { Transcript } from './transcript.ts';

process.exitCode = await demo();

/** Plays the story on servers of its own, which leave nothing behind. @returns the exit code */
async function demo(): Promise<number> {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  const inColour = process.stdout.isTTY === true && !process.env['NO_COLOR'];
  const transcript = new Transcript(write, inColour);
  const showing: Showing = { transcript, scene: { log: [] }, signal: untilInterrupted(), cleanUp: [] };

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
