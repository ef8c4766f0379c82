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
 * Somebody acts, and what owners and moderators are told of it has come: into the chat in which they look at a page, where
 * a notice that is late would stand in its place.
 */
export async function withItsNotices<T>(
  { database, clock = systemClock }: Pick<Ground, 'database'> & { clock?: Clock },
  act: () => Promise<T>,
): Promise<T> {
  // What others left in the outbox earlier may wait for the next sweep.
  const began = new Date();
  const outcome = await act();
  await eventually(
    async () => {
      const untold = await database.$queryRaw`
        SELECT payload FROM promises
         WHERE done_at IS NULL AND kind IN ('small-notice', 'sure-notice')
           AND created_at >= ${began} AND due_at <= ${clock.now()}
           AND (claimed_by IS NOT NULL OR attempts = 0 AND retry_at IS NULL)`;
      expect(untold).toEqual([]);
    },
    { interval: 10 },
  );
  return outcome;
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
