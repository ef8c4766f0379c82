import { useState } from 'preact/hooks';
import type { BroadcastDetail } from '../../../src/panel/contract/growth/broadcasts.ts';
import { act } from '../../api/act.ts';
import { Button, fullTime, planTitle, sum } from '../../ui/basics.tsx';
import { confirmed } from '../../ui/dialog.tsx';
import { useBot } from '../../ui/place.ts';
import { Figure, Row, Section } from '../../ui/screen.tsx';
import { t } from '../../words/words.ts';

const ALWAYS = ['sent', 'blocked', 'failed', 'left'] as const;
const SOMETIMES = ['skipped', 'unknown'] as const;

/** How far it is, and what can be done about it. */
export function Progress({ broadcast }: { broadcast: BroadcastDetail }) {
  const { id, state, total, counts } = broadcast;
  const shown = [...ALWAYS, ...SOMETIMES.filter((name) => counts[name] > 0)];
  const done = total - counts.left;
  const why = whyNot(broadcast);
  return (
    <>
      <Section
        title={t('panel.casts.title', { id, state: t(`broadcastStatus.${state}`) })}
        {...(counts.unknown > 0 ? { note: t('panel.casts.unknownNote') } : {})}
      >
        {why && (
          <p class="row-main" data-testid="broadcast-why">
            {why}
          </p>
        )}
        {state !== 'scheduled' && (
          <>
            <div class="form">
              <progress
                max={Math.max(total, 1)}
                value={done}
                aria-label={t('panel.casts.progress', { done, total })}
              />
            </div>
            <div class="figures">
              <Figure name="total" label={t('panel.casts.total')} value={total} shown={sum(String(total))} />
              {shown.map((name) => (
                <Figure
                  key={name}
                  name={name}
                  label={t(`panel.casts.${name}`)}
                  value={counts[name]}
                  shown={sum(String(counts[name]))}
                />
              ))}
            </div>
          </>
        )}
      </Section>
      <ForWhom broadcast={broadcast} />
      <Acts broadcast={broadcast} />
    </>
  );
}

/** What it waits for. */
function whyNot({ state, pauseReason, startsAt, waitsUntil, counts }: BroadcastDetail): string | null {
  if (state === 'paused' && pauseReason) return t(`panel.casts.paused.${pauseReason}`);
  if (state === 'scheduled' && startsAt) return t('panel.casts.startsAt', { when: fullTime(startsAt) });
  if (state === 'sending' && waitsUntil && counts.left > 0) {
    return t('panel.casts.goesOn', { when: fullTime(waitsUntil) });
  }
  return null;
}

function ForWhom({ broadcast: { segment, plan, choices } }: { broadcast: BroadcastDetail }) {
  const chat = choices.chats.find(({ id }) => id === segment.chat);
  const source = choices.sources.find(({ id }) => id === segment.source);
  const offered = choices.plans.find(({ id }) => id === plan);
  return (
    <Section title={t('panel.casts.who')}>
      <Row title={t('panel.casts.audience')} end={t(`broadcastAudience.${segment.state}`)} />
      {chat && <Row title={t('panel.casts.chat')} end={chat.title} />}
      {source && <Row title={t('panel.casts.source')} end={source.name} />}
      {segment.language && (
        <Row title={t('panel.casts.language')} end={t(`panel.me.languages.${segment.language}`)} />
      )}
      {offered && <Row title={t('panel.casts.plan')} end={planTitle(offered)} />}
    </Section>
  );
}

function Acts({ broadcast: { id, state } }: { broadcast: BroadcastDetail }) {
  const { api } = useBot();
  const [isBusy, setBusy] = useState(false);
  const press = async (word: 'pause' | 'resume' | 'cancel') => {
    setBusy(true);
    await act('POST', `${api}/broadcasts/${id}/${word}`, { changes: [`${api}/broadcasts`] });
    setBusy(false);
  };
  const cancel = async () => {
    const title = t('panel.casts.cancel');
    const text = t('panel.casts.askCancel');
    if (await confirmed({ title, text, yes: title, isDangerous: true })) await press('cancel');
  };
  if (state === 'done' || state === 'cancelled') return null;
  return (
    <div class="buttons">
      {state === 'sending' && (
        <Button testid="broadcast-pause" disabled={isBusy} onPress={() => void press('pause')}>
          {t('panel.casts.pause')}
        </Button>
      )}
      {state === 'paused' && (
        <Button
          kind="primary"
          testid="broadcast-resume"
          disabled={isBusy}
          onPress={() => void press('resume')}
        >
          {t('panel.casts.resume')}
        </Button>
      )}
      <Button kind="danger" testid="broadcast-cancel" disabled={isBusy} onPress={() => void cancel()}>
        {t('panel.casts.cancel')}
      </Button>
    </div>
  );
}
