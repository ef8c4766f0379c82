import type { SandboxBot, SandboxPerson } from '../../sandbox/sandbox.ts';

/** What a person was told last: over the chat, where their last press was answered with words, else in the chat. */
export function told(person: SandboxPerson, bot: SandboxBot): string | undefined {
  return person.answers(bot).at(-1)?.text ?? person.chatWith(bot).last?.text;
}

/** The newest page that a bot has before somebody; a notice that comes after it has no buttons. */
export function newestPage(person: SandboxPerson, bot: SandboxBot): string {
  return person.chatWith(bot).messages.findLast(({ buttons }) => buttons.length > 0)?.text ?? '';
}

/** What a bot sent to somebody as a file last. */
export function newestFile(person: SandboxPerson, bot: SandboxBot) {
  const file = person.chatWith(bot).messages.findLast(({ document }) => document)?.document;
  return { name: file?.fileName, text: new TextDecoder().decode(file?.bytes) };
}
