import { useState } from 'preact/hooks';
import type { BroadcastDetail } from '../../../src/panel/contract/growth/broadcasts.ts';
import { MAX_MESSAGE_LENGTH } from '../../../src/shared/words/message-length.ts';
import { ApiError, ask } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { useAddress } from '../../ui/address.ts';
import { Button } from '../../ui/basics.tsx';
import { useDraft } from '../../ui/draft.ts';
import { Field, useDirty } from '../../ui/form.tsx';
import { useBot } from '../../ui/place.ts';
import { Section } from '../../ui/screen.tsx';
import { say, sayWhyNot } from '../../ui/toast.tsx';
import { t } from '../../words/words.ts';

/** What is typed is kept until the bot has shown it to whoever wrote it. */
export function Write() {
  const { api, page, bot } = useBot();
  const { route } = useAddress();
  const [draft, keep] = useDraft(`${api}/broadcasts/text`);
  // By which it is asked for: the same text again is the same broadcast, however often the page is loaded meanwhile.
  const [key, keepKey] = useDraft(`${api}/broadcasts/key`);
  const [isBusy, setBusy] = useState(false);
  const [mustOpen, setMustOpen] = useState<string | null>(null);
  const typed = draft ?? '';
  const length = typed.trim().length;
  const isTooLong = length > MAX_MESSAGE_LENGTH;
  useDirty(length > 0);

  const type = (text: string | null) => {
    keep(text);
    keepKey(text === null ? null : crypto.randomUUID());
  };
  const show = async () => {
    setBusy(true);
    setMustOpen(null);
    try {
      const idempotencyKey = key ?? crypto.randomUUID();
      const { id } = await ask<BroadcastDetail>('POST', `${api}/broadcasts`, {
        body: { text: typed },
        idempotencyKey,
      });
      type(null);
      say(t('panel.casts.shown'));
      void refresh(`${api}/broadcasts`);
      route(`${page}/broadcasts/${id}`);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'cast.openBot') setMustOpen(error.message);
      else sayWhyNot(error);
    }
    setBusy(false);
  };

  const count = t('panel.texts.count', { count: length, max: MAX_MESSAGE_LENGTH });
  const inBot = (payload: string) => `https://t.me/${bot?.username ?? ''}${payload}`;
  return (
    <Section title={t('panel.casts.new')} note={t('panel.casts.writeNote')}>
      <div class="form">
        <Field
          label={t('panel.casts.text')}
          testid="broadcast-text"
          rows={6}
          placeholder={t('panel.casts.hint')}
          value={typed}
          wrong={isTooLong ? count : undefined}
          onInput={type}
        />
        {length > 0 && !isTooLong && <span class="hint small">{count}</span>}
        <Button
          kind="primary"
          testid="broadcast-show"
          disabled={isBusy || isTooLong || length === 0}
          onPress={() => void show()}
        >
          {t('panel.casts.show')}
        </Button>
        {mustOpen && (
          <div data-testid="broadcast-open-bot" role="alert">
            <p>{mustOpen}</p>
            <a class="button" href={inBot('')} target="_blank" rel="noreferrer">
              {t('panel.casts.openBot', { bot: bot?.username ?? '' })}
            </a>
          </div>
        )}
        <a data-testid="broadcast-media" href={inBot('?start=cast')} target="_blank" rel="noreferrer">
          {t('panel.casts.media')}
        </a>
      </div>
    </Section>
  );
}
