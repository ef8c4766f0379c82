import {
  type InfiniteData,
  InfiniteQueryObserver,
  type InfiniteQueryObserverResult,
  QueryClient,
  QueryObserver,
  type QueryObserverResult,
} from '@tanstack/query-core';
import { useEffect, useMemo, useReducer } from 'preact/hooks';
import { isWide } from '../ui/wide.ts';
import { ApiError, ask, isAway } from './client.ts';

const STALE_MS = 5_000;
const AWAY_EVERY_MS = 3_000;

/** What the pages know of the server, by the path that it was asked by. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      networkMode: 'always',
      refetchOnWindowFocus: true,
      // What was refused will be so again; whoever is away comes back.
      retry: false,
      refetchInterval: (query) => (isLost(query.state.error) ? AWAY_EVERY_MS : false),
    },
  },
});
queries.mount();

function isLost(error: unknown): boolean {
  return isAway.peek() && error !== null && !(error instanceof ApiError && error.status < 500);
}

interface Observer<R> {
  getCurrentResult(): R;
  subscribe(listener: () => void): () => void;
}

function useObserver<R>(observer: Observer<R>): R {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => observer.subscribe(() => render(undefined)), [observer]);
  return observer.getCurrentResult();
}

/** How often what changes without a word is asked for again. */
const WATCH_EVERY_MS = 5_000;

/** @param moves whether what is shown changes by itself now, without a word from the server */
function askedAgain<T>(moves: ((shown: T) => boolean) | undefined) {
  return {
    refetchInterval: ({ state: { data, error } }: { state: { data: T | undefined; error: unknown } }) => {
      if (isLost(error)) return AWAY_EVERY_MS;
      return data !== undefined && moves?.(data) ? WATCH_EVERY_MS : false;
    },
  };
}

/**
 * What is behind a path, and whatever becomes of it; null: nothing is asked for.
 * @param moves whether it changes by itself now, without a word from the server
 */
export function useGet<T>(path: string | null, moves?: (shown: T) => boolean): QueryObserverResult<T> {
  const observer = useMemo(
    () =>
      new QueryObserver<T>(queries, {
        queryKey: [path],
        queryFn: ({ signal }) => ask<T>('GET', path ?? '', { signal }),
        enabled: path !== null,
        ...askedAgain<T>(moves),
      }),
    [path, moves],
  );
  return useObserver(observer);
}

/** How many are asked for at once: a telephone shows few, and draws each slowly. */
const A_PAGE = 50;
const A_NARROW_PAGE = 20;

interface Listed<T> {
  items: T[];
  next: string | null;
  total?: number;
}

export interface List<T> {
  query: InfiniteQueryObserverResult<InfiniteData<Listed<T>>>;
  items: T[];
  total: number | undefined;
}

/**
 * A list, as far as it was asked for.
 * @param path without its cursor and its limit
 * @param moves whether one of its items changes by itself now, without a word from the server
 */
export function useList<T>(path: string, moves?: (item: T) => boolean): List<T> {
  const observer = useMemo(() => {
    const address = `${path}${path.includes('?') ? '&' : '?'}limit=${isWide() ? A_PAGE : A_NARROW_PAGE}`;
    return new InfiniteQueryObserver<Listed<T>, Error, InfiniteData<Listed<T>>, string[], string | null>(
      queries,
      {
        // Apart from what `useGet` keeps of the same path: that is one page, and this all of them so far.
        queryKey: [path, 'list'],
        queryFn: ({ pageParam, signal }) =>
          ask<Listed<T>>('GET', pageParam === null ? address : `${address}&cursor=${pageParam}`, { signal }),
        initialPageParam: null,
        getNextPageParam: ({ next }) => next,
        ...askedAgain<InfiniteData<Listed<T>>>(moves && anyOf(moves)),
      },
    );
  }, [path, moves]);
  const query = useObserver(observer);
  const pages = query.data?.pages ?? [];
  return { query, items: pages.flatMap(({ items }) => items), total: pages[0]?.total };
}

function anyOf<T>(moves: (item: T) => boolean) {
  return ({ pages }: InfiniteData<Listed<T>>) => pages.some(({ items }) => items.some(moves));
}

/** Asks again for whatever stands below these paths: something there has changed. */
export function refresh(...paths: readonly string[]): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ queryKey: [path] }) => paths.some((changed) => String(path).startsWith(changed)),
  });
}
