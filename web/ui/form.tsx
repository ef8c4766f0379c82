import type { ComponentChildren } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { post } from '../telegram/bridge.ts';
import { t } from '../words/words.ts';
import { Button } from './basics.tsx';

let dirty = 0;

/** Closing the page asks first while something typed is not sent. */
export function useDirty(isDirty: boolean): void {
  useEffect(() => {
    if (!isDirty) return undefined;
    dirty += 1;
    if (dirty === 1) post('web_app_setup_closing_behavior', { need_confirmation: true });
    return () => {
      dirty -= 1;
      if (dirty === 0) post('web_app_setup_closing_behavior', { need_confirmation: false });
    };
  }, [isDirty]);
}

interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  testid?: string;
  type?: 'text' | 'search' | 'date';
  inputMode?: 'text' | 'numeric' | 'decimal';
  placeholder?: string;
  /** Why it was not taken. */
  wrong?: string | undefined;
  rows?: number;
  maxLength?: number;
  hideLabel?: boolean;
  autocomplete?: string;
}

export function Field(props: FieldProps) {
  const { label, value, onInput, testid, type = 'text', rows, wrong, hideLabel = false } = props;
  const id = useId();
  const attributes = {
    placeholder: props.placeholder ?? '',
    autocomplete: props.autocomplete ?? 'off',
    ...(props.inputMode && { inputMode: props.inputMode }),
    ...(props.maxLength && { maxLength: props.maxLength }),
    ...(wrong && { 'aria-invalid': true }),
    value,
    'data-testid': testid,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => onInput(currentTarget.value),
  };
  return (
    <div class="field">
      <label class={hideLabel ? 'unseen' : 'hint small'} htmlFor={id}>
        {label}
      </label>
      <Entry type={rows === undefined ? type : 'lines'} rows={rows} attributes={{ ...attributes, id }} />
      {wrong && (
        <span class="wrong" role="alert">
          {wrong}
        </span>
      )}
    </div>
  );
}

/** By its kind: the types of each are their own. */
function Entry({
  type,
  rows = 1,
  attributes,
}: {
  type: 'text' | 'search' | 'date' | 'lines';
  rows: number | undefined;
  attributes: object;
}) {
  if (type === 'lines') return <textarea rows={rows} {...attributes} />;
  if (type === 'search') return <input type="search" {...attributes} />;
  if (type === 'date') return <input type="date" {...attributes} />;
  return <input type="text" {...attributes} />;
}

export function Select({
  label,
  value,
  options,
  onChange,
  testid,
}: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, label: string])[];
  onChange: (value: string) => void;
  testid?: string;
}) {
  return (
    <label class="field">
      <span class="hint small">{label}</span>
      <select
        data-testid={testid}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Toggle({
  label,
  isOn,
  onChange,
  testid,
  note,
}: {
  label: ComponentChildren;
  isOn: boolean;
  onChange: (isOn: boolean) => Promise<unknown>;
  testid?: string;
  note?: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the switch is one.
    <label class="row toggle">
      <span class="row-text">
        <span>{label}</span>
        {note && <span class="hint small">{note}</span>}
      </span>
      <Switch isOn={isOn} onChange={onChange} {...(testid ? { testid } : {})} />
    </label>
  );
}

/** Shows at once what was pressed, and what it is as soon as that is known: where it was refused, as before. */
export function Switch({
  isOn,
  onChange,
  testid,
  label,
}: {
  isOn: boolean;
  onChange: (isOn: boolean) => Promise<unknown>;
  testid?: string;
  /** Where nothing beside it says what it is. */
  label?: string;
}) {
  const [wanted, setWanted] = useState<boolean | null>(null);
  const shown = wanted ?? isOn;
  const change = async (pressed: boolean) => {
    setWanted(pressed);
    await onChange(pressed);
    setWanted(null);
  };
  return (
    <input
      type="checkbox"
      role="switch"
      aria-checked={shown}
      aria-label={label}
      data-testid={testid}
      checked={shown}
      onChange={({ currentTarget }) => void change(currentTarget.checked)}
    />
  );
}

/** One that is left at most: chosen by a press. */
export function Tabs({
  tabs,
  chosen,
  onChoose,
}: {
  tabs: readonly (readonly [name: string, label: string])[];
  chosen: string;
  onChoose: (name: string) => void;
}) {
  return (
    <div class="tabs" role="tablist">
      {tabs.map(([name, label]) => (
        <button
          key={name}
          type="button"
          role="tab"
          class="tab"
          data-testid={`tab-${name}`}
          aria-selected={name === chosen}
          onClick={() => onChoose(name)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

export function Save({ onPress, isBusy, testid }: { onPress: () => void; isBusy: boolean; testid?: string }) {
  return (
    <Button kind="primary" disabled={isBusy} onPress={onPress} {...(testid ? { testid } : {})}>
      {t('panel.action.save')}
    </Button>
  );
}
