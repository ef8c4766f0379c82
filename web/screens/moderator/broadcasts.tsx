import type { WatchedBroadcast } from '../../../src/panel/contract/growth/broadcasts.ts';
import { act } from '../../api/act.ts';
import { useList } from '../../api/queries.ts';
import { Button, When } from '../../ui/basics.tsx';
import { confirmed } from '../../ui/dialog.tsx';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';

const moves = ({ open }: WatchedBroadcast) => open;

/** What owners send to many at once, and the way to end it. */
export default function Broadcasts() {
  const list = useList<WatchedBroadcast>('/mod/broadcasts', moves);
  return (
    <Screen name="mod-broadcasts" title={t('panel.screen.mod-broadcasts')}>
      <Listed list={list} empty={<Empty text={t('panel.mod.noBroadcasts')} />}>
        {(items) => (
          <Section>
            {items.map((one) => (
              <One key={one.id} broadcast={one} />
            ))}
          </Section>
        )}
      </Listed>
    </Screen>
  );
}

function One({
  broadcast: { id, bot, owner, state, startsAt, createdAt, total, counts, open },
}: {
  broadcast: WatchedBroadcast;
}) {
  const stop = async () => {
    const title = t('panel.mod.cast.stop', { id });
    if (!(await confirmed({ title, text: t('panel.mod.cast.ask'), yes: title, isDangerous: true }))) return;
    await act('POST', `/mod/broadcasts/${id}/stop`, { changes: ['/mod/broadcasts'] });
  };
  return (
    <>
      <Row
        testid={`row-broadcast-${id}`}
        href={`/panel/mod/owners/${owner.id}`}
        title={`@${bot.username} · ${t('panel.casts.title', { id, state: t(`broadcastStatus.${state}`) })}`}
        subtitle={
          <>
            {owner.name} · <When at={startsAt ?? createdAt} />
          </>
        }
        end={total === 0 ? undefined : t('panel.casts.of', { sent: counts.sent, total })}
      />
      {open && (
        <div class="buttons inset">
          <Button kind="danger" testid={`stop-${id}`} onPress={() => void stop()}>
            {t('panel.mod.cast.stop', { id })}
          </Button>
        </div>
      )}
    </>
  );
}
