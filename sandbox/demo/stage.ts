import type { App } from '../../src/app.ts';
import type { PrismaClient } from '../../src/infra/prisma-client/client.ts';
import { DAY_MS } from '../../src/shared/durations.ts';
import type { Identity } from '../chat-participant.ts';
import type { Sandbox, SandboxBot, SandboxChat, SandboxPerson } from '../sandbox.ts';
import type { SandboxMessage } from '../world/conversation.ts';
import { Camera } from './camera.ts';
import type { Transcript } from './transcript.ts';

/** Finds a message: a part of its text, a pattern of it, or a look at the whole. */
type Words = string | RegExp | ((message: SandboxMessage) => boolean);

/** A step that did not come out as the story says. */
export class StoryError extends Error {
  override readonly name = 'StoryError';
  /** What was done last, as the transcript says it. */
  readonly step: string;

  /** @param expected completes the sentence "expected that ..." */
  constructor(step: string, expected: string, options?: ErrorOptions) {
    super(expected, options);
    this.step = step;
  }
}

/** The real time, and as much more as the story has told. */
export class DemoClock {
  #offsetMs = 0;

  now = (): Date => new Date(Date.now() + this.#offsetMs);

  movesTo(moment: Date): void {
    this.#offsetMs = moment.getTime() - Date.now();
  }
}

interface StageParts {
  telegram: Sandbox;
  database: PrismaClient;
  transcript: Transcript;
  jobs: App['jobs'];
  clock: DemoClock;
  /** Aborted when nobody wants to see more. */
  signal: AbortSignal;
}

/** Where the story is played: what is done and what comes of it is checked here, and written down. */
export class Stage {
  readonly telegram: Sandbox;
  readonly database: PrismaClient;
  readonly transcript: Transcript;
  readonly jobs: App['jobs'];
  readonly #clock: DemoClock;
  readonly #signal: AbortSignal;
  readonly #camera: Camera;
  #step = 'the beginning';

  constructor(parts: StageParts) {
    this.telegram = parts.telegram;
    this.database = parts.database;
    this.transcript = parts.transcript;
    this.jobs = parts.jobs;
    this.#clock = parts.clock;
    this.#signal = parts.signal;
    this.#camera = new Camera(parts.telegram, parts.transcript);
  }

  /** What the calendar shows. */
  now = (): Date => this.#clock.now();

  /** Moves the calendar on to that moment. */
  async comes(moment: Date, words: string): Promise<void> {
    await this.telegram.quiet();
    this.look();
    this.#step = words;
    this.#clock.movesTo(moment);
    this.transcript.tells(words);
  }

