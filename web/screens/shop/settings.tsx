import { useState } from 'preact/hooks';
import type { CardChanged, Settings as SettingsShape } from '../../../src/panel/contract/settings.ts';
import { act } from '../../api/act.ts';
import { useGet } from '../../api/queries.ts';
import { readMeAgain } from '../../session.ts';
import { useAddress } from '../../ui/address.ts';
import { Button } from '../../ui/basics.tsx';
import { Field, Save, Toggle, useDirty } from '../../ui/form.tsx';
import { isSureHere } from '../../ui/in-telegram.tsx';
import { useBot } from '../../ui/place.ts';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Loaded } from '../../ui/states.tsx';
import { say } from '../../ui/toast.tsx';
import { t } from '../../words/words.ts';

const KEEPING = ['grace', 'winback', 'winpercent'] as const;
const INVITING = ['refdays', 'refpercent', 'friendpercent'] as const;
type NumberName = (typeof KEEPING | typeof INVITING)[number];

/** What is set for a whole bot; how its owner is paid is shown to nobody else. */
export default function Settings() {
  const { api, page, may } = useBot();
  const settings = useGet<SettingsShape>(`${api}/settings`);
  return (
    <Screen name="settings" title={t('panel.screen.settings')}>
      <Loaded query={settings}>
        {(present) => (
          <>
            {may('owner') && <Card api={api} card={present.card} />}
            {present.methods && present.switches && (
              <Methods api={api} methods={present.methods} switches={present.switches} />
            )}
            <Section title={t('panel.settings.keeping')} note={t('panel.settings.numberNote')}>
              {KEEPING.map((name) => (
                <OneNumber key={name} api={api} name={name} {...present.numbers[name]} />
              ))}
            </Section>
            <Section title={t('panel.settings.inviting')}>
              <Row title={t('panel.screen.referral')} href={`${page}/referral`} />
              {INVITING.map((name) => (
                <OneNumber key={name} api={api} name={name} {...present.numbers[name]} />
              ))}
            </Section>
          </>
        )}
      </Loaded>
      {may('owner') && (
        <>
          <Section>
            <Row testid="to-team" title={t('panel.screen.team')} href={`${page}/team`} />
          </Section>
          <Remove api={api} />
        </>
      )}
    </Screen>
  );
}

/** @returns whether it was taken */
async function set(api: string, name: string, value: boolean | string): Promise<boolean> {
  const done = await act('PUT', `${api}/settings/${name}`, { body: { value }, changes: [api] });
  if (done) say(t('panel.settings.saved'));
  return done !== undefined;
}

function Card({ api, card }: { api: string; card: SettingsShape['card'] }) {
  const [number, setNumber] = useState('');
  const [holder, setHolder] = useState('');
  const [isBusy, setBusy] = useState(false);
  const isTyped = number.trim() !== '';
  useDirty(isTyped);
  const save = async () => {
    const body = { number, holder: holder.trim() || (card?.holder ?? '') };
    const question = {
      title: t('panel.settings.askCard'),
      text: t('panel.settings.askCardText', { card: `${number.trim()}, ${body.holder}` }),
      yes: t('panel.settings.changeCard'),
    };
    if (!(await isSureHere(question))) return;
    setBusy(true);
    const done = await act<CardChanged>('PUT', `${api}/settings/card`, { body, changes: [api] });
    if (done) {
      setNumber('');
      setHolder('');
      const isSlip = done.answer.warning === 'luhn';
      say(t(isSlip ? 'panel.settings.luhn' : 'panel.settings.saved'), { isBad: isSlip });
    }
    setBusy(false);
  };
  return (
    <Section title={t('panel.settings.card')} note={t('panel.settings.cardNote')}>
      {card ? (
        <Row testid="setting-card" title={card.number} subtitle={card.holder ?? undefined} />
      ) : (
        <Row testid="setting-card" title={t('panel.settings.noCard')} />
      )}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isTyped && !isBusy) void save();
        }}
      >
        <Field
          label={t('panel.settings.number')}
          testid="setting-card-number"
          inputMode="numeric"
          maxLength={40}
          value={number}
          onInput={setNumber}
        />
        <Field
          label={t('panel.settings.holder')}
          testid="setting-card-holder"
          maxLength={64}
          value={holder}
          placeholder={card?.holder ?? ''}
          onInput={setHolder}
        />
        {isTyped && <Save testid="setting-card-save" isBusy={isBusy} onPress={() => void save()} />}
      </form>
    </Section>
  );
}

function Methods({
  api,
  methods,
  switches,
}: {
  api: string;
  methods: NonNullable<SettingsShape['methods']>;
  switches: NonNullable<SettingsShape['switches']>;
}) {
  return (
    <Section title={t('panel.settings.methods')} note={t('panel.settings.methodsNote')}>
      {methods.map(({ name, on, ready }) => (
        <Toggle
          key={name}
          testid={`setting-method-${name}`}
          label={t(`paymentMethod.${name}`)}
          note={t(ready ? 'panel.settings.ready' : 'panel.settings.notReady')}
          isOn={on}
          onChange={(isOn) => set(api, name, isOn)}
        />
      ))}
      <Toggle
        testid="setting-unique"
        label={t('panel.settings.unique')}
        note={t('panel.settings.uniqueNote')}
        isOn={switches.unique}
        onChange={(isOn) => set(api, 'unique', isOn)}
      />
    </Section>
  );
}

function OneNumber({
  api,
  name,
  value,
  min,
  max,
}: {
  api: string;
  name: NumberName;
  value: number;
  min: number;
  max: number;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isChanged = typed !== null && typed.trim() !== String(value);
  useDirty(isChanged);
  const save = async () => {
    setBusy(true);
    if (await set(api, name, typed ?? '')) setTyped(null);
    setBusy(false);
  };
  return (
    <div class="row">
      <div class="row-main">
        <Field
          label={`${t(`panel.settings.numbers.${name}`)}, ${t('panel.settings.range', { min, max })}`}
          testid={`setting-${name}`}
          inputMode="numeric"
          maxLength={6}
          value={typed ?? String(value)}
          onInput={setTyped}
        />
        {isChanged && <Save testid={`setting-${name}-save`} isBusy={isBusy} onPress={() => void save()} />}
      </div>
    </div>
  );
}

function Remove({ api }: { api: string }) {
  const { route } = useAddress();
  const remove = async () => {
    const sure = await isSureHere({
      title: t('panel.settings.remove'),
      text: t('panel.settings.askRemove'),
      yes: t('panel.settings.remove'),
      isDangerous: true,
    });
    if (!sure || !(await act('DELETE', api, { changes: [] }))) return;
    await readMeAgain();
    route('/panel/');
  };
  return (
    <Button kind="danger" testid="bot-remove" onPress={() => void remove()}>
      {t('panel.settings.remove')}
    </Button>
  );
}
