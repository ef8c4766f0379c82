import { expect } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../sandbox/sandbox.ts';
import type { SandboxMessage } from '../../sandbox/world/conversation.ts';
import { type Clock, systemClock } from '../../src/shared/clock.ts';
import { eventually } from './eventually.ts';
import type { Ground } from './platform.ts';

/** What a person was told last: over the chat, where their last press was answered with words, else in the chat. */
export function told(person: SandboxPerson, bot: SandboxBot): string | undefined {
  return person.answers(bot).at(-1)?.text ?? person.chatWith(bot).last?.text;
}

/**
 * Waits until owners and moderators were told of what happened: the notice comes into the chat in which they look at a
 * page, and one that is late would stand where a test looks for the page.
 */
export function untilTold({
  database,
  clock = systemClock,
}: Pick<Ground, 'database'> & { clock?: Clock }): Promise<void> {
  return eventually(
    async () => {
      const untold = await database.$queryRaw`
        SELECT payload FROM promises
         WHERE done_at IS NULL AND kind IN ('small-notice', 'sure-notice') AND due_at <= ${clock.now()}
           AND (claimed_by IS NOT NULL OR attempts = 0 AND retry_at IS NULL)`;
      expect(untold).toEqual([]);
    },
    { interval: 10 },
  );
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
