import type { Transformer } from 'grammy';

/** A group goes on under a new id. */
export type NoteGrowth = (fromChatId: bigint, toChatId: bigint) => Promise<void>;

/**
 * A basic group that became a supergroup answers to its old id with the new one only. Whoever missed the update learns
 * it here, whatever the call: the database gets the new id, and the call is repeated there, once.
 */
export function followGrownGroups(note: NoteGrowth): Transformer {
  return async (call, method, payload, signal) => {
    const answer = await call(method, payload, signal);
    const to = answer.ok ? undefined : answer.parameters?.migrate_to_chat_id;
    if (to === undefined || !('chat_id' in payload)) return answer;
    const from = Number(payload.chat_id);
    if (!Number.isSafeInteger(from)) return answer;
    await note(BigInt(from), BigInt(to));
    return call(method, { ...payload, chat_id: to }, signal);
  };
}
