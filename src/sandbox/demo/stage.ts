import type { App } from '../../app.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { SandboxMessage } from '../conversation.ts';
import type { Identity } from '../people.ts';
import type { Sandbox, SandboxBot, SandboxChat, SandboxPerson } from '../sandbox.ts';
import type { Transcript } from './transcript.ts';

/** A step that did not come out as the story says. */
class StoryError extends Error {
  override readonly name = 'StoryError';
}

/** The real time, and as much more as the story has told. */
export class DemoClock {
  #aheadMs = 0;

  now = (): Date => new Date(Date.now() + this.#aheadMs);

  movesTo(moment: Date): void {
    this.#aheadMs = moment.getTime() - Date.now();
  }
}

interface StageParts {
  telegram: Sandbox;
  books: PrismaClient;
  transcript: Transcript;
  rounds: App['rounds'];
  clock: DemoClock;
}

/** Where the story is played: it watches every conversation and writes down what is new in it. */
export class Stage {
  readonly telegram: Sandbox;
  readonly books: PrismaClient;
  readonly transcript: Transcript;
  readonly rounds: App['rounds'];
  readonly #clock: DemoClock;
  readonly #watched: { actor: Actor; bot: SandboxBot; shown: Map<number, string> }[] = [];

  constructor(parts: StageParts) {
    this.telegram = parts.telegram;
    this.books = parts.books;
    this.transcript = parts.transcript;
    this.rounds = parts.rounds;
    this.#clock = parts.clock;
  }

  /** Moves the calendar on to that moment. */
  async comes(moment: Date, words: string): Promise<void> {
    await this.telegram.quiet();
    this.#clock.movesTo(moment);
    this.transcript.tells(words);
  }

  newActor(identity: Identity): Actor {
    return new Actor(this, this.telegram.newPerson(identity));
  }

  /** Writes down what a conversation shows, from now on. */
  watch(actor: Actor, bot: SandboxBot): void {
    if (this.#watched.some((one) => one.actor === actor && one.bot === bot)) return;
    this.#watched.push({ actor, bot, shown: new Map() });
  }

  /** Writes down what is new since the last look. */
  look(): void {
    for (const { actor, bot, shown } of this.#watched) {
      for (const message of actor.person.chatWith(bot).messages) {
        if (message.from === 'person' || message.deleted) continue;
        const state = JSON.stringify([message.text, message.buttons]);
        if (shown.get(message.id) === state) continue;
        shown.set(message.id, state);
        this.transcript.bubble(bot.username, actor.person.firstName, message);
      }
    }
  }

  /** @throws StoryError with the sentence that turned out to be untrue */
  expect(isTrue: boolean, sentence: string): void {
    if (!isTrue) throw new StoryError(sentence);
  }
}

/** Somebody in the story: does something, and the transcript says so. */
export class Actor {
  readonly person: SandboxPerson;
  readonly #stage: Stage;

  constructor(stage: Stage, person: SandboxPerson) {
    this.#stage = stage;
    this.person = person;
  }

  async starts(bot: SandboxBot): Promise<void> {
    await this.#act(bot, `writes to @${bot.username}: /start`, () => this.person.starts(bot));
  }

  async writes(bot: SandboxBot, text: string): Promise<void> {
    await this.#act(bot, `writes to @${bot.username}: ${text}`, () => this.person.sends(bot, text));
  }

  /** @param shown what the transcript shows of it: a token stays a secret here too */
  async forwards(bot: SandboxBot, text: string, shown: string): Promise<void> {
    await this.#act(bot, `forwards to @${bot.username}: ${shown}`, () => this.person.forwards(bot, text));
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

  /** Waits for what the bot must say, and writes it down. */
  async reads(
    bot: SandboxBot,
    words: string | RegExp | ((message: SandboxMessage) => boolean),
  ): Promise<SandboxMessage> {
    this.#stage.watch(this, bot);
    const message = await this.person.reads(bot, words);
    this.#stage.look();
    return message;
  }

  async #act(bot: SandboxBot | undefined, deed: string, act: () => Promise<unknown>): Promise<void> {
    if (bot) this.#stage.watch(this, bot);
    this.#stage.transcript.acts(this.person.firstName, deed);
    await act();
    this.#stage.look();
  }
}

/** The link on the button of a message that lets somebody in. */
export function linkIn(message: SandboxMessage): string {
  return message.buttons.flat().find((button) => button.url?.includes('t.me/+'))?.url ?? '';
}
