import type { Dashboard } from '../../../src/panel/contract/moderator/platform.ts';
import { useGet } from '../../api/queries.ts';
import { money } from '../../ui/basics.tsx';
import { Figure, Row, Screen, Section } from '../../ui/screen.tsx';
import { AsOf, Loaded } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';

const COUNTS = ['owners', 'bots', 'failingBots', 'live'] as const;
const PERIODS = ['today', 'week', 'month'] as const;

/** The platform at a glance, and what waits for a moderator. */
export default function Platform() {
  const dashboard = useGet<Dashboard>('/mod/dashboard');
  return (
    <Screen name="mod-dashboard" title={t('panel.screen.mod-dashboard')}>
      <Loaded query={dashboard}>
        {(data) => (
          <>
            <div class="figures">
              {COUNTS.map((name) => (
                <Figure
                  key={name}
                  name={name}
                  label={t(`panel.mod.count.${name}`)}
                  value={data[name]}
                  shown={data[name]}
                />
              ))}
              {PERIODS.map((period) => (
                <Figure
                  key={period}
                  name={period}
                  label={t(`panel.mod.turnover.${period}`)}
                  value={data.turnover[period].amount}
                  shown={money(data.turnover[period])}
                />
              ))}
            </div>
            <Section title={t('panel.mod.waits')}>
              <Row
                href="/panel/mod/tariffs"
                title={t('panel.screen.mod-tariffs')}
                end={<span data-testid="waiting-count">{data.waitingTariffs}</span>}
              />
              <Row
                href="/panel/mod/connections?state=waiting"
                title={t('panel.screen.mod-connections')}
                end={data.waitingConnections}
              />
            </Section>
            <AsOf at={data.asOf} />
          </>
        )}
      </Loaded>
    </Screen>
  );
}
