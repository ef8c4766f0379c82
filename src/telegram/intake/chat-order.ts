/** Works of the same key one after the other, those of different keys side by side. */
export interface ChatOrder {
  /** Runs `work` after whatever came before it under this key, however that ended. */
  inOrder<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export function createChatOrder(): ChatOrder {
  const last = new Map<string, Promise<unknown>>();
  return {
    inOrder(key, work) {
      const before = last.get(key) ?? Promise.resolve();
      const mine = before.then(work, work);
      last.set(key, mine);
      const forget = () => {
        if (last.get(key) === mine) last.delete(key);
      };
      mine.then(forget, forget);
      return mine;
    },
  };
}
