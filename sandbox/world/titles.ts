import type { SandboxChat } from './chats.ts';
import type { World } from './world.ts';

/** Every chat says that it has another title: channels in a post, groups in a service message. */
export function announceTitle(world: World, chat: SandboxChat): void {
  const creator = chat.allMembers.find(({ state }) => state.status === 'creator');
  if (creator === undefined) throw new Error(`${chat.title} has no creator.`);
  const message = world.addMessage(chat, {
    from: creator.account,
    content: { kind: 'service', fields: { new_chat_title: chat.title } },
  });
  for (const member of chat.members) {
    if (member.isBot && chat.isAdministrator(member)) world.tellOfMessage(member, message);
  }
}
