import { signal } from '@preact/signals';
import { sayWhyNot } from '../ui/toast.tsx';
import { ask, type Sent } from './client.ts';
import { refresh } from './queries.ts';

/** What a change says that waits for a press in Telegram. */
interface Waits {
  confirmation: { id: number; expiresAt: string };
}

/** What waits for a press in the main bot: shown until it is decided. */
export const waitsInTelegram = signal<Waits['confirmation'] | null>(null);

/**
 * Changes something, and says why where it was refused.
 * @param changes what stands below these paths, which are asked for again
 * @returns what was answered; undefined where it was refused, or waits for a press in Telegram
 */
export async function act<T = unknown>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  { changes, ...sent }: Sent & { changes: readonly string[] },
): Promise<{ answer: T } | undefined> {
  try {
    const answer = await ask<T | Waits>(method, path, sent);
    if (isWaiting(answer)) {
      waitsInTelegram.value = answer.confirmation;
      return undefined;
    }
    await refresh(...changes);
    return { answer: answer as T };
  } catch (error) {
    sayWhyNot(error);
    // What was refused stands otherwise than it was shown.
    await refresh(...changes);
    return undefined;
  }
}

function isWaiting(answer: unknown): answer is Waits {
  return typeof answer === 'object' && answer !== null && 'confirmation' in answer;
}
