import type { AuditActors } from '../../src/panel/contract/audit.ts';
import { useGet } from '../api/queries.ts';
import { t } from '../words/words.ts';

const KINDS = ['owner', 'moderator', 'end-user', 'chat-admin', 'provider', 'system'] as const;

/** By whom a trail may be narrowed: all of a kind, and each of those who did something last. @param api of the trail */
export function useActors(api: string): readonly (readonly [value: string, label: string])[] {
  const people = useGet<AuditActors>(`${api}/audit/actors`).data?.items ?? [];
  return [
    ['', t('panel.filter.all')],
    ...KINDS.map((kind) => [kind, t(`panel.mod.actors.${kind}`)] as const),
    ...people.flatMap(({ actor, kind, name }) =>
      name === null ? [] : [[actor, `${name} · ${t(`panel.mod.actors.${kind}`)}`] as const],
    ),
  ];
}
