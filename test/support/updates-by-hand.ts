import type { User } from 'grammy/types';
import { toUser } from '../../src/sandbox/accounts.ts';
import { toChat, toChatMember, toPrivateChat } from '../../src/sandbox/chats.ts';
import { unixTime } from '../../src/sandbox/defined.ts';
import type { SandboxBot, SandboxChat, SandboxPerson } from '../../src/sandbox/sandbox.ts';
import type { Platform } from './platform.ts';
import { postUpdate } from './post-update.ts';

/** Far from those that Telegram counts here. */
let nextId = 900_000_000;

/** Tells a bot what happens, in an order of the test's own. @param server another than the platform's first */
export function updatesByHand(
  { app, clock, encryptionKey }: Pick<Platform, 'app' | 'clock' | 'encryptionKey'>,
  bot: SandboxBot,
  server: { origin: string } = app,
) {
  async function post(kind: 'message' | 'chat_member', body: object): Promise<Response> {
    nextId += 1;
    const dated = { message_id: nextId, date: unixTime(clock.now()), ...body };
    return postUpdate({ origin: server.origin, encryptionKey }, bot.id, { update_id: nextId, [kind]: dated });
  }

  return {
    starts: (person: SandboxPerson) =>
      post('message', { chat: toPrivateChat(person), from: toUser(person), text: '/start' }),

    /** A basic group says that it goes on as a supergroup. */
    grows: (group: SandboxChat, supergroup: SandboxChat, owner: SandboxPerson) =>
      post('message', {
        chat: toChat(group),
        from: toUser(owner),
        migrate_to_chat_id: supergroup.id,
      }),

    /** Somebody is outside who was not. @param by as Telegram shows them */
    isPutOut: (person: SandboxPerson, chat: SandboxChat, by: User) =>
      post('chat_member', {
        chat: toChat(chat),
        from: by,
        old_chat_member: toChatMember(chat, person, { status: 'member' }),
        new_chat_member: toChatMember(chat, person, { status: 'left' }),
      }),

    /** Somebody is inside who was not. */
    joins: (person: SandboxPerson, chat: SandboxChat, link: string) =>
      post('chat_member', {
        chat: toChat(chat),
        from: toUser(person),
        old_chat_member: toChatMember(chat, person, { status: 'left' }),
        new_chat_member: toChatMember(chat, person, { status: 'member' }),
        invite_link: { invite_link: link },
      }),
  };
}
