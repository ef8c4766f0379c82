import { useState } from 'preact/hooks';
import { act } from '../../api/act.ts';
import { Button } from '../../ui/basics.tsx';
import { Field, Save, useDirty } from '../../ui/form.tsx';

/** Something new, by the one thing that it needs. */
export function MakeOne({
  testid,
  label,
  hint,
  yes,
  onMake,
}: {
  testid: string;
  label: string;
  hint: string;
  yes: string;
  onMake: (typed: string) => Promise<void>;
}) {
  const [typed, setTyped] = useState('');
  const [isBusy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    await onMake(typed);
    setBusy(false);
  };
  const isReady = typed.trim() !== '' && !isBusy;
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void make();
      }}
    >
      <Field
        label={label}
        testid={testid}
        placeholder={hint}
        maxLength={100}
        value={typed}
        onInput={setTyped}
      />
      <Button kind="primary" testid={`${testid}-yes`} disabled={!isReady} onPress={() => void make()}>
        {yes}
      </Button>
    </form>
  );
}

/** One field of something: typed, and saved by itself. Empty: it is taken out, which the server calls `-`. */
export function OneValue({
  testid,
  label,
  present,
  type = 'text',
  put: { path, changes },
  write = (typed) => typed,
}: {
  testid: string;
  label: string;
  present: string;
  type?: 'text' | 'date';
  put: { path: string; changes: readonly string[] };
  /** As the server reads it. */
  write?: (typed: string) => string;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isChanged = typed !== null && typed.trim() !== present;
  useDirty(isChanged);
  const save = async () => {
    const value = typed?.trim() ?? '';
    setBusy(true);
    if (await act('PUT', path, { body: { value: value === '' ? '-' : write(value) }, changes }))
      setTyped(null);
    setBusy(false);
  };
  return (
    <div class="row">
      <div class="row-main">
        <Field
          label={label}
          type={type}
          testid={testid}
          maxLength={40}
          value={typed ?? present}
          onInput={setTyped}
        />
        {isChanged && <Save testid={`${testid}-save`} isBusy={isBusy} onPress={() => void save()} />}
      </div>
    </div>
  );
}
