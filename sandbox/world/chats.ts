import { randomBytes } from 'node:crypto';
import type { Chat, ChatAdministratorRights, ChatInviteLink, ChatMember } from 'grammy/types';
import { defined, unixTime } from '../defined.ts';
import { type Account, type Person, toUser } from './accounts.ts';
import type { StoredMessage } from './messages.ts';

export type GroupKind = 'channel' | 'supergroup' | 'group';
export type AdminRight = Exclude<keyof ChatAdministratorRights, 'is_anonymous'>;

export type MemberState =
  | { status: 'creator' }
  | { status: 'administrator'; rights: readonly AdminRight[] }
  | { status: 'member' }
  /** Inside or not; what they may not do is of no account here. */
  | { status: 'restricted'; isMember: boolean }
  | { status: 'left' }
  /** Banned; for ever without `until`. */
  | { status: 'kicked'; until?: Date };

export interface Member {
  account: Account;
  state: MemberState;
  /** How they came in, where that was a link; only while they are in. */
  joinedVia: SandboxLink | undefined;
}

/** An invite link. */
export interface SandboxLink {
  readonly link: string;
  readonly createdBy: Account;
  readonly isPrimary: boolean;
  name: string | undefined;
  memberLimit: number | undefined;
  expireDate: Date | undefined;
  createsJoinRequest: boolean;
  revoked: boolean;
  /** Who came through it and is still there: only they count towards the limit. */
  readonly usedBy: Account[];
}

/** What a chat asks of the world around it. */
export interface ChatSurroundings {
  now(): Date;
  changed(event: string): void;
  migrate(chat: SandboxChat, unheard?: boolean): Promise<SandboxChat>;
  /** The title is another; Telegram says so aloud. */
  retitled(chat: SandboxChat): Promise<void>;
}

const ALL_RIGHTS: readonly AdminRight[] = [
  'can_manage_chat',
  'can_delete_messages',
  'can_manage_video_chats',
  'can_restrict_members',
  'can_promote_members',
  'can_change_info',
  'can_invite_users',
  'can_post_stories',
  'can_edit_stories',
  'can_delete_stories',
  'can_send_welcome_messages',
];

/** A channel, a supergroup or a basic group. */
export class SandboxChat {
  readonly id: number;
  readonly kind: GroupKind;
  readonly links: SandboxLink[] = [];
  readonly messages: StoredMessage[] = [];
  /** The supergroup that this basic group has become. */
  migratedTo: SandboxChat | undefined;
  /** A channel's group for discussions, and that group's channel. */
  linked: SandboxChat | undefined;
  #title: string;
  #username: string | undefined;
  readonly #members = new Map<number, Member>();
  readonly #surroundings: ChatSurroundings;

  constructor(
    identity: { id: number; kind: GroupKind; title: string; username: string | undefined },
    surroundings: ChatSurroundings,
  ) {
    this.id = identity.id;
    this.kind = identity.kind;
    this.#title = identity.title;
    this.#username = identity.username;
    this.#surroundings = surroundings;
  }

  get title(): string {
    return this.#title;
  }

  async setsTitle(title: string): Promise<void> {
    this.#title = title;
    await this.#surroundings.retitled(this);
  }

  /** Its channel's posts are discussed in this group from now on. */
  discusses(channel: SandboxChat): void {
    this.linked = channel;
    channel.linked = this;
  }

  /** Public chats have one. */
  get username(): string | undefined {
    return this.#username;
  }

  /** Makes the chat public, or private again with undefined. Bots hear nothing of it. */
  setsUsername(username: string | undefined): void {
    this.#username = username;
    this.#surroundings.changed(`${this.title} is ${username === undefined ? 'private' : `@${username}`} now`);
  }

  /** What Telegram does to a basic group that outgrows itself. @returns the supergroup, under its new id */
  async upgradesToSupergroup({ unheard = false } = {}): Promise<SandboxChat> {
    return await this.#surroundings.migrate(this, unheard);
  }

  /** Everybody inside, bots too. */
  get members(): Account[] {
    return this.allMembers.filter(({ account }) => this.has(account)).map(({ account }) => account);
  }

  has(account: Account): boolean {
    return isInside(this.stateOf(account));
  }

  isBanned(account: Account): boolean {
    return this.stateOf(account).status === 'kicked';
  }

