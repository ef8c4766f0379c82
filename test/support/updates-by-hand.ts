import type { User } from 'grammy/types';
import { unixTime } from '../../sandbox/defined.ts';
import type { SandboxBot, SandboxChat, SandboxPerson } from '../../sandbox/sandbox.ts';
import { toUser } from '../../sandbox/world/accounts.ts';
import { toChat, toChatMember, toPrivateChat } from '../../sandbox/world/chats.ts';
import type { Platform } from './platform.ts';
import { postUpdate } from './servers/post-update.ts';

/** Far from those that Telegram counts here. */
let nextId = 900_000_000;

/** Tells a bot what happens, in an order of the test's own. @param server another than the platform's first */
export function updatesByHand(
  {
    app,
    clock,
    encryptionKey,
  }: Pick<Platform, 'app' | 'encryptionKey'> & { clock: Pick<Platform['clock'], 'now'> },
  bot: SandboxBot,
  server: { origin: string } = app,
) {
  const told: (() => Promise<Response>)[] = [];

  async function post(kind: 'message' | 'chat_member' | 'my_chat_member', body: object): Promise<Response> {
    nextId += 1;
    const dated = { message_id: nextId, date: unixTime(clock.now()), ...body };
    const update = { update_id: nextId, [kind]: dated };
    const tell = () => postUpdate({ origin: server.origin, encryptionKey }, bot.id, update);
    told.push(tell);
    return tell();
  }

  return {
    /** All that was told so far, once more. */
    repeats: async () => {
      for (const tell of told) await tell();
    },

    /** @param payload of the link by which they come */
    starts: (person: SandboxPerson, payload?: string) =>
      post('message', {
        chat: toPrivateChat(person),
        from: toUser(person),
        text: payload === undefined ? '/start' : `/start ${payload}`,
      }),

    /** A charge in Stars, once more in an update of its own. */
    paid: (person: SandboxPerson, paid: { chargeId: string; payload: string; stars: number }) =>
      post('message', {
        chat: toPrivateChat(person),
        from: toUser(person),
        successful_payment: {
          currency: 'XTR',
          total_amount: paid.stars,
          invoice_payload: paid.payload,
          telegram_payment_charge_id: paid.chargeId,
          provider_payment_charge_id: `${person.id}_1`,
        },
      }),

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

    /** The bot itself is an administrator who was none. */
    isPromoted: (chat: SandboxChat, by: SandboxPerson) =>
      post('my_chat_member', {
        chat: toChat(chat),
        from: toUser(by),
        old_chat_member: toChatMember(chat, bot, { status: 'left' }),
        new_chat_member: toChatMember(chat, bot, {
          status: 'administrator',
          rights: ['can_invite_users', 'can_restrict_members'],
        }),
      }),

    /** A person closes the bot, or opens it. */
    movesBlocking: (person: SandboxPerson, status: 'kicked' | 'member') =>
      post('my_chat_member', {
        chat: toPrivateChat(person),
        from: toUser(person),
        old_chat_member: {
          user: toUser(bot),
          status: status === 'kicked' ? 'member' : 'kicked',
          until_date: 0,
        },
        new_chat_member: { user: toUser(bot), status, until_date: 0 },
      }),
  };
}
