import { badRequest, callersBug } from '../server/api-error.ts';
import { type SandboxChat, type SandboxLink, toInviteLink } from '../world/chats.ts';
import { characterCount } from '../world/entities.ts';
import type { Call, Handlers } from './call.ts';
import { demandRight, findGroup } from './places.ts';

const LONGEST_NAME = 32;
const HIGHEST_MEMBER_LIMIT = 99_999;

interface LinkOptions {
  name?: string;
  expire_date?: number;
  member_limit?: number;
  creates_join_request?: boolean;
}

function findManagedGroup(call: Call, chatId: number | string): SandboxChat {
  const chat = findGroup(call, chatId);
  demandRight(call, chat, 'can_invite_users', 'manage chat invite link');
  return chat;
}

/** Zero means "none" to Telegram. */
function readOptions(
  call: Call,
  options: LinkOptions,
): Pick<SandboxLink, 'name' | 'memberLimit' | 'expireDate' | 'createsJoinRequest'> {
  const {
    name,
    expire_date: expires = 0,
    member_limit: limit = 0,
    creates_join_request: asks = false,
  } = options;
  if (name !== undefined && characterCount(name) > LONGEST_NAME)
    throw callersBug('invite link name is too long');
  if (limit < 0 || limit > HIGHEST_MEMBER_LIMIT) throw callersBug('USAGE_LIMIT_INVALID');
  if (asks && limit > 0) {
    throw callersBug("member limit can't be specified for links requiring administrator approval");
  }
  if (expires !== 0 && expires * 1_000 <= call.world.now().getTime()) throw badRequest('EXPIRE_DATE_INVALID');
  return {
    name,
    memberLimit: limit === 0 ? undefined : limit,
    expireDate: expires === 0 ? undefined : new Date(expires * 1_000),
    createsJoinRequest: asks,
  };
}

/** A bot manages its own links only, and only while they live. */
function findOwnLink(call: Call, chat: SandboxChat, url: string): SandboxLink {
  const link = chat.links.find((candidate) => candidate.link === url && candidate.createdBy === call.bot);
  if (link === undefined || link.revoked) throw badRequest('INVITE_HASH_EXPIRED');
  return link;
}

export const links: Handlers<
  'createChatInviteLink' | 'editChatInviteLink' | 'revokeChatInviteLink' | 'exportChatInviteLink'
> = {
  createChatInviteLink(call, args) {
    const chat = findManagedGroup(call, args.chat_id);
    const link = chat.addLink(call.bot, readOptions(call, args));
    call.world.journal.note(`@${call.bot.username} made a link to ${chat.title}`);
    return toInviteLink(link, call.bot);
  },

  editChatInviteLink(call, args) {
    const link = findOwnLink(call, findManagedGroup(call, args.chat_id), args.invite_link);
    Object.assign(link, readOptions(call, args));
    call.world.journal.changed();
    return toInviteLink(link, call.bot);
  },

  revokeChatInviteLink(call, args) {
    const chat = findManagedGroup(call, args.chat_id);
    const link = findOwnLink(call, chat, args.invite_link);
    link.revoked = true;
    call.world.journal.note(`@${call.bot.username} revoked a link to ${chat.title}`);
    return toInviteLink(link, call.bot);
  },

  exportChatInviteLink(call, args) {
    const chat = findManagedGroup(call, args.chat_id);
    for (const link of chat.links) {
      if (link.isPrimary && link.createdBy === call.bot) link.revoked = true;
    }
    call.world.journal.changed();
    return chat.addLink(call.bot, { isPrimary: true }).link;
  },
};
