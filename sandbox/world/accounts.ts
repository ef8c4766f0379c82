import { randomBytes } from 'node:crypto';
import type { BotCommand, MenuButton, User, UserFromGetMe } from 'grammy/types';
import { defined } from '../defined.ts';
import { Inbox } from './inbox.ts';
import type { Journal } from './journal.ts';

/** Characters of a token after the colon. */
const TOKEN_SECRET_LENGTH = 35;

/** A human's account. */
export interface Person {
  readonly isBot: false;
  readonly id: number;
  readonly firstName: string;
  readonly lastName: string | undefined;
  readonly username: string | undefined;
  readonly languageCode: string | undefined;
  /** Gone from Telegram; what they were a member of keeps a nameless account. */
  readonly isDeleted: boolean;
  /** False: voice and video messages from strangers do not reach them. */
  readonly takesVoice: boolean;
}

export type Account = Person | SandboxBot;

/** What a bot says of itself. Keys of the maps are language codes, '' for everybody else. */
export interface BotProfile {
  readonly names: Map<string, string>;
  readonly descriptions: Map<string, string>;
  readonly shortDescriptions: Map<string, string>;
  /** By scope and language, as JSON. */
  readonly commands: Map<string, BotCommand[]>;
  /** By the private chat in which it stands. */
  readonly menuButtons: Map<number | 'everybody', MenuButton>;
}

/** A bot as BotFather made it. */
export class SandboxBot {
  readonly isBot = true;
  readonly id: number;
  username: string;
  name: string;
  readonly inbox: Inbox;
  readonly profile: BotProfile = {
    names: new Map(),
    descriptions: new Map(),
    shortDescriptions: new Map(),
    commands: new Map(),
    menuButtons: new Map(),
  };
  /** Switched on by its owner in BotFather's app. */
  canManageBots = false;
  /** Of a bot that was made by a link of another bot: that one, and whose it is. */
  manager: SandboxBot | undefined;
  creator: Person | undefined;
  photo: Uint8Array | undefined;
  /** Every token it ever had, the present one last. */
  readonly issuedTokens: string[] = [];

  constructor(id: number, identity: { username: string; name: string }, journal: Journal) {
    this.id = id;
    this.username = identity.username;
    this.name = identity.name;
    this.inbox = new Inbox(identity.username, 100_000_000 + (id % 1_000) * 10_000, journal);
    this.issuedTokens.push(newToken(id));
  }

  get token(): string {
    return this.issuedTokens.at(-1) ?? '';
  }

  /** The URL of its webhook, if it has one. */
  get webhookUrl(): string | undefined {
    return this.inbox.webhook?.url;
  }

  /** What its owner does at BotFather; nobody is told of it. */
  renames(identity: { username: string; name: string }): void {
    this.username = identity.username;
    this.name = identity.name;
  }

  /** After a week without updates their ids begin anew, here with this one. */
  countsUpdatesAnew(firstUpdateId: number): void {
    this.inbox.countsAnew(firstUpdateId);
  }

  /** What /revoke does at BotFather: the old token is dead, its webhook is gone. @returns the new token */
  revokeToken(): string {
    this.issuedTokens.push(newToken(this.id));
    this.inbox.forgetListener();
    return this.token;
  }
}

function newToken(id: number): string {
  return `${id}:AA${randomBytes(TOKEN_SECRET_LENGTH)
    .toString('base64url')
    .slice(0, TOKEN_SECRET_LENGTH - 2)}`;
}

export function toUser(account: Account): User {
  if (account.isBot) {
    return { id: account.id, is_bot: true, first_name: account.name, username: account.username };
  }
  if (account.isDeleted) return { id: account.id, is_bot: false, first_name: '' };
  return defined({
    id: account.id,
    is_bot: false,
    first_name: account.firstName,
    last_name: account.lastName,
    username: account.username,
    language_code: account.languageCode,
  });
}

export function toUserFromGetMe(bot: SandboxBot): UserFromGetMe {
  return {
    id: bot.id,
    is_bot: true,
    first_name: bot.name,
    username: bot.username,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_guest_queries: false,
    supports_inline_queries: false,
    supports_join_request_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: bot.canManageBots,
  };
}

/** How an account is named in messages to the author of a test. */
export function nameOf(account: Account): string {
  return account.isBot ? `@${account.username}` : account.firstName;
}
