import type { Api } from 'grammy';
import type { ChatGateway, ChatPlace, Presence } from '../../modules/channels/chat-gateway.ts';
import { lookAtChat } from '../common/chat-membership.ts';
import { means } from './api-errors.ts';
import { type Throttle, throttled } from './throttle.ts';

/** Looks after who is in a chat, each call once: whoever enqueued it decides what an error means. */
export function createChatGateway(deps: {
  throttle: Throttle;
  apiOf: (telegramBotId: bigint) => Promise<Api>;
}): ChatGateway {
  async function call<T>(
    place: ChatPlace,
    method: keyof Api,
    make: (api: Api, chatId: string) => Promise<T>,
    expected?: (error: unknown) => { value: T } | null,
  ): Promise<T> {
    const api = await deps.apiOf(place.telegramBotId);
    return throttled(deps.throttle, { api, method }, async () => {
      try {
        return await make(api, String(place.telegramChatId));
      } catch (error) {
        const known = expected?.(error);
        if (known) return known.value;
        throw error;
      }
    });
  }

  return {
    presenceOf: (place, telegramUserId) =>
      call<Presence>(place, 'getChatMember', async (api, chatId) => {
        const member = await api.getChatMember(chatId, Number(telegramUserId));
        if (member.status === 'creator' || member.status === 'administrator') return 'administrator';
        if (member.status === 'kicked') return 'banned';
        if (member.status === 'left') return 'outside';
        return member.status === 'restricted' && !member.is_member ? 'outside' : 'inside';
      }),
    look: (place) =>
      call(place, 'getChatMember', (api, chatId) => lookAtChat(api, chatId, place.telegramBotId)),
    discussionOf: (place) =>
      call(place, 'getChat', async (api, chatId) => {
        const { linked_chat_id: linked } = await api.getChat(chatId);
        return linked === undefined ? null : BigInt(linked);
      }),
    createInviteLink: (place, { name, expiresAt }) =>
      call(place, 'createChatInviteLink', async (api, chatId) => {
        const link = await api.createChatInviteLink(chatId, {
          name,
          member_limit: 1,
          expire_date: Math.floor(expiresAt.getTime() / 1000),
        });
        return link.invite_link;
      }),
    revokeInviteLink: (place, link) =>
      call<void>(
        place,
        'revokeChatInviteLink',
        async (api, chatId) => {
          await api.revokeChatInviteLink(chatId, link);
        },
        (error) => (means(error, 'already') ? { value: undefined } : null),
      ),
    removeMember: (place, telegramUserId) =>
      call(place, 'unbanChatMember', async (api, chatId) => {
        // Without `only_if_banned` this removes a member, and leaves no ban.
        await api.unbanChatMember(chatId, Number(telegramUserId));
      }),
    ban: (place, telegramUserId) =>
      call(place, 'banChatMember', async (api, chatId) => {
        await api.banChatMember(chatId, Number(telegramUserId));
      }),
    liftBan: (place, telegramUserId) =>
      call(place, 'unbanChatMember', async (api, chatId) => {
        await api.unbanChatMember(chatId, Number(telegramUserId), { only_if_banned: true });
      }),
  };
}
