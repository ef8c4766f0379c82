import type { MessageOrigin } from 'grammy/types';
import { ChatParticipant, type Identity } from './chat-participant.ts';
import { unixTime } from './defined.ts';
import { contactOf, edit, press, setBlocked, TASHKENT, write } from './dialog-acts.ts';
import type { SandboxBot } from './world/accounts.ts';
import { type Attachment, attach } from './world/attachments.ts';
import { findPress, shareChat, shareUsers } from './world/buttons.ts';
import type { SandboxChat } from './world/chats.ts';
import { Conversation, type SandboxMessage } from './world/conversation.ts';
import type { MediaKind } from './world/files.ts';
import { handOver, makeManagedBot, replaceToken } from './world/managed-bots.ts';
import type { CallbackAnswer, Dialog } from './world/messages.ts';
import { type PayOptions, type PayResult, pay } from './world/stars/checkout.ts';
import { findInvoice } from './world/stars/invoice-buttons.ts';
import {
  type SeenSubscription,
  seeSubscription,
  subscriptionsOf,
  turnRenewal,
} from './world/stars/subscriptions.ts';
import { openWebApp } from './world/web-apps.ts';
import type { ActOptions, NewMessage, World } from './world/world.ts';

/** Who sends tokens to those who make bots. */
const BOT_FATHER = { id: 93_372_553, is_bot: true, first_name: 'BotFather', username: 'BotFather' };

interface SendOptions extends ActOptions {
  replyTo?: SandboxMessage;
}

type Match = string | RegExp | ((message: SandboxMessage) => boolean);

/**
 * Somebody with a telephone. What they do resolves once every bot that listens has taken the news of it, and
 * throws where Telegram would not let them.
 */
export class SandboxPerson extends ChatParticipant {
  readonly #world: World;

  constructor(world: World, identity: Identity) {
    super(world, identity);
    this.#world = world;
  }

  /** Opens the bot, unblocking it if need be. `payload` is what a deep link carries. */
  async starts(bot: SandboxBot, options: ActOptions & { payload?: string } = {}): Promise<void> {
    const text = options.payload === undefined ? '/start' : `/start ${options.payload}`;
    await this.#world.act(() => {
      setBlocked(this.#world, this.#dialog(bot), false);
      write(this.#world, this.#dialog(bot), { content: { kind: 'text' }, text });
    }, options);
  }

  async sends(bot: SandboxBot, text: string, options: SendOptions = {}): Promise<void> {
    await this.#writes(bot, { content: { kind: 'text' }, text }, options);
  }

