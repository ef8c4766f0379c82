import type { MessageOrigin } from 'grammy/types';
import { unixTime } from './defined.ts';
import { contactOf, edit, press, setBlocked, signed, TASHKENT, write } from './dialog-acts.ts';
import { type Account, nameOf, type Person, type SandboxBot } from './world/accounts.ts';
import { type Attachment, attach } from './world/attachments.ts';
import { findPress, shareChat } from './world/buttons.ts';
import type { AdminRight, SandboxChat, SandboxLink } from './world/chats.ts';
import { Conversation, type SandboxMessage } from './world/conversation.ts';
import type { MediaKind } from './world/files.ts';
import { changeMember, type JoinResult, joinByLink } from './world/membership.ts';
import type { CallbackAnswer, Dialog } from './world/messages.ts';
import { openWebApp } from './world/web-apps.ts';
import type { ActOptions, NewMessage, World } from './world/world.ts';

/** What a bot needs in a chat that it sells. */
const USUAL_RIGHTS: readonly AdminRight[] = ['can_invite_users', 'can_restrict_members'];

/** Who sends tokens to those who make bots. */
const BOT_FATHER = { id: 93_372_553, is_bot: true, first_name: 'BotFather', username: 'BotFather' };

export interface Identity {
  firstName: string;
  lastName?: string;
  username?: string;
  /** The language of their Telegram, as in `language_code`. */
  languageCode?: string;
}

interface SendOptions extends ActOptions {
  replyTo?: SandboxMessage;
}

type Match = string | RegExp | ((message: SandboxMessage) => boolean);

/**
 * Somebody with a telephone. What they do resolves once every bot that listens has taken the news of it, and
 * throws where Telegram would not let them.
 */
export class SandboxPerson implements Person {
  readonly isBot = false;
  readonly id: number;
  firstName: string;
  lastName: string | undefined;
  username: string | undefined;
  readonly languageCode: string | undefined;
  isDeleted = false;
  takesVoice = true;
  readonly #world: World;

  constructor(world: World, identity: Identity) {
    this.id = world.nextPersonId();
    this.firstName = identity.firstName;
    this.lastName = identity.lastName;
    this.username = identity.username;
    this.languageCode = identity.languageCode;
    this.#world = world;
    world.people.set(this.id, this);
  }

  /** What was not named is gone: a name without a username is one without a username. Bots see it with the next act. */
  renames({ firstName, lastName, username }: Omit<Identity, 'languageCode'>): void {
    this.firstName = firstName;
    this.lastName = lastName;
    this.username = username;
  }

  /** Leaves Telegram for good. Chats keep a nameless account; bots are told nothing. */
  deletesAccount(): void {
    this.isDeleted = true;
    this.#world.journal.note(`${this.firstName} has no account any more`);
  }

