import type { AuditActors, AuditLine } from '../../src/panel/contract/audit.ts';
import { useGet, useList } from '../api/queries.ts';
import { t } from '../words/words.ts';
import { useFilters } from './address.ts';
import { When } from './basics.tsx';
import { type Filter, Filters } from './filters.tsx';
import { Row, Section } from './screen.tsx';
import { Empty, Listed } from './states.tsx';

const KINDS = ['owner', 'manager', 'moderator', 'end-user', 'chat-admin', 'provider', 'system'] as const;

interface TrailProps {
  /** Where it is asked for. */
  api: string;
  /** What it may be narrowed by, besides who acted and when. */
  by?: readonly Filter[];
  words: {
    who: string;
    /** Said where there is nothing yet, and where nothing is as the filters say. */
    none: string;
    notFound: string;
  };
}

/** Who did what, the latest first. */
export function Trail({ api, by = [], words }: TrailProps) {
  const { filters, set, search } = useFilters();
  const list = useList<AuditLine>(`${api}/audit${search}`);
  const actors = useActors(api);
  return (
    <>
      <Filters
        filters={filters}
        set={set}
        searchBy={null}
        of={[
          { name: 'actor', label: words.who, options: actors },
          ...by,
          { name: 'from', label: t('panel.payments.since'), type: 'date' },
          { name: 'to', label: t('panel.payments.until'), type: 'date' },
        ]}
      />
      <Listed list={list} empty={<Empty text={search === '' ? words.none : words.notFound} />}>
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
    </>
  );
}

/** All of a kind, and each of those who did something last. */
function useActors(api: string): readonly (readonly [value: string, label: string])[] {
  const people = useGet<AuditActors>(`${api}/audit/actors`).data?.items ?? [];
  return [
    ['', t('panel.filter.all')],
    ...KINDS.map((kind) => [kind, t(`panel.mod.actors.${kind}`)] as const),
    ...people.flatMap(({ actor, kind, name }) =>
      name === null ? [] : [[actor, `${name} · ${t(`panel.mod.actors.${kind}`)}`] as const],
    ),
  ];
}