  /** Everybody who ever was something here, those who left and the banned included. */
  get allMembers(): Member[] {
    return [...this.#members.values()];
  }

  memberOf(account: Account): Member | undefined {
    return this.#members.get(account.id);
  }

  /** A ban that has run out counts as having left. */
  stateOf(account: Account): MemberState {
    const state = this.#members.get(account.id)?.state ?? { status: 'left' };
    const isOver =
      state.status === 'kicked' && state.until !== undefined && state.until <= this.#surroundings.now();
    return isOver ? { status: 'left' } : state;
  }

  setMember(account: Account, state: MemberState, joinedVia?: SandboxLink): void {
    const before = this.#members.get(account.id)?.joinedVia;
    before?.usedBy.splice(0, before.usedBy.length, ...before.usedBy.filter((user) => user !== account));
    if (joinedVia !== undefined && !joinedVia.usedBy.includes(account)) joinedVia.usedBy.push(account);
    this.#members.set(account.id, { account, state, joinedVia });
  }

  canDo(account: Account, right: AdminRight): boolean {
    const state = this.stateOf(account);
    return state.status === 'creator' || (state.status === 'administrator' && state.rights.includes(right));
  }

  isAdministrator(account: Account): boolean {
    return ['creator', 'administrator'].includes(this.stateOf(account).status);
  }

  addLink(
    createdBy: Account,
    options: Partial<
      Pick<SandboxLink, 'name' | 'memberLimit' | 'expireDate' | 'createsJoinRequest' | 'isPrimary'>
    >,
  ): SandboxLink {
    const link: SandboxLink = {
      link: `https://t.me/+${randomBytes(12).toString('base64url')}`,
      createdBy,
      isPrimary: options.isPrimary ?? false,
      name: options.name,
      memberLimit: options.memberLimit,
      expireDate: options.expireDate,
      createsJoinRequest: options.createsJoinRequest ?? false,
      revoked: false,
      usedBy: [],
    };
    this.links.push(link);
    return link;
  }
}

export function isInside(state: MemberState): boolean {
  if (state.status === 'restricted') return state.isMember;
  return state.status !== 'left' && state.status !== 'kicked';
}

export function toChat(chat: SandboxChat): Chat {
  if (chat.kind === 'group') return { id: chat.id, type: 'group', title: chat.title };
  const fields = defined({ id: chat.id, title: chat.title, username: chat.username });
  return chat.kind === 'channel' ? { ...fields, type: 'channel' } : { ...fields, type: 'supergroup' };
}

export function toPrivateChat(person: Person): Chat.PrivateChat {
  return {
    type: 'private',
    ...defined({
      id: person.id,
      first_name: person.firstName,
      last_name: person.lastName,
      username: person.username,
    }),
  };
}

export function toChatMember(chat: SandboxChat, account: Account, state: MemberState): ChatMember {
  const user = toUser(account);
  switch (state.status) {
    case 'creator':
      return { status: 'creator', user, is_anonymous: false };
    case 'member':
    case 'left':
      return { status: state.status, user };
    case 'restricted':
      return { status: 'restricted', user, is_member: state.isMember, until_date: 0, ...SILENCED };
    case 'kicked':
      return { status: 'kicked', user, until_date: state.until === undefined ? 0 : unixTime(state.until) };
    case 'administrator':
      return { status: 'administrator', user, can_be_edited: false, ...toRights(chat, state.rights) };
  }
}

/** Who is restricted here may read and do nothing else. */
const SILENCED = {
  can_send_messages: false,
  can_send_audios: false,
  can_send_documents: false,
  can_send_photos: false,
  can_send_videos: false,
  can_send_video_notes: false,
  can_send_voice_notes: false,
  can_send_polls: false,
  can_send_other_messages: false,
  can_add_web_page_previews: false,
  can_change_info: false,
  can_invite_users: false,
  can_pin_messages: false,
  can_manage_topics: false,
  can_edit_tag: false,
  can_react_to_messages: false,
};

/** Channels and groups report different rights; managing the chat comes with being an administrator. */
function toRights(chat: SandboxChat, rights: readonly AdminRight[]): ChatAdministratorRights {
  const has = (right: AdminRight): boolean => rights.includes(right);
  const common = Object.fromEntries(ALL_RIGHTS.map((right) => [right, has(right)]));
  const ofChannel = {
    can_post_messages: has('can_post_messages'),
    can_edit_messages: has('can_edit_messages'),
  };
  const ofGroup = { can_pin_messages: has('can_pin_messages'), can_manage_topics: has('can_manage_topics') };
  const special = chat.kind === 'channel' ? ofChannel : ofGroup;
  return { ...common, ...special, can_manage_chat: true, is_anonymous: false } as ChatAdministratorRights;
}

/** @param viewer others than the bot that made the link see only its beginning */
export function toInviteLink(link: SandboxLink, viewer: Account): ChatInviteLink {
  const isHidden = link.createdBy.id !== viewer.id;
  return defined({
    invite_link: isHidden ? `${link.link.slice(0, 'https://t.me/+'.length + 8)}…` : link.link,
    creator: toUser(link.createdBy),
    creates_join_request: link.createsJoinRequest,
    is_primary: link.isPrimary,
    is_revoked: link.revoked,
    name: link.name,
    expire_date: link.expireDate === undefined ? undefined : unixTime(link.expireDate),
    member_limit: link.memberLimit,
  });
}
