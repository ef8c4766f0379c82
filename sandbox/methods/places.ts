import { ApiError, badRequest, callersBug, forbidden } from '../server/api-error.ts';
import type { Account, Person } from '../world/accounts.ts';
import type { AdminRight, SandboxChat } from '../world/chats.ts';
import type { Dialog, StoredMessage } from '../world/messages.ts';
import type { Call } from './call.ts';

/** The chat, group or channel behind a chat_id, as far as the bot may use it. */
export function findPlace(call: Call, chatId: number | string): Dialog | SandboxChat {
  const id = typeof chatId === 'string' && /^-?\d+$/.test(chatId) ? Number(chatId) : chatId;
  if (typeof id === 'number' && id > 0) return findDialog(call, id);
  return findGroup(call, id);
}

/** A private chat that exists: the person has started the bot. Blocked ones are found too. */
function findDialog({ world, bot }: Call, userId: number): Dialog {
  if (world.bots.has(userId)) throw forbidden("bot can't send messages to bots");
  const person = world.people.get(userId);
  if (person === undefined) throw badRequest('chat not found');
  const dialog = world.dialog(bot, person);
  if (!dialog.hasStarted) {
    const hasMet = [...world.chats.values()].some(
      (chat) => chat.memberOf(bot) !== undefined && chat.memberOf(person) !== undefined,
    );
    throw hasMet ? forbidden("bot can't initiate conversation with a user") : badRequest('chat not found');
  }
  return dialog;
}

/** A group or channel that the bot is in. */
export function findGroup(call: Call, chatId: number | string): SandboxChat {
  const chat = lookUpGroup(call, chatId);
  const state = chat.stateOf(call.bot);
  const place = `the ${chat.kind} chat`;
  if (state.status === 'kicked') throw forbidden(`bot was kicked from ${place}`);
  if (state.status === 'left') {
    const isStranger = chat.memberOf(call.bot) === undefined && chat.username === undefined;
    throw isStranger ? badRequest('chat not found') : forbidden(`bot is not a member of ${place}`);
  }
  return chat;
}

/** A group or channel, whatever the bot is in there. */
export function lookUpGroup({ world }: Call, chatId: number | string): SandboxChat {
  const all = [...world.chats.values()];
  const chat =
    typeof chatId === 'string' && chatId.startsWith('@')
      ? all.find(({ username }) => username === chatId.slice(1))
      : world.chats.get(Number(chatId));
  if (chat === undefined) throw badRequest('chat not found');
  if (chat.migratedTo !== undefined) {
    throw new ApiError(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      parameters: { migrate_to_chat_id: chat.migratedTo.id },
    });
  }
  return chat;
}

export function findAccount({ world }: Call, userId: number): Account {
  if (userId <= 0) throw callersBug('invalid user_id specified');
  const account: Person | Account | undefined = world.people.get(userId) ?? world.bots.get(userId);
  if (account === undefined) throw badRequest('PARTICIPANT_ID_INVALID');
  return account;
}

export function demandRight(call: Call, chat: SandboxChat, right: AdminRight, action: string): void {
  if (!chat.canDo(call.bot, right)) throw badRequest(`not enough rights to ${action}`);
}

/** @param whatFor completes Telegram's "message to ... not found" */
export function findMessage(
  place: Dialog | SandboxChat,
  id: number | undefined,
  whatFor: string,
): StoredMessage {
  const message = place.messages.find((candidate) => candidate.id === id);
  if (message === undefined || message.isDeleted) throw badRequest(`message to ${whatFor} not found`);
  return message;
}
