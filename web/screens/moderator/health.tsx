import type { SystemHealth } from '../../../src/panel/contract/moderator/platform.ts';
import { useGet } from '../../api/queries.ts';
import { When } from '../../ui/basics.tsx';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { AsOf, Empty, Loaded } from '../../ui/states.tsx';
import { named, t } from '../../words/words.ts';

const MARKS = { healthy: '🟢', degraded: '🟡', unhealthy: '🔴' } as const;

/** What the platform stands on, what waits, and what was told last. */
export default function Health() {
  const health = useGet<SystemHealth>('/mod/health');
  return (
    <Screen name="mod-health" title={t('panel.screen.mod-health')}>
      <Loaded query={health}>{(data) => <Report health={data} />}</Loaded>
    </Screen>
  );
}

function Report({ health }: { health: SystemHealth }) {
  const { components, queues, failingBots, alerts, asOf } = health;
  return (
    <>
      <Section title={t('panel.mod.health.components')}>
        {components.map(({ name, status, responseMs, uptime }) => (
          <Row
            key={name}
            title={t(`systemHealth.name.${name}`)}
            subtitle={t('panel.mod.health.answers', { ms: responseMs, uptime: percent(uptime) })}
            end={`${MARKS[status]} ${t(`panel.mod.health.status.${status}`)}`}
          />
        ))}
      </Section>
      <Section title={t('panel.mod.health.queues')}>
        {queues.map(({ name, waiting, failed, lateSeconds }) => (
          <Row
            key={name}
            title={named('panel.mod.health.queueNames', name)}
            subtitle={t('panel.mod.health.queue', { waiting, failed })}
            end={t('panel.mod.health.late', { seconds: lateSeconds })}
          />
        ))}
      </Section>
      <Section title={t('panel.mod.count.failingBots')}>
        {failingBots.length === 0 && <Empty text={t('panel.mod.health.noneFail')} />}
        {failingBots.map(({ id, username, owner, since }) => (
          <Row
            key={id}
            testid={`row-bot-${id}`}
            href={`/panel/mod/owners/${owner.id}`}
            title={`@${username}`}
            subtitle={owner.name}
            end={since !== null && <When at={since} />}
          />
        ))}
      </Section>
      <Section title={t('panel.mod.health.alerts')}>
        {alerts.length === 0 && <Empty text={t('panel.mod.health.noAlerts')} />}
        {alerts.map(({ kind, at, open }) => (
          <Row
            key={kind}
            title={named('panel.mod.alert', kind)}
            subtitle={t(open ? 'panel.mod.health.open' : 'panel.mod.health.over')}
            end={<When at={at} />}
          />
        ))}
      </Section>
      <AsOf at={asOf} />
    </>
  );
}

/** Rounded down: a lost minute is never a whole day. */
function percent(share: number | null): string {
  return share === null ? '—' : `${Math.floor(share * 1000) / 10}%`;
}
