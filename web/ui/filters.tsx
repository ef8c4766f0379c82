import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../words/words.ts';
import type { useFilters } from './address.ts';
import { Field, Select } from './form.tsx';

const TYPED_MS = 300;

/** Searches once somebody stops typing. */
function Search({ value, onSearch }: { value: string; onSearch: (value: string) => void }) {
  /** Null: nothing but what the address says. */
  const [typed, setTyped] = useState<string | null>(null);
  const searched = useRef(value);
  // What this has searched for comes back by the address, and wipes nothing that was typed meanwhile; anything else does.
  useLayoutEffect(() => {
    if (value !== searched.current) setTyped(null);
    searched.current = value;
  }, [value]);
  useEffect(() => {
    const words = typed?.trim() ?? value;
    if (words === value) return undefined;
    const timer = setTimeout(() => {
      searched.current = words;
      onSearch(words);
    }, TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Field
      label={t('panel.filter.search')}
      hideLabel
      type="search"
      testid="search"
      value={typed ?? value}
      placeholder={t('panel.filter.search')}
      onInput={setTyped}
    />
  );
}

export type Filter = { name: string; label: string } & (
  | { options: readonly (readonly [value: string, label: string])[] }
  | { type: 'text' | 'date' }
);

/**
 * What narrows a list; each stands in the address. On a telephone they stand in a strip that is pushed sideways.
 * @param searchBy what the words that are searched for are called; null: nothing is searched for
 */
export function Filters({
  of,
  filters,
  set,
  searchBy = 'q',
}: Pick<ReturnType<typeof useFilters>, 'filters' | 'set'> & {
  of: readonly Filter[];
  searchBy?: string | null;
}) {
  return (
    <div class="filters">
      {searchBy !== null && (
        <Search value={filters[searchBy] ?? ''} onSearch={(words) => set({ [searchBy]: words })} />
      )}
      <Strip>
        {of.map((filter) => (
          <One key={filter.name} filter={filter} filters={filters} set={set} />
        ))}
      </Strip>
    </div>
  );
}

/** Side by side; what the focus comes to is pushed into sight whole. */
export function Strip({ children }: { children: ComponentChildren }) {
  return (
    <div
      class="strip"
      onFocusIn={({ target }) =>
        target instanceof Element && target.scrollIntoView({ block: 'nearest', inline: 'center' })
      }
    >
      {children}
    </div>
  );
}

function One({
  filter,
  filters,
  set,
}: Pick<ReturnType<typeof useFilters>, 'filters' | 'set'> & { filter: Filter }) {
  const { name, label } = filter;
  const given = { label, testid: `filter-${name}`, value: filters[name] ?? '' };
  const change = (value: string) => set({ [name]: value });
  if ('options' in filter) return <Select {...given} options={filter.options} onChange={change} />;
  return (
    <Field
      {...given}
      type={filter.type}
      inputMode={filter.type === 'text' ? 'numeric' : 'text'}
      onInput={change}
    />
  );
}
