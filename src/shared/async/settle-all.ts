/**
 * Waits for all of them, however they end, and then throws the first fault in their order. Unlike `Promise.all` it leaves
 * nothing running behind, and unlike one `await` after the other it leaves no fault unheard, which would end the process.
 */
export async function settleAll(...works: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(works);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
