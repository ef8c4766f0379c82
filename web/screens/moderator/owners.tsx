import { useRoute } from 'preact-iso';
import type { ListedOwner } from '../../../src/panel/contract/moderator/owners.ts';
import { useList } from '../../api/queries.ts';
import { useFilters } from '../../ui/address.ts';
import { dayOf, When } from '../../ui/basics.tsx';
import { Filters } from '../../ui/filters.tsx';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';
import { OwnerView } from './owner-view.tsx';

/** Those who sell through the platform; one of them, where the address names one. */
export default function Owners() {
  const { params } = useRoute();
  const opened = params['id'];
  return (
    <Screen name="mod-owners" title={t('panel.screen.mod-owners')}>
      {opened === undefined ? <List /> : <OwnerView id={opened} />}
    </Screen>
  );
}

function List() {
  const { filters, set, search } = useFilters();
  const list = useList<ListedOwner>(`/mod/owners${search}`);
  const all = ['', t('panel.filter.all')] as const;
  return (
    <>
      <Filters
        filters={filters}
        set={set}
        of={[
          {
            name: 'state',
            label: t('panel.mod.state'),
            options: [all, ['active', t('panel.mod.owner.active')], ['banned', t('panel.mod.owner.banned')]],
          },
          {
            name: 'tariff',
            label: t('panel.mod.tariff'),
            options: [all, ['free', t('panel.mod.owner.free')], ['paid', t('panel.mod.owner.paid')]],
          },
          {
            name: 'lastSale',
            label: t('panel.mod.lastSale'),
            options: [
              all,
              ['week', t('panel.mod.sold.week')],
              ['month', t('panel.mod.sold.month')],
              ['older', t('panel.mod.sold.older')],
              ['never', t('panel.mod.sold.never')],
            ],
          },
        ]}
      />
      <Listed
        list={list}
        empty={<Empty text={t(search === '' ? 'panel.mod.noOwners' : 'panel.mod.notFound')} />}
      >
        {(items) => (
          <Section>
            {items.map((owner) => (
              <Row
                key={owner.id}
                testid={`row-owner-${owner.id}`}
                href={`/panel/mod/owners/${owner.id}`}
                title={owner.banned ? `🚫 ${owner.name}` : owner.name}
                subtitle={
                  <>
                    {owner.username !== null && `@${owner.username} · `}
                    {t('panel.mod.owner.bots', { count: owner.bots })} ·{' '}
                    {owner.paidUntil === null
                      ? t('panel.mod.owner.free')
                      : t('panel.mod.owner.until', { date: dayOf(owner.paidUntil) })}
                  </>
                }
                end={owner.lastSaleAt !== null && <When at={owner.lastSaleAt} />}
              />
            ))}
          </Section>
        )}
      </Listed>
    </>
  );
}
