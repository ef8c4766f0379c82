import { randomInt } from 'node:crypto';
import { LostUpdates } from '../server/lost-updates.ts';
import { type Account, type Person, SandboxBot } from './accounts.ts';
import { type GroupKind, SandboxChat } from './chats.ts';
import { FileStore } from './files.ts';
import type { PendingUpdate, UpdateBody } from './inbox.ts';
import { Journal } from './journal.ts';
import { type Content, Dialog, type StoredMessage, toMessage } from './messages.ts';
import { migrateToSupergroup } from './migration.ts';
import { StarLedger } from './stars/ledger.ts';
import { announceTitle } from './titles.ts';

/** Whoever listens and has not taken an update by then is taken to be down; Telegram waits as long. */
const DELIVERY_TIMEOUT_MS = 60_000;

/** An update, and the bot that it waits for. */
interface ToldUpdate {
  bot: SandboxBot;
  pending: PendingUpdate;
}

/** A press that waits for its answer. */
interface CallbackQueryState {
  dialog: Dialog;
  isAnswered: boolean;
}

export interface ActOptions {
  /** False: only put the updates into the queue. */
  wait?: boolean;
}

/** Each as it was, and perhaps more than once. */
export interface Confidences {
  tokens: string[];
  fileIds: string[];
  links: string[];
  /** First names of people. */
  names: string[];
  /** What people wrote to bots. */
  texts: string[];
}

export interface NewMessage {
  from: Account;
  content: Content;
  text?: string;
  entities?: StoredMessage['entities'];
  html?: string;
  markup?: StoredMessage['markup'];
  replyTo?: StoredMessage | undefined;
  origin?: StoredMessage['origin'];
  isSilent?: boolean;
  isProtected?: boolean;
}

/** Everything that Telegram knows. Changes are synchronous: what a call or an actor does is never half done. */
export class World {
  readonly now: () => Date;
  readonly journal = new Journal();
  readonly files = new FileStore();
  readonly stars = new StarLedger();
  readonly lostUpdates = new LostUpdates();
  readonly bots = new Map<number, SandboxBot>();
  readonly people = new Map<number, Person>();
  readonly chats = new Map<number, SandboxChat>();
  readonly callbackQueries = new Map<string, CallbackQueryState>();
  /** Origins that others stand behind. */
  readonly proxies = new Map<string, string>();
  /** Apps of this machine open by http as well. */
  opensLoopbackApps = false;
  /** Set by whoever delivers webhooks. */
  onNewBot: (bot: SandboxBot) => void = () => undefined;
  readonly #dialogs = new Map<string, Dialog>();
  readonly #messageIds = new Map<number, number>();
  #collected: ToldUpdate[] | undefined;

  constructor(now: () => Date) {
    this.now = now;
  }

  newBot(identity: { username: string; name: string }): SandboxBot {
    if ([...this.bots.values()].some(({ username }) => username === identity.username)) {
      throw new Error(`There is a bot @${identity.username} already.`);
    }
    // Both sides of 2^31, as with people and chats: an id that is cut to 32 bits shows at once.
    const id = (this.bots.size % 2 === 0 ? 6_800_000_000 : 680_000_000) + this.bots.size * 7 + 1;
    const bot = new SandboxBot(id, identity, this.journal);
    this.bots.set(id, bot);
    this.onNewBot(bot);
    return bot;
  }

  nextPersonId(): number {
    return (this.people.size % 2 === 0 ? 7_120_000_000 : 712_000_000) + this.people.size * 11 + 1;
  }

  newChat(kind: GroupKind, title: string, username?: string): SandboxChat {
    const number = this.chats.size;
    const beyond32Bits = number % 2 === 0 ? 2_200_000_000 : 1_500_000_000;
    const id = kind === 'group' ? -(4_500_001 + number) : -(1_000_000_000_000 + beyond32Bits + number * 13);
    const chat = new SandboxChat(
      { id, kind, title, username },
      {
        now: this.now,
        changed: (event) => this.journal.note(event),
        migrate: (old, unheard) => this.act(() => migrateToSupergroup(this, old, unheard)),
        retitled: (named) => this.act(() => announceTitle(this, named)),
      },
    );
    this.chats.set(id, chat);
    return chat;
  }

