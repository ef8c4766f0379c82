/**
 * For what is read before anybody waits for it, and perhaps for nobody: whoever asks for it hears how it failed, and where
 * nobody does it does not matter.
 */
export function prefetch(reading: Promise<unknown>): void {
  reading.catch(() => undefined);
}
