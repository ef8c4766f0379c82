/** Reads at most once in `freshMs` real milliseconds, however many ask; a failure is shared as long as an answer. */
export function cached<T>(read: () => Promise<T>, freshMs: number): () => Promise<T> {
  let last: { answer: Promise<T>; at: number } | undefined;
  return () => {
    const now = performance.now();
    if (!last || now - last.at >= freshMs) last = { answer: read(), at: now };
    return last.answer;
  };
}