  dialog(bot: SandboxBot, person: Person): Dialog {
    const key = `${bot.id} ${person.id}`;
    const dialog = this.#dialogs.get(key) ?? new Dialog(bot, person);
    this.#dialogs.set(key, dialog);
    return dialog;
  }

  /** Private chats of a bot share one count of messages, as at Telegram. */
  addMessage(place: Dialog | SandboxChat, message: NewMessage): StoredMessage {
    const counter = place instanceof Dialog ? place.bot.id : place.id;
    const id = (this.#messageIds.get(counter) ?? randomInt(1, 500)) + 1;
    this.#messageIds.set(counter, id);
    const stored: StoredMessage = {
      id,
      place,
      from: message.from,
      date: this.now(),
      content: message.content,
      text: message.text ?? '',
      entities: message.entities ?? [],
      html: message.html ?? '',
      markup: message.markup,
      replyTo: message.replyTo,
      origin: message.origin,
      isSilent: message.isSilent ?? false,
      isProtected: message.isProtected ?? false,
      editedAt: undefined,
      isDeleted: false,
    };
    place.messages.push(stored);
    this.journal.changed();
    return stored;
  }

  /** What nobody but those whom it was meant for may ever read. */
  get confidences(): Confidences {
    const written = [...this.#dialogs.values()].flatMap(({ messages }) =>
      messages.filter(({ from }) => !from.isBot).map(({ text }) => text),
    );
    return {
      tokens: [...this.bots.values()].flatMap(({ issuedTokens }) => issuedTokens),
      fileIds: this.files.fileIds,
      links: [...this.chats.values()].flatMap(({ links }) => links.map(({ link }) => link)),
      names: [...this.people.values()].map(({ firstName }) => firstName),
      texts: written,
    };
  }

  /** Shows a message to a bot. */
  tellOfMessage(bot: SandboxBot, message: StoredMessage): void {
    const isPost = !(message.place instanceof Dialog) && message.place.kind === 'channel';
    const shown = toMessage(message, bot, this.files);
    const body = isPost ? { channel_post: shown } : { message: shown };
    this.tell(bot, body as UpdateBody, message.place.id);
  }

  tellOfEdit(bot: SandboxBot, message: StoredMessage): void {
    const edited_message = toMessage(message, bot, this.files);
    this.tell(bot, { edited_message } as UpdateBody, message.place.id);
  }

  tell(bot: SandboxBot, body: UpdateBody, chatId: number): void {
    if (this.lostUpdates.take({ bot: bot.username, body })) {
      this.journal.note(`${Object.keys(body).join()} for @${bot.username} is lost`);
      return;
    }
    const pending = bot.inbox.add(body, chatId);
    if (pending !== null) this.#collected?.push({ bot, pending });
  }

  /**
   * Does something and, unless told otherwise, waits until every bot that listens has taken what it was told.
   * Rejects when a listening bot does not take it in time.
   */
  async act<T>(action: () => T, options: ActOptions = {}): Promise<T> {
    const told: ToldUpdate[] = [];
    this.#collected = told;
    let result: T;
    try {
      result = action();
    } finally {
      this.#collected = undefined;
    }
    if (options.wait !== false) await Promise.all(told.map((update) => this.#untilTaken(update)));
    return result;
  }

  async #untilTaken({ bot, pending }: ToldUpdate): Promise<void> {
    if (!pending.isAwaited) return;
    let isTaken = false;
    void pending.settled.then(() => {
      isTaken = true;
      this.journal.changed();
    });
    const what = `@${bot.username} to take ${pending.kind} ${pending.update.update_id}`;
    await this.journal.until(() => isTaken, { what, timeoutMs: DELIVERY_TIMEOUT_MS });
  }
}
