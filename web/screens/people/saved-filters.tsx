import { useState } from 'preact/hooks';
import { Button } from '../../ui/basics.tsx';
import { Field } from '../../ui/form.tsx';
import { t } from '../../words/words.ts';

type Filters = Readonly<Record<string, string>>;
interface Saved {
  name: string;
  filters: Filters;
}

/** Of a bot, in this browser. */
const MOST = 10;

function read(key: string): Saved[] {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(saved) ? saved : [];
  } catch {
    // Whatever somebody's browser has put there, it is none of ours.
    return [];
  }
}

/** Filters that somebody comes back to. */
export function SavedFilters({
  botId,
  filters,
  onChoose,
}: {
  botId: string;
  filters: Filters;
  onChoose: (filters: Filters) => void;
}) {
  const key = `filters:${botId}`;
  const [saved, setSaved] = useState(() => read(key));
  const [name, setName] = useState<string | null>(null);
  const write = (after: Saved[]) => {
    localStorage.setItem(key, JSON.stringify(after));
    setSaved(after);
  };
  const keep = () => {
    const called = name?.trim();
    if (!called) return;
    write([...saved.filter((each) => each.name !== called), { name: called, filters }].slice(-MOST));
    setName(null);
  };
  const isFiltered = Object.keys(filters).length > 0;
  if (saved.length === 0 && !isFiltered) return null;
  return (
    <div class="buttons bulk">
      {saved.map((each) => (
        <span key={each.name} class="buttons">
          <Button onPress={() => onChoose(each.filters)}>{each.name}</Button>
          <Button
            label={t('panel.users.forgetFilter', { name: each.name })}
            onPress={() => write(saved.filter((other) => other !== each))}
          >
            ×
          </Button>
        </span>
      ))}
      {isFiltered && name === null && (
        <Button onPress={() => setName('')}>{t('panel.users.keepFilter')}</Button>
      )}
      {name !== null && (
        <form
          class="buttons"
          onSubmit={(event) => {
            event.preventDefault();
            keep();
          }}
        >
          <Field label={t('panel.users.filterName')} value={name} maxLength={40} onInput={setName} />
          <Button onPress={keep}>{t('panel.action.save')}</Button>
        </form>
      )}
    </div>
  );
}
