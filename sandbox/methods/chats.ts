import type { ChatFullInfo } from 'grammy/types';
import { badRequest } from '../server/api-error.ts';
import { isInside, type SandboxChat, toChat, toChatMember, toPrivateChat } from '../world/chats.ts';
import { changeMember } from '../world/membership.ts';
import { Dialog } from '../world/messages.ts';
import type { Call, Handlers } from './call.ts';
import { demandAccount, demandSight } from './oddities.ts';
import { demandRight, findAccount, findGroup, findPlace, lookUpGroup } from './places.ts';

/** Bans shorter or longer than this are for ever. */
const SHORTEST_BAN_SECONDS = 30;
const LONGEST_BAN_SECONDS = 366 * 86_400;
/** Telegram cannot let a present member go without banning them for this long first. */
const LETTING_GO_SECONDS = 60;

function demandBannable(call: Call, chat: SandboxChat, userId: number): ReturnType<typeof findAccount> {
  if (userId === call.bot.id) throw badRequest("can't restrict self");
  const account = findAccount(call, userId);
  demandRight(call, chat, 'can_restrict_members', 'restrict/unrestrict chat member');
  const { status } = chat.stateOf(account);
  if (status === 'creator') throw badRequest("can't remove chat owner");
  if (status === 'administrator') throw badRequest('user is an administrator of the chat');
  return account;
}

function secondsFromNow(call: Call, seconds: number): Date {
  return new Date(call.world.now().getTime() + seconds * 1_000);
}

function endOfBan(call: Call, untilDate: number | undefined): Date | undefined {
  if (untilDate === undefined || untilDate === 0) return undefined;
  const seconds = untilDate - call.world.now().getTime() / 1_000;
  return seconds < SHORTEST_BAN_SECONDS || seconds > LONGEST_BAN_SECONDS
    ? undefined
    : new Date(untilDate * 1_000);
}

export const chats: Handlers<
  | 'getChat'
  | 'getChatMember'
  | 'getChatAdministrators'
  | 'getChatMemberCount'
  | 'banChatMember'
  | 'unbanChatMember'
  | 'leaveChat'
> = {
  getChat(call, args) {
    const isPublic = typeof args.chat_id === 'string' && args.chat_id.startsWith('@');
    const place = isPublic ? lookUpGroup(call, args.chat_id) : findPlace(call, args.chat_id);
    const chat = place instanceof Dialog ? toPrivateChat(place.person) : toChat(place);
    const accepted_gift_types = {
      unlimited_gifts: false,
      limited_gifts: false,
      unique_gifts: false,
      premium_subscription: false,
      gifts_from_channels: false,
    };
    const linked = place instanceof Dialog ? undefined : place.linked;
    const discussion = linked === undefined ? {} : { linked_chat_id: linked.id };
    return {
      ...chat,
      ...discussion,
      accent_color_id: 0,
      max_reaction_count: 11,
      accepted_gift_types,
    } as ChatFullInfo;
  },

  getChatMember(call, args) {
    const chat = findGroup(call, args.chat_id);
    const account = findAccount(call, args.user_id);
    demandSight(call, chat, account);
    return toChatMember(chat, account, chat.stateOf(account));
  },

  getChatAdministrators(call, args) {
    const chat = findGroup(call, args.chat_id);
    return chat.members
      .filter((account) => chat.isAdministrator(account))
      .filter((account) => !account.isBot || account === call.bot || args.return_bots === true)
      .map((account) => toChatMember(chat, account, chat.stateOf(account)))
      .filter((member) => member.status === 'creator' || member.status === 'administrator');
  },

  getChatMemberCount: (call, args) => findGroup(call, args.chat_id).members.length,

  banChatMember(call, args) {
    const chat = findGroup(call, args.chat_id);
    const account = demandBannable(call, chat, args.user_id);
    const until = endOfBan(call, args.until_date);
    const state = { status: 'kicked' as const, ...(until !== undefined && { until }) };
    changeMember(call.world, chat, account, { state, by: call.bot });
    return true;
  },

  unbanChatMember(call, args) {
    const chat = findGroup(call, args.chat_id);
    if (chat.kind === 'group') throw badRequest('method is available for supergroup and channel chats only');
    const isPresent = isInside(chat.stateOf(findAccount(call, args.user_id)));
    if (isPresent && args.only_if_banned === true) return true;
    const account = demandBannable(call, chat, args.user_id);
    if (!isPresent) demandAccount(account);
    if (isPresent) {
      const until = secondsFromNow(call, LETTING_GO_SECONDS);
      changeMember(call.world, chat, account, { state: { status: 'kicked', until }, by: call.bot });
    }
    changeMember(call.world, chat, account, { state: { status: 'left' }, by: call.bot });
    return true;
  },

  leaveChat(call, args) {
    const chat = findGroup(call, args.chat_id);
    changeMember(call.world, chat, call.bot, { state: { status: 'left' }, by: call.bot });
    return true;
  },
};