  /** Passes on what BotFather wrote. */
  async forwards(bot: SandboxBot, text: string, options: ActOptions = {}): Promise<void> {
    const date = unixTime(this.#world.now());
    const origin: MessageOrigin = { type: 'user', date, sender_user: BOT_FATHER };
    await this.#writes(bot, { content: { kind: 'text' }, text, origin }, options);
  }

  async sendsPhoto(bot: SandboxBot, photo: Attachment & SendOptions = {}): Promise<void> {
    await this.#attaches(bot, 'photo', photo);
  }

  async sendsDocument(
    bot: SandboxBot,
    document: Attachment & SendOptions & { mimeType: string; fileName: string },
  ): Promise<void> {
    await this.#attaches(bot, 'document', document);
  }

  /** Edits what they sent: another picture instead, other words below it. By default it is the last thing they sent. */
  async edits(
    bot: SandboxBot,
    change: Attachment & ActOptions & { kind?: 'photo' | 'document'; message?: SandboxMessage },
  ): Promise<void> {
    const { kind, message, wait, ...file } = change;
    const sent = this.#dialog(bot).messages.findLast(({ id, from }) =>
      message === undefined ? from === this : id === message.id,
    );
    if (sent === undefined) throw new Error(`${this.firstName} has sent @${bot.username} nothing.`);
    const content = kind === undefined ? undefined : attach(this.#world.files, kind, file);
    const options = wait === undefined ? {} : { wait };
    await this.#world.act(() => edit(this.#world, sent, content, file.caption ?? ''), options);
  }

  async sendsVideo(bot: SandboxBot, video: Attachment & SendOptions = {}): Promise<void> {
    await this.#attaches(bot, 'video', { mimeType: 'video/mp4', ...video });
  }

  async sendsVoice(bot: SandboxBot, voice: Attachment & SendOptions = {}): Promise<void> {
    await this.#attaches(bot, 'voice', { mimeType: 'audio/ogg', ...voice });
  }

  async sendsAudio(bot: SandboxBot, audio: Attachment & SendOptions = {}): Promise<void> {
    await this.#attaches(bot, 'audio', { mimeType: 'audio/mpeg', ...audio });
  }

  async sendsAnimation(bot: SandboxBot, animation: Attachment & SendOptions = {}): Promise<void> {
    await this.#attaches(bot, 'animation', { mimeType: 'video/mp4', ...animation });
  }

  async sendsVideoNote(bot: SandboxBot, note: Attachment & SendOptions = {}): Promise<void> {
    await this.#attaches(bot, 'video_note', note);
  }

  async sendsSticker(bot: SandboxBot, sticker: Attachment & SendOptions = {}): Promise<void> {
    await this.#attaches(bot, 'sticker', sticker);
  }

  async sendsLocation(bot: SandboxBot, options: SendOptions = {}): Promise<void> {
    await this.#writes(bot, { content: TASHKENT }, options);
  }

  async sendsContact(bot: SandboxBot, options: SendOptions = {}): Promise<void> {
    await this.#writes(bot, { content: contactOf(this) }, options);
  }

  /**
   * Presses the button of that label: on the newest message that has it (or on `message`), else under the input
   * field. `chat` and `people` are the choice where the button asks for one.
   */
  async taps(
    bot: SandboxBot,
    label: string | RegExp,
    options: ActOptions & {
      message?: SandboxMessage;
      chat?: SandboxChat;
      people?: readonly SandboxPerson[];
    } = {},
  ): Promise<void> {
    const dialog = this.#dialog(bot);
    const button = findPress(dialog, label, options.message?.id);
    if (button.kind === 'text') return await this.sends(bot, button.text, options);
    await this.#world.act(() => {
      if (button.kind === 'callback') press(this.#world, dialog, button.message, button.data);
      else if (button.kind === 'request chat')
        this.#world.tellOfMessage(bot, shareChat(this.#world, dialog, button.request, options.chat));
      else this.#world.tellOfMessage(bot, shareUsers(this.#world, dialog, button.request, options.people));
    }, options);
  }

  /** Sends any callback data, as a forged client may; on the bot's newest message when none is named. */
  async presses(
    bot: SandboxBot,
    data: string,
    options: ActOptions & { message?: SandboxMessage; isTooOld?: boolean } = {},
  ): Promise<void> {
    const dialog = this.#dialog(bot);
    const id = options.message?.id ?? this.chatWith(bot).last?.id;
    const message = dialog.messages.find((candidate) => candidate.id === id);
    if (message === undefined)
      throw new Error(`@${bot.username} wrote nothing to ${this.firstName} to press on.`);
    await this.#world.act(() => press(this.#world, dialog, message, data, options.isTooOld), options);
  }