  /** A setting of Premium: nobody may send them voice or video messages. */
  refusesVoice(): void {
    this.takesVoice = false;
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
   * field. `chat` is the choice where the button asks for one.
   */
  async taps(
    bot: SandboxBot,
    label: string | RegExp,
    options: ActOptions & { message?: SandboxMessage; chat?: SandboxChat } = {},
  ): Promise<void> {
    const dialog = this.#dialog(bot);
    const button = findPress(dialog, label, options.message?.id);
    if (button.kind === 'text') return await this.sends(bot, button.text, options);
    await this.#world.act(() => {
      if (button.kind === 'callback') press(this.#world, dialog, button.message, button.data);
      else this.#world.tellOfMessage(bot, shareChat(this.#world, dialog, button.request, options.chat));
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

  createsChannel(title: string, options: { username?: string } = {}): SandboxChat {
    return this.#creates(this.#world.newChat('channel', title, options.username));
  }

  /** A basic group unless it is to be a supergroup. */
  createsGroup(title: string, options: { supergroup?: boolean } = {}): SandboxChat {
    return this.#creates(this.#world.newChat(options.supergroup === true ? 'supergroup' : 'group', title));
  }

  /** As administrator with these rights (the usual ones when not given), or as plain member of a group. */
  async adds(
    bot: SandboxBot,
    chat: SandboxChat,
    options: ActOptions & { rights?: readonly AdminRight[]; asMember?: boolean } = {},
  ): Promise<void> {
    if (options.asMember === true && chat.kind === 'channel')
      throw new Error('Bots are in channels as administrators only.');
    const { rights = USUAL_RIGHTS } = options;
    const state =
      options.asMember === true
        ? ({ status: 'member' } as const)
        : ({ status: 'administrator', rights } as const);
    await this.#changes(chat, bot, state, options);
  }

  /** Makes an administrator with exactly these rights. */
  async promotes(
    account: Account,
    chat: SandboxChat,
    rights: readonly AdminRight[],
    options: ActOptions = {},
  ): Promise<void> {
    await this.#changes(chat, account, { status: 'administrator', rights }, options);
  }

  /** Takes these rights away, or with none named the whole office: in a channel a bot is then out. */
  async demotes(
    account: Account,
    chat: SandboxChat,
    rights?: readonly AdminRight[],
    options: ActOptions = {},
  ): Promise<void> {
    const state = chat.stateOf(account);
    if (state.status !== 'administrator')
      throw new Error(`${nameOf(account)} is no administrator of ${chat.title}.`);
    if (rights !== undefined) {
      const left = state.rights.filter((right) => !rights.includes(right));
      return await this.promotes(account, chat, left, options);
    }
    const isOut = account.isBot && chat.kind === 'channel';
    await this.#changes(chat, account, { status: isOut ? 'left' : 'member' }, options);
  }

  /** A person is out and may come back; a bot is barred until somebody adds it again. */
  async removes(account: Account, chat: SandboxChat, options: ActOptions = {}): Promise<void> {
    if (!chat.has(account)) throw new Error(`${nameOf(account)} is not in ${chat.title}.`);
    await this.#changes(chat, account, { status: account.isBot ? 'kicked' : 'left' }, options);
  }

  async bans(person: Person, chat: SandboxChat, options: ActOptions = {}): Promise<void> {
    await this.#changes(chat, person, { status: 'kicked' }, options);
  }

  async unbans(person: Person, chat: SandboxChat, options: ActOptions = {}): Promise<void> {
    if (!chat.isBanned(person)) throw new Error(`${person.firstName} is not banned in ${chat.title}.`);
    await this.#changes(chat, person, { status: 'left' }, options);
  }

  /** Takes the right to write in a group away; they stay inside. */
  async restricts(person: Person, chat: SandboxChat, options: ActOptions = {}): Promise<void> {
    const isMember = chat.has(person);
    await this.#changes(chat, person, { status: 'restricted', isMember }, options);
  }

  /** Adds somebody by hand. */
  async letsIn(person: Person, chat: SandboxChat, options: ActOptions = {}): Promise<void> {
    await this.#changes(chat, person, { status: 'member' }, options);
  }

  /** Adds somebody as any member of a group may where its owner allows it. */
  async bringsIn(person: Person, chat: SandboxChat, options: ActOptions = {}): Promise<void> {
    if (chat.kind === 'channel' || !chat.has(this))
      throw new Error(`${this.firstName} can add nobody there.`);
    if (chat.isBanned(person)) throw new Error(`${person.firstName} is banned in ${chat.title}.`);
    const change = { state: { status: 'member' }, by: this } as const;
    await this.#world.act(() => changeMember(this.#world, chat, person, change), options);
  }

  /** A link of their own making. */
  createsLink(chat: SandboxChat, options: { memberLimit?: number; expireDate?: Date } = {}): SandboxLink {
    this.#demandOffice(chat);
    return chat.addLink(this, options);
  }

  /** Opens an invite link. */
  async joins(link: string, options: ActOptions = {}): Promise<JoinResult> {
    return await this.#world.act(() => joinByLink(this.#world, this, link), options);
  }

  async leaves(chat: SandboxChat, options: ActOptions = {}): Promise<void> {
    if (!chat.has(this)) throw new Error(`${this.firstName} is not in ${chat.title}.`);
    // A restriction outlasts the member's leaving.
    const isRestricted = chat.stateOf(this).status === 'restricted';
    const state = isRestricted
      ? ({ status: 'restricted', isMember: false } as const)
      : ({ status: 'left' } as const);
    await this.#world.act(() => changeMember(this.#world, chat, this, { state, by: this }), options);
  }

  /** Says something where others hear it: bots that are administrators do. */
  async writesIn(chat: SandboxChat, text: string, options: ActOptions = {}): Promise<void> {
    if (!chat.has(this)) throw new Error(`${this.firstName} is not in ${chat.title}.`);
    await this.#world.act(() => {
      const message = this.#world.addMessage(chat, signed(this, { content: { kind: 'text' }, text }));
      for (const member of chat.members) {
        if (member.isBot && chat.isAdministrator(member)) this.#world.tellOfMessage(member, message);
      }
    }, options);
  }

  #dialog(bot: SandboxBot): Dialog {
    return this.#world.dialog(bot, this);
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

  #creates(chat: SandboxChat): SandboxChat {
    chat.setMember(this, { status: 'creator' });
    return chat;
  }

  #demandOffice(chat: SandboxChat): void {
    if (!chat.isAdministrator(this)) throw new Error(`${this.firstName} does not run ${chat.title}.`);
  }

  async #changes(
    chat: SandboxChat,
    account: Account,
    state: Parameters<typeof changeMember>[3]['state'],
    options: ActOptions,
  ): Promise<void> {
    this.#demandOffice(chat);
    if (chat.stateOf(account).status === 'creator') throw new Error(`${nameOf(account)} owns ${chat.title}.`);
    await this.#world.act(() => changeMember(this.#world, chat, account, { state, by: this }), options);
  }
}
