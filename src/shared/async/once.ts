/** Makes something when it is asked for first, and gives the same to whoever asks again; a call that failed as well. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