  /** Lets days go by. */
  async daysPass(days: number, words: string): Promise<void> {
    await this.comes(new Date(this.#clock.now().getTime() + days * DAY_MS), words);
  }

  newActor(identity: Identity): Actor {
    return new Actor(this, this.telegram.newPerson(identity));
  }

  /** Writes down what this conversation shows, from now on. */
  watch(actor: Actor, bot: SandboxBot): void {
    this.#camera.follows(actor.person, bot);
  }

  /** Writes down what is new since the last look. @throws the signal's reason once nobody wants to see more */
  look(): void {
    this.#signal.throwIfAborted();
    this.#camera.look();
  }

  /** Does the next step, and writes down what is new after it. */
  async plays(who: string, deed: string, act: () => Promise<unknown>): Promise<void> {
    this.look();
    this.#step = `${who} ${deed}`.split('\n', 1)[0] ?? who;
    this.transcript.acts(who, deed);
    await this.needs(act(), 'this can be done');
    this.look();
  }

  /** @throws StoryError if it does not hold; `sentence` completes "expected that ..." */
  expect(isTrue: boolean, sentence: string): void {
    if (!isTrue) throw new StoryError(this.#step, sentence);
  }

  /** Waits until it holds. @throws StoryError if it does not in time */
  async until(condition: () => boolean, sentence: string): Promise<void> {
    await this.needs(this.telegram.until(condition, { what: sentence }), sentence);
    this.look();
  }

  /** @throws StoryError if it fails */
  async needs<T>(act: Promise<T>, sentence: string): Promise<T> {
    try {
      return await act;
    } catch (cause) {
      throw new StoryError(this.#step, sentence, { cause });
    }
  }
}

/** Somebody in the story: does something, and the transcript says so. */
export class Actor {
  readonly person: SandboxPerson;
  /** As the transcript calls them. */
  readonly name: string;
  readonly #stage: Stage;

  constructor(stage: Stage, person: SandboxPerson) {
    this.#stage = stage;
    this.person = person;
    this.name = person.firstName;
  }

  async starts(bot: SandboxBot): Promise<void> {
    await this.#act(bot, `writes to @${bot.username}: /start`, () => this.person.starts(bot));
  }

  /** Opens a bot by a link that says more than its name. @param what the link is called */
  async follows(bot: SandboxBot, payload: string, what: string): Promise<void> {
    await this.#act(bot, `opens @${bot.username} by ${what}`, () => this.person.starts(bot, { payload }));
  }

  async writes(bot: SandboxBot, text: string): Promise<void> {
    await this.#act(bot, `writes to @${bot.username}: ${text}`, () => this.person.sends(bot, text));
  }

  /** Writes what must not be seen. @param shown instead of it */
  async types(bot: SandboxBot, text: string, shown: string): Promise<void> {
    await this.#act(bot, `writes to @${bot.username}: ${shown}`, () => this.person.sends(bot, text));
  }

  /** Passes on what BotFather wrote. @param shown the same as the transcript shows it: a token is a secret */
  async forwards(bot: SandboxBot, text: string, shown: string): Promise<void> {
    const deed = `forwards BotFather’s message to @${bot.username}:\n${shown}`;
    await this.#act(bot, deed, () => this.person.forwards(bot, text));
  }

  async taps(bot: SandboxBot, label: RegExp): Promise<void> {
    const rows = this.person.chatWith(bot).messages.map((message) => message.buttons.flat());
    const button = rows
      .findLast((row) => row.some(({ text }) => label.test(text)))
      ?.find(({ text }) => label.test(text));
    await this.#act(bot, `presses [${button?.text ?? label.source}]`, () => this.person.taps(bot, label));
  }

  /** A press that no button offers. */
  async forges(bot: SandboxBot, data: string): Promise<void> {
    await this.#act(bot, `forges a press on @${bot.username}: ${data}`, () => this.person.presses(bot, data));
  }

  /** A press on a button that an old screen still shows. */
  async pressesAgain(
    bot: SandboxBot,
    { label, data, message }: { label: string; data: string; message: SandboxMessage },
  ): Promise<void> {
    await this.#act(bot, `presses [${label}] once more`, () => this.person.presses(bot, data, { message }));
  }

  async sendsPhoto(bot: SandboxBot, what: string): Promise<void> {
    await this.#act(bot, `sends @${bot.username} a photo: ${what}`, () => this.person.sendsPhoto(bot));
  }

  async sendsSticker(bot: SandboxBot): Promise<void> {
    await this.#act(bot, `sends @${bot.username} a sticker`, () => this.person.sendsSticker(bot));
  }

  async adds(bot: SandboxBot, chat: SandboxChat): Promise<void> {
    await this.#act(undefined, `adds @${bot.username} to “${chat.title}” as an administrator`, () =>
      this.person.adds(bot, chat),
    );
  }

  /** @returns whether the link let them in */
  async joins(link: string, chat: SandboxChat): Promise<boolean> {
    await this.#act(undefined, `opens the invite link of “${chat.title}”`, () => this.person.joins(link));
    const isIn = chat.has(this.person);
    this.#stage.transcript.tells(isIn ? '→ and is in.' : '→ and stays outside: the link no longer works.');
    return isIn;
  }

  /** Waits for what the bot must say, and writes it down. @param what tells of it where `words` are a function */
  async reads(bot: SandboxBot, words: Words, what = described(words)): Promise<SandboxMessage> {
    this.#stage.watch(this, bot);
    const reading = this.person.reads(bot, words);
    const message = await this.#stage.needs(reading, `${this.name} reads ${what} from @${bot.username}`);
    this.#stage.look();
    return message;
  }

  /** Waits for the words that come up over the chat in answer to a press, and writes them down. */
  async isTold(bot: SandboxBot, words: string): Promise<void> {
    const telling = this.person.isTold(bot, words);
    const told = await this.#stage.needs(telling, `${this.name} is told “${words}” by @${bot.username}`);
    this.#stage.look();
    this.#stage.transcript.toast(bot.username, this.name, told);
  }

  /** Waits for a message with such a button. @param label a part of what the button says */
  async seesButton(bot: SandboxBot, label: string): Promise<SandboxMessage> {
    const hasIt = (message: SandboxMessage) =>
      message.buttons.flat().some(({ text }) => text.includes(label));
    return await this.reads(bot, hasIt, `a message with the button [${label}]`);
  }

  async #act(bot: SandboxBot | undefined, deed: string, act: () => Promise<unknown>): Promise<void> {
    if (bot) this.#stage.watch(this, bot);
    await this.#stage.plays(this.name, deed, act);
  }
}

function described(words: Words): string {
  if (typeof words === 'string') return `“${words}”`;
  return words instanceof RegExp ? `words like ${words.source}` : 'what the story waits for';
}

/** The link on the button of a message that lets somebody in. */
export function linkIn(message: SandboxMessage): string {
  return message.buttons.flat().find((button) => button.url?.includes('t.me/+'))?.url ?? '';
}
