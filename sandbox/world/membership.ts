import type { ChatMemberUpdated } from 'grammy/types';
import { unixTime } from '../defined.ts';
import { type Account, nameOf, type Person, toUser } from './accounts.ts';
import {
  isInside,
  type MemberState,
  type SandboxChat,
  type SandboxLink,
  toChat,
  toChatMember,
  toInviteLink,
} from './chats.ts';
import type { World } from './world.ts';

export type JoinResult =
  | { ok: true; chat: SandboxChat }
  | { ok: false; reason: 'unknown' | 'revoked' | 'expired' | 'full' | 'banned' | 'already inside' };

interface MemberChange {
  state: MemberState;
  /** Who did it: the member, an administrator or a bot. */
  by: Account;
  via?: SandboxLink;
}

/** Makes somebody something in a chat, and tells every bot that Telegram would tell. */
export function changeMember(world: World, chat: SandboxChat, account: Account, change: MemberChange): void {
  const before = chat.stateOf(account);
  const hasChanged = JSON.stringify(before) !== JSON.stringify(change.state);
  if (!hasChanged) return;
  const joinedVia = change.via ?? chat.memberOf(account)?.joinedVia;
  chat.setMember(account, change.state, isInside(change.state) ? joinedVia : undefined);
  world.journal.note(`${nameOf(account)} is ${change.state.status} in ${chat.title}, was ${before.status}`);

  const updateFor = (viewer: Account): ChatMemberUpdated => ({
    chat: toChat(chat),
    from: toUser(change.by),
    date: unixTime(world.now()),
    old_chat_member: toChatMember(chat, account, before),
    new_chat_member: toChatMember(chat, account, change.state),
    ...(change.via !== undefined && { invite_link: toInviteLink(change.via, viewer) }),
  });
  if (account.isBot) world.tell(account, { my_chat_member: updateFor(account) }, chat.id);
  for (const { account: viewer } of chat.allMembers) {
    if (!viewer.isBot || viewer === account || !chat.isAdministrator(viewer)) continue;
    world.tell(viewer, { chat_member: updateFor(viewer) }, chat.id);
  }
  if (chat.kind !== 'channel') addServiceMessage(world, chat, account, { before, by: change.by });
}

/** Groups say aloud who came and who went; channels do not. */
function addServiceMessage(
  world: World,
  chat: SandboxChat,
  account: Account,
  change: { before: MemberState; by: Account },
): void {
  const isIn = chat.has(account);
  if (isInside(change.before) === isIn) return;
  const fields = isIn ? { new_chat_members: [toUser(account)] } : { left_chat_member: toUser(account) };
  const message = world.addMessage(chat, { from: change.by, content: { kind: 'service', fields } });
  for (const member of chat.members) {
    if (member.isBot) world.tellOfMessage(member, message);
  }
}

/** What opening an invite link and pressing "join" comes to. */
export function joinByLink(world: World, person: Person, url: string): JoinResult {
  // A link that moved with its group is found in both places: the newer one counts.
  const chat = [...world.chats.values()].findLast(({ links }) => links.some(({ link }) => link === url));
  const link = chat?.links.find((candidate) => candidate.link === url);
  if (chat === undefined || link === undefined) return { ok: false, reason: 'unknown' };
  if (chat.has(person)) return { ok: false, reason: 'already inside' };
  if (link.revoked) return { ok: false, reason: 'revoked' };
  if (link.expireDate !== undefined && link.expireDate <= world.now())
    return { ok: false, reason: 'expired' };
  if (link.memberLimit !== undefined && link.usedBy.length >= link.memberLimit)
    return { ok: false, reason: 'full' };
  if (chat.isBanned(person)) return { ok: false, reason: 'banned' };
  const isRestricted = chat.stateOf(person).status === 'restricted';
  const state: MemberState = isRestricted ? { status: 'restricted', isMember: true } : { status: 'member' };
  changeMember(world, chat, person, { state, by: person, via: link });
  return { ok: true, chat };
}