  /** Opens an app by a button, the menu button or an address. @returns what their Telegram opens, signed in the fragment */
  opensPanel(bot: SandboxBot, button?: string | RegExp | URL): string {
    return openWebApp(this.#world, this.#dialog(bot), button);
  }

  /** Makes a bot by such a link of another bot, which manages it from then on. */
  async makesBot(link: string, options: ActOptions = {}): Promise<SandboxBot> {
    return await this.#world.act(() => makeManagedBot(this.#world, this, link), options);
  }

  /** Has BotFather make another token of their bot. */
  async replacesToken(bot: SandboxBot, options: ActOptions = {}): Promise<void> {
    await this.#world.act(() => replaceToken(this.#world, bot), options);
  }

  /** The bot is somebody else's from now on. */
  async handsOver(bot: SandboxBot, to: SandboxPerson, options: ActOptions = {}): Promise<void> {
    await this.#world.act(() => handOver(this.#world, bot, to), options);
  }

  /** How many Stars they have. */
  get stars(): number {
    return this.#world.stars.balanceOf(this);
  }

  buysStars(amount: number): void {
    this.#world.stars.give(this, amount);
  }

  /** Opens the link of an invoice and pays. */
  async pays(link: string, options: PayOptions = {}): Promise<PayResult> {
    const invoice = this.#world.stars.invoices.get(link);
    if (invoice === undefined) throw new Error(`${link} leads to no invoice.`);
    return await pay(this.#world, invoice, this, options);
  }

  /** Pays by the button of that label, on the newest message that has it: a Pay button, or one that opens an invoice. */
  async paysBy(bot: SandboxBot, label: string | RegExp, options: PayOptions = {}): Promise<PayResult> {
    return await pay(this.#world, findInvoice(this.#world, this.#dialog(bot), label), this, options);
  }

  /** What they pay for again and again, or did, oldest first. */
  subscriptions(bot: SandboxBot): SeenSubscription[] {
    return subscriptionsOf(this.#world, bot, this).map(seeSubscription);
  }

  /** Ends the renewal of their newest subscription, in Telegram's settings. */
  async stopsRenewal(bot: SandboxBot, options: ActOptions = {}): Promise<void> {
    await this.#turnsRenewal(bot, false, options);
  }

  /** Takes that back; Telegram does not let them where the bot ended it. */
  async resumesRenewal(bot: SandboxBot, options: ActOptions = {}): Promise<void> {
    await this.#turnsRenewal(bot, true, options);
  }

  async blocks(bot: SandboxBot, options: ActOptions = {}): Promise<void> {
    await this.#world.act(() => setBlocked(this.#world, this.#dialog(bot), true), options);
  }

  async unblocks(bot: SandboxBot, options: ActOptions = {}): Promise<void> {
    await this.#world.act(() => setBlocked(this.#world, this.#dialog(bot), false), options);
  }

  chatWith(bot: SandboxBot): Conversation {
    return new Conversation(this.#dialog(bot));
  }

  /** What came up on the screen after presses, oldest first. */
  answers(bot: SandboxBot): CallbackAnswer[] {
    return this.chatWith(bot).answers;
  }

  /**
   * Waits until the bot has said such a thing over the chat, in answer to a press, or in it.
   * @returns its words
   */
  async isTold(bot: SandboxBot, match: string | RegExp): Promise<string> {
    const fits = (text = '') => (typeof match === 'string' ? text.includes(match) : match.test(text));
    const find = () =>
      this.answers(bot).findLast(({ text }) => fits(text))?.text ??
      this.chatWith(bot).messages.findLast(({ from, text }) => from === 'bot' && fits(text))?.text;
    const what = `${this.firstName} to be told ${String(match)} by @${bot.username}`;
    await this.#world.journal.until(() => find() !== undefined, { what });
    return find() ?? '';
  }

  /** Waits until the bot has written such a message, or edited one to be such. A string may be any part of it. */
  async reads(bot: SandboxBot, match: Match, options: { timeoutMs?: number } = {}): Promise<SandboxMessage> {
    const fits = (message: SandboxMessage): boolean => {
      if (typeof match === 'function') return match(message);
      return typeof match === 'string' ? message.text.includes(match) : match.test(message.text);
    };
    const find = (): SandboxMessage | undefined =>
      this.chatWith(bot).messages.findLast(
        (message) => message.from === 'bot' && !message.deleted && fits(message),
      );
    const last = this.chatWith(bot).last?.text ?? '';
    const what = `${this.firstName} to read ${String(match)} from @${bot.username} (the last message then: "${last}")`;
    await this.#world.journal.until(() => find() !== undefined, { what, ...options });
    const found = find();
    if (found === undefined) throw new Error(`The message ${String(match)} is gone again.`);
    return found;
  }

  #dialog(bot: SandboxBot): Dialog {
    return this.#world.dialog(bot, this);
  }

  async #turnsRenewal(bot: SandboxBot, isOn: boolean, options: ActOptions): Promise<void> {
    const newest = subscriptionsOf(this.#world, bot, this).findLast(({ state }) => state === 'running');
    if (newest === undefined) throw new Error(`${this.firstName} has no subscription to @${bot.username}.`);
    await this.#world.act(() => turnRenewal(this.#world, newest, isOn), options);
  }

  async #writes(bot: SandboxBot, message: Omit<NewMessage, 'from'>, options: SendOptions): Promise<void> {
    const replyTo = this.#dialog(bot).messages.find(({ id }) => id === options.replyTo?.id);
    await this.#world.act(() => write(this.#world, this.#dialog(bot), { ...message, replyTo }), options);
  }

  async #attaches(bot: SandboxBot, kind: MediaKind, attachment: Attachment & SendOptions): Promise<void> {
    const { replyTo, wait, ...file } = attachment;
    const content = attach(this.#world.files, kind, file);
    const options = { ...(replyTo !== undefined && { replyTo }), ...(wait !== undefined && { wait }) };
    await this.#writes(bot, { content, text: attachment.caption ?? '' }, options);
  }
}
