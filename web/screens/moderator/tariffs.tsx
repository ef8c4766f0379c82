import { useRoute } from 'preact-iso';
import type { TariffReceipt } from '../../../src/panel/contract/moderator/tariffs.ts';
import { useList } from '../../api/queries.ts';
import { useAddress, useFilters } from '../../ui/address.ts';
import { Button, Money, When } from '../../ui/basics.tsx';
import { Filters } from '../../ui/filters.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed } from '../../ui/states.tsx';
import { isWide } from '../../ui/wide.ts';
import { t } from '../../words/words.ts';
import { purposeTitle } from './purpose.ts';
import { TariffView } from './tariff-view.tsx';

const PAGE = '/panel/mod/tariffs';

/** Receipts for the platform: the same desk as an owner's, and the same keys. */
export default function Tariffs() {
  const { params } = useRoute();
  const { route } = useAddress();
  const { filters, set, search } = useFilters();
  const list = useList<TariffReceipt>(`/mod/tariffs${search}`);
  const { items } = list;
  const opened = params['id'] === undefined ? undefined : Number(params['id']);
  const id = opened ?? (isWide() ? items[0]?.id : undefined);
  const place = items.findIndex((item) => item.id === id);
  const open = (next: TariffReceipt | undefined) =>
    route(`${PAGE}${next ? `/${next.id}` : ''}${search}`, true);
  const go = (by: 1 | -1) => {
    const next = items[place + by];
    if (next) open(next);
  };
  useKeys({ KeyJ: () => go(1), ArrowDown: () => go(1), KeyK: () => go(-1), ArrowUp: () => go(-1) });
  return (
    <Screen name="mod-tariffs" title={t('panel.screen.mod-tariffs')} wide>
      <div class="desk">
        {(isWide() || opened === undefined) && (
          <div class="desk-list">
            <Filters
              filters={filters}
              set={set}
              of={[
                {
                  name: 'state',
                  label: t('panel.desk.state'),
                  options: [
                    ['', t('panel.desk.waiting')],
                    ['decided', t('panel.desk.decided')],
                  ],
                },
              ]}
            />
            {list.total !== undefined && (
              <p class="hint small" data-testid="total" data-value={list.total ?? ''}>
                {t('panel.desk.total', { count: list.total ?? 0 })}
              </p>
            )}
            <Listed
              list={list}
              empty={
                <Empty text={t(search === '' ? 'panel.desk.nothingWaits' : 'panel.desk.nothingFound')} />
              }
            >
              {(shown) => (
                <Section>
                  {shown.map((item) => (
                    <Row
                      key={item.id}
                      testid={`row-tariff-${item.id}`}
                      href={`${PAGE}/${item.id}${search}`}
                      isChosen={item.id === id}
                      title={item.owner.name}
                      subtitle={
                        <>
                          {t('panel.number', { id: item.id })} · {purposeTitle(item.purpose)} ·{' '}
                          <When at={item.receiptAt} />
                        </>
                      }
                      end={<Money of={item.amount} />}
                    />
                  ))}
                </Section>
              )}
            </Listed>
          </div>
        )}
        {id !== undefined && (
          <>
            {!isWide() && <Button onPress={() => open(undefined)}>{t('panel.desk.toList')}</Button>}
            <TariffView key={id} id={id} onDecided={() => open(items[place + 1] ?? items[place - 1])} />
          </>
        )}
      </div>
    </Screen>
  );
}
