import { isUnavailable } from '../infra/unavailable.ts';

/** What became of one of several; an error that is no AppError is a fault of ours, or of what is unavailable. */
export type Outcome<Done> = { done: Done } | { error: unknown };

/**
 * Does the same about several, one after the other, each in a transaction of its own: what became of one is never lost by
 * what becomes of another. Once the database is unavailable the rest is not tried.
 * @returns what became of each, in their order
 */
export async function oneByOne<Item, Done>(
  items: readonly Item[],
  act: (item: Item) => Promise<Done>,
): Promise<Outcome<Done>[]> {
  const outcomes: Outcome<Done>[] = [];
  for (const item of items) {
    const last = outcomes.at(-1);
    const isOver = last !== undefined && 'error' in last && isUnavailable(last.error);
    outcomes.push(isOver ? last : await outcomeOf(act(item)));
  }
  return outcomes;
}

async function outcomeOf<Done>(doing: Promise<Done>): Promise<Outcome<Done>> {
  try {
    return { done: await doing };
  } catch (error) {
    return { error };
  }
}
