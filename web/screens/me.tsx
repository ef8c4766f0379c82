import { useState } from 'preact/hooks';
import type { Devices } from '../../src/panel/contract/session.ts';
import { LANGUAGES } from '../../src/shared/languages.ts';
import { act } from '../api/act.ts';
import { useGet } from '../api/queries.ts';
import { leave, me, readMeAgain } from '../session.ts';
import { chooseTheme, THEMES, theme } from '../telegram/theme.ts';
import { Button, When } from '../ui/basics.tsx';
import { confirmed } from '../ui/dialog.tsx';
import { Row, Screen, Section } from '../ui/screen.tsx';
import { Loaded } from '../ui/states.tsx';
import { t } from '../words/words.ts';

/** Of whoever is signed in: how they read, and where they are signed in. */
export default function Me() {
  return (
    <Screen name="me" title={t('panel.screen.me')}>
      <Section>
        <Row title={me().person.name} subtitle={me().person.username && `@${me().person.username}`} />
      </Section>
      <LanguageChoice />
      <ThemeChoice />
      <DeviceList />
    </Screen>
  );
}

function LanguageChoice() {
  const [isBusy, setBusy] = useState(false);
  const choose = async (language: string) => {
    setBusy(true);
    const done = await act('PUT', '/me/language', { body: { language }, changes: [] });
    if (done) await readMeAgain();
    setBusy(false);
  };
  return (
    <Section title={t('panel.me.language')}>
      <fieldset class="choice" aria-label={t('panel.me.language')}>
        {LANGUAGES.map((code) => (
          <button
            key={code}
            type="button"
            data-testid={`lang-${code}`}
            aria-pressed={code === me().person.language}
            disabled={isBusy}
            onClick={() => void choose(code)}
          >
            {t(`panel.me.languages.${code}`)}
          </button>
        ))}
      </fieldset>
    </Section>
  );
}

function ThemeChoice() {
  return (
    <Section title={t('panel.me.theme')}>
      <fieldset class="choice" aria-label={t('panel.me.theme')}>
        {THEMES.map((name) => (
          <button
            key={name}
            type="button"
            data-testid={`theme-${name}`}
            aria-pressed={name === theme()}
            onClick={() => chooseTheme(name)}
          >
            {t(`panel.me.themes.${name}`)}
          </button>
        ))}
      </fieldset>
    </Section>
  );
}

function DeviceList() {
  const devices = useGet<Devices>('/sessions');
  const end = async (id: number, isCurrent: boolean) => {
    const done = await act('DELETE', `/sessions/${id}`, { changes: ['/sessions'] });
    if (done && isCurrent) leave();
  };
  const endAll = async () => {
    const sure = await confirmed({
      title: t('panel.me.endAll'),
      text: t('panel.me.askEndAll'),
      yes: t('panel.me.endAll'),
      isDangerous: true,
    });
    if (sure && (await act('DELETE', '/sessions', { changes: [] }))) leave();
  };
  return (
    <Section title={t('panel.me.devices')}>
      <Loaded query={devices}>
        {({ items }) => (
          <>
            {items.map(({ id, kind, browser, createdAt, lastSeenAt, current }) => (
              <Row
                key={id}
                testid={`row-session-${id}`}
                title={kind === 'miniApp' ? 'Telegram' : (browser ?? t('panel.me.someBrowser'))}
                subtitle={
                  <>
                    {current ? t('panel.me.thisOne') : t('panel.me.seen')} · <When at={lastSeenAt} />
                    {' · '}
                    {t('panel.me.since')} <When at={createdAt} />
                  </>
                }
                end={
                  <Button testid={`session-${id}-end`} onPress={() => void end(id, current)}>
                    {t('panel.me.end')}
                  </Button>
                }
              />
            ))}
            <Button kind="danger" testid="sessions-end-all" onPress={() => void endAll()}>
              {t('panel.me.endAll')}
            </Button>
          </>
        )}
      </Loaded>
    </Section>
  );
}
