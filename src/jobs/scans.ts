import type { DueItem } from '../kernel/due-item.ts';

/** A scan finds at most this many at a time; what is left is found as soon as these are done. */
const ITEMS_PER_SCAN = 5_000;

/** Puts one job for each thing that a scan found; a thing that has its job already gets no second one. */
export type Enqueue<ItemJob extends string> = (job: ItemJob, items: readonly DueItem[]) => Promise<void>;

/** Finds what is due and makes a job of each. */
export async function scan<ItemJob extends string>(
  enqueue: Enqueue<ItemJob>,
  job: ItemJob,
  list: (limit: number) => Promise<DueItem[]>,
): Promise<void> {
  const due = await list(ITEMS_PER_SCAN);
  if (due.length > 0) await enqueue(job, due);
}

/** Makes a job of everything that there is, page by page: what a list always begins with leaves nobody out. */
export async function scanAll<ItemJob extends string>(
  enqueue: Enqueue<ItemJob>,
  job: ItemJob,
  listAfter: (after: number, limit: number) => Promise<DueItem[]>,
): Promise<void> {
  for (let after = 0; ; ) {
    const page = await listAfter(after, ITEMS_PER_SCAN);
    const last = page.at(-1);
    if (!last) return;
    await enqueue(job, page);
    after = last.id;
  }
}
