import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import type { Platform } from './platform.ts';

/** Waits until everything of the outbox that is due is done, and Telegram is quiet. */
export async function settled(
  platform: Pick<Platform, 'app' | 'database' | 'clock' | 'telegram'>,
): Promise<void> {
  const { app, database, clock, telegram } = platform;
  await app.jobs.sweep();
  await eventually(async () => {
    const open = await database.outboxMessage.findMany({
      where: { doneAt: null, dueAt: { lte: clock.now() } },
      select: { kind: true, payload: true, attempts: true },
    });
    expect(open).toEqual([]);
  });
  await telegram.quiet();
}
