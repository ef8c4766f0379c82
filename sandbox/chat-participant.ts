import { signed } from './dialog-acts.ts';
import { type Account, nameOf, type Person, type SandboxBot } from './world/accounts.ts';
import type { AdminRight, SandboxChat, SandboxLink } from './world/chats.ts';
import { changeMember, type JoinResult, joinByLink } from './world/membership.ts';
import type { ActOptions, World } from './world/world.ts';

/** What a bot needs in a chat that it sells. */
const USUAL_RIGHTS: readonly AdminRight[] = ['can_invite_users', 'can_restrict_members'];

export interface Identity {
  firstName: string;
  lastName?: string;
  username?: string;
  /** The language of their Telegram, as in `language_code`. */
  languageCode?: string;
}

/** Somebody with an account, and what they do in groups and channels. */
export class ChatParticipant implements Person {
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
