/**
 * Something that is read before anybody waits for it, and perhaps for nobody: whoever waits hears how it failed, and where
 * nobody does it does not matter.
 */
export function prefetch<T>(reading: Promise<T>): Promise<T> {
  reading.catch(() => undefined);
  return reading;
}
