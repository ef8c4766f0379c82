import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, or not any longer once the signal comes. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
