import type { WatchedPayment } from '../../../src/panel/contract/moderator/payments.ts';
import { useList } from '../../api/queries.ts';
import { useFilters } from '../../ui/address.ts';
import { Money, planTitle, When } from '../../ui/basics.tsx';
import { Filters } from '../../ui/filters.tsx';
import { methodOptions, stateOptions } from '../../ui/payment-options.ts';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed } from '../../ui/states.tsx';
import { named, t } from '../../words/words.ts';

/** Payments of all bots: without people, and without receipts. */
export default function Payments() {
  const { filters, set, search } = useFilters();
  const list = useList<WatchedPayment>(`/mod/payments${search}`);
  const all = ['', t('panel.filter.all')] as const;
  return (
    <Screen name="mod-payments" title={t('panel.screen.mod-payments')}>
      <Filters
        filters={filters}
        set={set}
        searchBy="bot"
        of={[
          { name: 'state', label: t('panel.payments.state'), options: [all, ...stateOptions()] },
          { name: 'method', label: t('panel.payments.method'), options: [all, ...methodOptions()] },
          { name: 'min', label: t('panel.payments.min'), type: 'text' },
          { name: 'max', label: t('panel.payments.max'), type: 'text' },
          { name: 'from', label: t('panel.payments.since'), type: 'date' },
          { name: 'to', label: t('panel.payments.until'), type: 'date' },
        ]}
      />
      <p class="hint small">{t('panel.mod.searchBot')}</p>
      <Listed
        list={list}
        empty={<Empty text={t(search === '' ? 'panel.mod.noPayments' : 'panel.mod.notFound')} />}
      >
        {(items) => (
          <Section>
            {items.map((payment) => (
              <Row
                key={payment.id}
                testid={`row-payment-${payment.id}`}
                title={`@${payment.bot.username}`}
                subtitle={
                  <>
                    {t('panel.number', { id: payment.id })} · {planTitle(payment.plan)} ·{' '}
                    {named('paymentMethod', payment.method)} · {named('paymentStatus', payment.state)} ·{' '}
                    <When at={payment.createdAt} />
                  </>
                }
                end={<Money of={payment.amount} />}
              />
            ))}
          </Section>
        )}
      </Listed>
    </Screen>
  );
}
