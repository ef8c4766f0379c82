import { useState } from 'preact/hooks';
import type { Texts as TextsShape } from '../../../src/panel/contract/texts.ts';
import { act } from '../../api/act.ts';
import { useGet } from '../../api/queries.ts';
import { type Draft, useDraft } from '../../ui/draft.ts';
import { Field, Save, useDirty } from '../../ui/form.tsx';
import { useBot } from '../../ui/place.ts';
import { Screen, Section } from '../../ui/screen.tsx';
import { Loaded } from '../../ui/states.tsx';
import { say } from '../../ui/toast.tsx';
import { language, t } from '../../words/words.ts';
import { BuyersScreens } from './preview.tsx';

type Text = TextsShape[number];

/** What a bot says in its owner's words, beside what buyers see of it. */
export default function Texts() {
  const { api } = useBot();
  const texts = useGet<TextsShape>(`${api}/texts`);
  return (
    <Screen name="texts" title={t('panel.screen.texts')} wide>
      <Loaded query={texts}>{(stored) => <Editor key={api} api={api} stored={stored} />}</Loaded>
    </Screen>
  );
}

function Editor({ api, stored }: { api: string; stored: TextsShape }) {
  const drafts: Record<Text['key'], Draft> = {
    welcome: useDraft(`${api}/texts/welcome`),
    terms: useDraft(`${api}/texts/terms`),
  };
  const shown = (key: Text['key']) => {
    const [draft] = drafts[key];
    return (draft ?? stored.find((text) => text.key === key)?.value ?? '').trim() || null;
  };
  return (
    <div class="beside">
      <div>
        {stored.map((text) => (
          <OneText key={text.key} api={api} text={text} draft={drafts[text.key]} />
        ))}
      </div>
      <BuyersScreens api={api} welcome={shown('welcome')} terms={shown('terms')} />
    </div>
  );
}

function OneText({
  api,
  text: { key, value, default: byItself, max },
  draft: [draft, keep],
}: {
  api: string;
  text: Text;
  draft: Draft;
}) {
  const typed = draft ?? value ?? '';
  const [isBusy, setBusy] = useState(false);
  const isChanged = typed.trim() !== (value ?? '');
  const isTooLong = typed.trim().length > max;
  useDirty(isChanged);
  const save = async () => {
    setBusy(true);
    const body = { value: typed.trim() === '' ? null : typed };
    if (await act('PUT', `${api}/texts/${key}`, { body, changes: [`${api}/texts`] })) {
      keep(null);
      say(t('panel.texts.saved'));
    }
    setBusy(false);
  };
  const count = t('panel.texts.count', { count: typed.trim().length, max });
  return (
    <Section
      title={t(`panel.texts.${key}`)}
      note={`${t('panel.texts.isDefault')}${key === 'terms' ? ` ${t('panel.texts.termsNote')}` : ''}`}
    >
      <div class="form">
        <Field
          label={t(`panel.texts.${key}`)}
          hideLabel
          rows={8}
          testid={`text-${key}`}
          value={typed}
          placeholder={byItself[language()]}
          wrong={isTooLong ? count : undefined}
          onInput={keep}
        />
        <span class="hint small" data-testid={`text-${key}-count`} data-value={typed.trim().length}>
          {count}
        </span>
        {isChanged && (
          <Save testid={`text-${key}-save`} isBusy={isBusy || isTooLong} onPress={() => void save()} />
        )}
      </div>
    </Section>
  );
}
