import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import type { Platform } from './platform.ts';

/**
 * Waits until everything of the outbox that is due is done, and Telegram is quiet. What is to be tried again is tried as
 * soon as nothing else is under way: its pauses go by the wall clock, which no test waits for.
 */
export async function settled(
  platform: Pick<Platform, 'app' | 'database' | 'clock' | 'telegram' | 'quiet'>,
): Promise<void> {
  const { app, database, clock, telegram } = platform;
  await app.jobs.sweep();
  await eventually(async () => {
    await platform.quiet();
    const waiting = await database.$executeRaw`
      UPDATE promises SET retry_at = now() WHERE done_at IS NULL AND retry_at > now()`;
    if (waiting > 0) await app.jobs.sweep();
    const open = await database.outboxMessage.findMany({
      where: { doneAt: null, dueAt: { lte: clock.now() } },
      select: { kind: true, payload: true, attempts: true },
    });
    expect(open).toEqual([]);
  });
  await telegram.quiet();
}
