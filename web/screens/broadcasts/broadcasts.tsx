import type { Broadcast, BroadcastDetail } from '../../../src/panel/contract/growth/broadcasts.ts';
import { useGet, useList } from '../../api/queries.ts';
import { useOpened } from '../../ui/address.ts';
import { When } from '../../ui/basics.tsx';
import { useBot } from '../../ui/place.ts';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed, Loaded } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';
import { Draft } from './draft.tsx';
import { Progress } from './progress.tsx';
import { Write } from './write.tsx';

/** Copies go out without a word, and so does what waits for the morning. */
const moves = ({ state }: Broadcast) => state === 'sending' || state === 'scheduled';

/** What is sent to many of a bot's people at once. */
export default function Broadcasts() {
  const id = useOpened();
  return (
    <Screen name="broadcasts" title={t('panel.screen.broadcasts')}>
      {id === undefined ? <List /> : <One key={id} id={id} />}
    </Screen>
  );
}

function List() {
  const { api, page } = useBot();
  const list = useList<Broadcast>(`${api}/broadcasts`, moves);
  return (
    <>
      <Write />
      <Listed list={list} empty={<Empty text={t('panel.casts.none')} />}>
        {(items) => (
          <Section>
            {items.map(({ id, state, createdAt, startsAt, total, counts: { sent } }) => (
              <Row
                key={id}
                testid={`row-broadcast-${id}`}
                href={`${page}/broadcasts/${id}`}
                title={t('panel.casts.title', { id, state: t(`broadcastStatus.${state}`) })}
                subtitle={<When at={startsAt ?? createdAt} />}
                end={total === 0 ? undefined : t('panel.casts.of', { sent, total })}
              />
            ))}
          </Section>
        )}
      </Listed>
    </>
  );
}

function One({ id }: { id: string }) {
  const { api, page } = useBot();
  const broadcast = useGet<BroadcastDetail>(`${api}/broadcasts/${id}`, moves);
  return (
    <>
      <a class="button back" href={`${page}/broadcasts`}>
        {t('panel.casts.toList')}
      </a>
      <Loaded query={broadcast}>
        {(opened) =>
          opened.state === 'draft' ? <Draft broadcast={opened} /> : <Progress broadcast={opened} />
        }
      </Loaded>
    </>
  );
}
