import { useState } from 'preact/hooks';
import type { PlatformSetting, PlatformSettings } from '../../../src/panel/contract/moderator/platform.ts';
import { act } from '../../api/act.ts';
import { useGet } from '../../api/queries.ts';
import { sum } from '../../ui/basics.tsx';
import { Field, Save, useDirty } from '../../ui/form.tsx';
import { isSureHere } from '../../ui/in-telegram.tsx';
import { Screen, Section } from '../../ui/screen.tsx';
import { Loaded } from '../../ui/states.tsx';
import { say } from '../../ui/toast.tsx';
import { named, t } from '../../words/words.ts';

/** Prices, the card and the advertisement of the platform. */
export default function Settings() {
  const settings = useGet<PlatformSettings>('/mod/settings');
  return (
    <Screen name="mod-settings" title={t('panel.screen.mod-settings')}>
      <Loaded query={settings}>
        {({ items }) => (
          <Section note={t('panel.mod.settingsNote')}>
            {items.map((setting) => (
              <One key={`${setting.name} ${setting.value}`} setting={setting} />
            ))}
          </Section>
        )}
      </Loaded>
    </Screen>
  );
}

function shown({ kind, value }: PlatformSetting): string {
  if (value === null) return '';
  return kind === 'amount' ? sum(value) : value;
}

function One({ setting }: { setting: PlatformSetting }) {
  const { name, kind } = setting;
  const present = shown(setting);
  // Of a card a part alone is shown: it is typed anew.
  const [typed, setTyped] = useState(kind === 'card' ? '' : present);
  const [isBusy, setBusy] = useState(false);
  const isChanged = typed.trim() !== '' && typed !== present;
  useDirty(isChanged);
  const save = async () => {
    const title = named('setting', name);
    if (
      !(await isSureHere({
        title,
        text: t('panel.mod.askSetting', { value: typed }),
        yes: t('panel.action.save'),
      }))
    )
      return;
    setBusy(true);
    const path = `/mod/settings/${name}`;
    if (await act('PUT', path, { body: { value: typed }, changes: ['/mod/settings'] }))
      say(t('panel.settings.saved'));
    setBusy(false);
  };
  return (
    <div class="row" data-testid={`setting-${name}`}>
      <div class="row-main">
        <Field
          label={named('setting', name)}
          testid={`setting-${name}-value`}
          value={typed}
          placeholder={kind === 'card' ? present : ''}
          inputMode={kind === 'text' ? 'text' : 'numeric'}
          onInput={setTyped}
        />
        {isChanged && <Save isBusy={isBusy} testid={`setting-${name}-save`} onPress={() => void save()} />}
      </div>
    </div>
  );
}
