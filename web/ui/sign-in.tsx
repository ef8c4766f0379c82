import { useState } from 'preact/hooks';
import { type Given, phase, signInBy, stay } from '../session.ts';
import { post } from '../telegram/bridge.ts';
import { t } from '../words/words.ts';
import { Button } from './basics.tsx';
import { Field } from './form.tsx';

/** For whoever is not in yet: how to get in. */
export function SignIn() {
  const now = phase.value;
  if (now.at === 'asked') return <AsSomebodyElse by={now.by} />;
  if (now.at === 'stale') {
    return (
      <main class="alone" data-testid="screen-stale">
        <h1>Getolog</h1>
        <p role="alert">{now.refused ?? t('panel.enter.again')}</p>
        <Button kind="primary" testid="close-app" onPress={() => post('web_app_close')}>
          {t('panel.action.close')}
        </Button>
      </main>
    );
  }
  return <ByCode refused={now.at === 'out' ? now.refused : null} />;
}

function ByCode({ refused }: { refused: string | null }) {
  const [code, setCode] = useState('');
  const [isBusy, setBusy] = useState(false);
  const submit = async () => {
    if (isBusy || code.trim() === '') return;
    setBusy(true);
    await signInBy({ code: code.trim() });
    setBusy(false);
  };
  return (
    <main class="alone" data-testid="screen-enter">
      <h1>Getolog</h1>
      <p>{t('panel.enter.how')}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field
          label={t('panel.enter.code')}
          testid="code-input"
          value={code}
          placeholder="XXXX-XXXX"
          autocomplete="one-time-code"
          maxLength={40}
          wrong={refused ?? undefined}
          onInput={setCode}
        />
        <button type="submit" class="button primary" data-testid="code-submit" disabled={isBusy}>
          {t('panel.enter.in')}
        </button>
      </form>
    </main>
  );
}

/** A link may be somebody else's, sent so that one works in their name. */
function AsSomebodyElse({ by }: { by: Given }) {
  return (
    <main class="alone" data-testid="screen-enter">
      <h1>Getolog</h1>
      <p>{t('panel.enter.already')}</p>
      <div class="buttons">
        <Button testid="dialog-no" onPress={stay}>
          {t('panel.enter.stay')}
        </Button>
        <Button kind="primary" testid="dialog-yes" onPress={() => void signInBy(by)}>
          {t('panel.enter.byLink')}
        </Button>
      </div>
    </main>
  );
}
