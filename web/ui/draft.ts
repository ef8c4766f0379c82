import { useState } from 'preact/hooks';

export type Draft = readonly [typed: string | null, keep: (typed: string | null) => void];

/** What is typed and not sent yet: a page that is loaded again has it still. Null: nothing is. */
export function useDraft(name: string): Draft {
  const key = `draft ${name}`;
  const [typed, setTyped] = useState(() => sessionStorage.getItem(key));
  const keep = (changed: string | null) => {
    setTyped(changed);
    if (changed === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, changed);
  };
  return [typed, keep];
}
