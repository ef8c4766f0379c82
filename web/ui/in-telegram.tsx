import { useEffect } from 'preact/hooks';
import type { Confirmation } from '../../src/panel/contract/confirmation.ts';
import { waitsInTelegram } from '../api/act.ts';
import { confirmed as decided } from '../api/live.ts';
import { queries, useGet } from '../api/queries.ts';
import { me } from '../session.ts';
import { t } from '../words/words.ts';
import { Button } from './basics.tsx';
import { confirmed, Dialog, type Question } from './dialog.tsx';
import { say } from './toast.tsx';

/**
 * Asks once more where money or somebody's work is at stake, and Telegram itself will not: within it the panel's own dialog
 * asks, while what a browser wishes waits for a press in the main bot anyway.
 */
export async function isSureHere(question: Question): Promise<boolean> {
  return me().session.kind === 'browser' || confirmed(question);
}

const ASK_AGAIN_MS = 5_000;

/** What a browser cannot do alone: it waits for a press in the main bot, and says what became of it. */
export function InTelegram() {
  const waiting = waitsInTelegram.value;
  return waiting && <Waiting key={waiting.id} id={waiting.id} />;
}

function Waiting({ id }: { id: number }) {
  const { data, refetch } = useGet<Confirmation>(`/confirmations/${id}`);
  useEffect(() => {
    const timer = setInterval(() => void refetch(), ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [refetch]);
  const heard = decided.value;
  useEffect(() => {
    if (heard?.id === id) void refetch();
  }, [heard]);
  useEffect(() => {
    if (!data || data.state === 'waiting') return;
    waitsInTelegram.value = null;
    say(data.error?.message ?? t(`panel.inTelegram.${data.state}`), { isBad: data.state !== 'done' });
    void queries.invalidateQueries();
  }, [data?.state]);
  return (
    <Dialog
      title={t('panel.inTelegram.title')}
      testid="confirm-in-telegram"
      onClose={() => (waitsInTelegram.value = null)}
    >
      <p>{t('panel.inTelegram.text', { bot: `@${me().mainBot}` })}</p>
      <div class="buttons">
        <Button onPress={() => (waitsInTelegram.value = null)}>{t('panel.action.close')}</Button>
        <a class="button primary" href={`https://t.me/${me().mainBot}`} target="_blank" rel="noreferrer">
          {t('panel.inTelegram.open')}
        </a>
      </div>
    </Dialog>
  );
}
