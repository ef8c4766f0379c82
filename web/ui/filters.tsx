import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../words/words.ts';
import type { useFilters } from './address.ts';
import { Field, Select } from './form.tsx';
import { isWide } from './wide.ts';

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

/** So many stand on a telephone as well; of more the first alone does. */
const FEW = 2;

/**
 * What narrows a list; each stands in the address. On a telephone most of them are folded behind a button that says how
 * many are in force.
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
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const isFolded = !isWide() && of.length > FEW;
  const [first, ...rest] = of;
  const folded = isFolded ? rest : [];
  const inForce = folded.filter(({ name }) => filters[name]).length;
  const one = (filter: Filter) => <One key={filter.name} filter={filter} filters={filters} set={set} />;
  return (
    <div class="filters">
      {searchBy !== null && (
        <Search value={filters[searchBy] ?? ''} onSearch={(words) => set({ [searchBy]: words })} />
      )}
      {first && one(first)}
      {isFolded && (
        <button
          type="button"
          class="button plain"
          data-testid="filters"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          {inForce === 0 ? t('panel.filter.more') : t('panel.filter.inForce', { count: inForce })}
        </button>
      )}
      {isFolded ? (
        <div class="folded" id={id} hidden={!isOpen}>
          {folded.map(one)}
        </div>
      ) : (
        rest.map(one)
      )}
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
