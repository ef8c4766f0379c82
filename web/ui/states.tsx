import type { QueryObserverResult } from '@tanstack/query-core';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError, isAway } from '../api/client.ts';
import type { List } from '../api/queries.ts';
import { t } from '../words/words.ts';
import { Button, fullTime } from './basics.tsx';

const SKELETON_AFTER_MS = 200;

/** What is there as soon as it is; a skeleton after a moment, and an error in words. */
export function Loaded<T>({
  query,
  children,
}: {
  query: Pick<QueryObserverResult<T>, 'data' | 'error' | 'refetch'>;
  children: (data: T) => ComponentChildren;
}) {
  const { data, error, refetch } = query;
  // What is shown stays, whoever is away.
  if (data !== undefined) return <>{children(data)}</>;
  if (error && !(isAway.value && !(error instanceof ApiError && error.status < 500))) {
    return <Failed error={error} onRetry={() => void refetch()} />;
  }
  return <Loading />;
}

export function Loading() {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSeen(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="skeleton" data-testid="state-loading" role="status" aria-label={t('panel.state.loading')}>
      {isSeen && [1, 2, 3].map((line) => <div key={line} class="bone" />)}
    </div>
  );
}

export function Failed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const isOurs = error instanceof ApiError;
  return (
    <div class="state" data-testid="state-error" role="alert">
      <p>{isOurs ? error.message : t('panel.state.failed')}</p>
      <Button onPress={onRetry}>{t('panel.action.retry')}</Button>
      {isOurs && error.requestId && <small class="hint">{error.requestId}</small>}
    </div>
  );
}

/** A sentence, and the next step. */
export function Empty({ text, children }: { text: string; children?: ComponentChildren }) {
  return (
    <div class="state" data-testid="state-empty">
      <p>{text}</p>
      {children}
    </div>
  );
}

/** A list: its states, its rows, and the rest of it for the asking. */
export function Listed<T>({
  list,
  empty,
  children,
}: {
  list: List<T>;
  empty: ComponentChildren;
  children: (items: T[]) => ComponentChildren;
}) {
  const { query, items } = list;
  return (
    <Loaded query={query as Pick<QueryObserverResult<unknown>, 'data' | 'error' | 'refetch'>}>
      {() => (
        <>
          {items.length === 0 ? empty : children(items)}
          {query.hasNextPage && (
            <Button
              testid="more"
              disabled={query.isFetchingNextPage}
              onPress={() => void query.fetchNextPage()}
            >
              {t('panel.action.more')}
            </Button>
          )}
        </>
      )}
    </Loaded>
  );
}

/** Over everything while nobody answers: what is shown stays as it was. */
export function AwayBanner() {
  if (!isAway.value) return null;
  return (
    <div class="banner" data-testid="state-away" role="status">
      {t('panel.state.away')}
    </div>
  );
}

/** As of when something was counted. */
export function AsOf({ at }: { at: string }) {
  return <p class="hint small">{t('panel.state.asOf', { time: fullTime(at) })}</p>;
}
