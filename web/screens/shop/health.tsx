import { useEffect, useState } from 'preact/hooks';
import type { BotHealth } from '../../../src/panel/contract/bots.ts';
import { ask } from '../../api/client.ts';
import { Button } from '../../ui/basics.tsx';
import { useBot } from '../../ui/place.ts';
import { Figure, Row, Screen, Section } from '../../ui/screen.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';

/** Whether a bot and its chats are at Telegram as they have to be: looked at when the screen is opened. */
export default function Health() {
  const { api } = useBot();
  const { found, error, check } = useCheck(api);
  return (
    <Screen
      name="health"
      title={t('panel.screen.health')}
      actions={
        <Button testid="check" onPress={() => void check()}>
          {t('panel.check.again')}
        </Button>
      }
    >
      {found ? (
        <Found health={found} />
      ) : error ? (
        <Failed error={error} onRetry={() => void check()} />
      ) : (
        <Loading />
      )}
    </Screen>
  );
}

function useCheck(api: string) {
  const [found, setFound] = useState<BotHealth | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const check = async (signal?: AbortSignal) => {
    setFound(null);
    setError(null);
    try {
      setFound(await ask<BotHealth>('POST', `${api}/check`, signal ? { signal } : {}));
    } catch (fault) {
      if (!signal?.aborted && fault instanceof Error) setError(fault);
    }
  };
  useEffect(() => {
    const abort = new AbortController();
    void check(abort.signal);
    return () => abort.abort();
  }, [api]);
  return { found, error, check };
}

function Found({ health: { token, webhook, chats, closedBy } }: { health: BotHealth }) {
  return (
    <>
      <Section title={t('panel.check.bot')}>
        <Row
          testid="health-token"
          title={t('panel.check.token')}
          subtitle={t(`panel.check.tokens.${token}`)}
          end={mark(token === 'alive')}
        />
        {webhook && (
          <>
            <Row
              testid="health-webhook"
              title={t('panel.check.webhook')}
              subtitle={t(webhookWords(webhook))}
              end={mark(webhook.ours)}
            />
            <Row title={t('panel.check.waiting')} end={webhook.waiting} />
            {webhook.lastError && <Row title={t('panel.check.lastError')} subtitle={webhook.lastError} />}
          </>
        )}
      </Section>
      <Section title={t('panel.check.chats')}>
        {chats.length === 0 && <Row title={t('panel.check.noChats')} />}
        {chats.map((chat) => (
          <Row
            key={chat.title}
            title={chat.title}
            subtitle={faultsOf(chat).join(', ') || t('panel.check.fine')}
            end={mark(faultsOf(chat).length === 0)}
          />
        ))}
      </Section>
      <div class="figures">
        <Figure name="closedBy" label={t('panel.check.closedBy')} value={closedBy} shown={closedBy} />
      </div>
    </>
  );
}

function webhookWords({ ours, wasTaken }: NonNullable<BotHealth['webhook']>) {
  if (!ours) return 'panel.check.notOurs';
  return wasTaken ? 'panel.check.taken' : 'panel.check.ours';
}

function faultsOf({ inside, canInvite, canRestrict }: BotHealth['chats'][number]): string[] {
  if (!inside) return [t('panel.check.outside')];
  return [
    ...(canInvite ? [] : [t('panel.check.noInvite')]),
    ...(canRestrict ? [] : [t('panel.check.noRestrict')]),
  ];
}

/** Beside words that say the same. */
function mark(isFine: boolean) {
  return <span aria-hidden="true">{isFine ? '✅' : '⚠️'}</span>;
}
