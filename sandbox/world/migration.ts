import type { SandboxChat } from './chats.ts';
import type { World } from './world.ts';

/**
 * A basic group becomes a supergroup: everybody and every link moves, the old id only points to the new one.
 * @param unheard the word of it reaches no bot, as after a day in which they did not listen
 */
export function migrateToSupergroup(world: World, old: SandboxChat, unheard = false): SandboxChat {
  if (old.kind !== 'group') throw new Error(`${old.title} is no basic group.`);
  if (old.migratedTo !== undefined) throw new Error(`${old.title} has become a supergroup before.`);
  const creator = old.allMembers.find(({ state }) => state.status === 'creator');
  if (creator === undefined) throw new Error(`${old.title} has no creator.`);
  const supergroup = world.newChat('supergroup', old.title);
  for (const { account, state, joinedVia } of old.allMembers) supergroup.setMember(account, state, joinedVia);
  supergroup.links.push(...old.links);
  old.migratedTo = supergroup;
  const service = (
    chat: SandboxChat,
    fields: { migrate_to_chat_id: number } | { migrate_from_chat_id: number },
  ) => world.addMessage(chat, { from: creator.account, content: { kind: 'service', fields } });
  const farewell = service(old, { migrate_to_chat_id: supergroup.id });
  const welcome = service(supergroup, { migrate_from_chat_id: old.id });
  for (const account of supergroup.members) {
    if (!account.isBot || unheard) continue;
    world.tellOfMessage(account, farewell);
    world.tellOfMessage(account, welcome);
  }
  world.journal.note(`${old.title} became a supergroup`);
  return supergroup;
}
