import type { SandboxBot, SandboxPerson } from '../../sandbox/sandbox.ts';

/** What a person was told last: over the chat, where their last press was answered with words, else in the chat. */
export function told(person: SandboxPerson, bot: SandboxBot): string | undefined {
  return person.answers(bot).at(-1)?.text ?? person.chatWith(bot).last?.text;
}

/** What a bot sent to somebody as a file last. */
export function newestFile(person: SandboxPerson, bot: SandboxBot) {
  const file = person.chatWith(bot).messages.findLast(({ document }) => document)?.document;
  return { name: file?.fileName, text: new TextDecoder().decode(file?.bytes) };
}
