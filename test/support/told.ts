import type { SandboxBot, SandboxPerson } from '../../sandbox/sandbox.ts';
import type { SandboxMessage } from '../../sandbox/world/conversation.ts';

/** What a person was told last: over the chat, where their last press was answered with words, else in the chat. */
export function told(person: SandboxPerson, bot: SandboxBot): string | undefined {
  return person.answers(bot).at(-1)?.text ?? person.chatWith(bot).last?.text;
}

/** The newest page in English that a bot has before somebody, or its question: by what leads back. A notice that comes later has none. */
export function newestPage(person: SandboxPerson, bot: SandboxBot): string {
  const { messages } = person.chatWith(bot);
  const isPage = (one: SandboxMessage) => one.buttons.flat().some(({ text }) => /^← |^Cancel$/.test(text));
  return messages.findLast(isPage)?.text ?? '';
}

/** What a bot sent to somebody as a file last. */
export function newestFile(person: SandboxPerson, bot: SandboxBot) {
  const file = person.chatWith(bot).messages.findLast(({ document }) => document)?.document;
  return { name: file?.fileName, text: new TextDecoder().decode(file?.bytes) };
}
