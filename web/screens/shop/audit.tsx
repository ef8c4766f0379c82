import type { AuditLine } from '../../../src/panel/contract/audit.ts';
import { useList } from '../../api/queries.ts';
import { useActors } from '../../ui/actors.ts';
import { useFilters } from '../../ui/address.ts';
import { When } from '../../ui/basics.tsx';
import { Filters } from '../../ui/filters.tsx';
import { useBot } from '../../ui/place.ts';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';

const KINDS = [
  'access',
  'bot',
  'chat',
  'end-user',
  'member',
  'payment',
  'plan',
  'promo',
  'provider',
  'referral',
  'refund',
  'source',
] as const;

/** Who did what on a bot. */
export default function Audit() {
  const { api } = useBot();
  const { filters, set, search } = useFilters();
  const list = useList<AuditLine>(`${api}/audit${search}`);
  const all = ['', t('panel.filter.all')] as const;
  const actors = useActors(api);
  return (
    <Screen name="audit" title={t('panel.screen.audit')}>
      <Filters
        filters={filters}
        set={set}
        searchBy={null}
        of={[
          {
            name: 'actor',
            label: t('panel.trail.who'),
            options: actors,
          },
          {
            name: 'action',
            label: t('panel.trail.what'),
            options: [all, ...KINDS.map((kind) => [kind, t(`panel.trail.kinds.${kind}`)] as const)],
          },
          { name: 'from', label: t('panel.payments.since'), type: 'date' },
          { name: 'to', label: t('panel.payments.until'), type: 'date' },
        ]}
      />
      <Listed
        list={list}
        empty={<Empty text={t(search === '' ? 'panel.trail.none' : 'panel.trail.notFound')} />}
      >
        {(items) => (
          <Section>
            {items.map(({ id, at, actor, text }) => (
              <Row
                key={id}
                testid={`row-audit-${id}`}
                title={text}
                subtitle={
                  <>
                    {actor.name ?? t(`panel.mod.actors.${actor.kind}`)} · <When at={at} />
                  </>
                }
              />
            ))}
          </Section>
        )}
      </Listed>
    </Screen>
  );
}
