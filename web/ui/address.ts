import { useLocation } from 'preact-iso';

interface Located {
  url: string;
  path: string;
  query: Record<string, string>;
  route(url: string, replace?: boolean): void;
}

/** What the router has: its own types have not kept up with it. */
export function useAddress(): Located {
  return useLocation() as unknown as Located;
}

/** A filter stands in the address, so that a page that is loaded again comes back as it was. Empty: it is off. */
export function useFilters(): {
  filters: Readonly<Record<string, string>>;
  set: (changed: Readonly<Record<string, string>>) => void;
  /** As a path is asked with; empty where nothing is filtered. */
  search: string;
} {
  const { path, query, route } = useAddress();
  const toSearch = (filters: Readonly<Record<string, string>>) => {
    const kept = Object.entries(filters).filter(([, value]) => value !== '');
    return kept.length === 0 ? '' : `?${new URLSearchParams(kept)}`;
  };
  return {
    filters: query,
    set: (changed) => route(path + toSearch({ ...query, ...changed }), true),
    search: toSearch(query),
  };
}

/** What is opened, by the end of the address. */
export function useOpened(): string | undefined {
  return /\/(\d+)$/.exec(useAddress().path)?.[1];
}
