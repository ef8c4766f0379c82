import type { WatchedPayment } from '../../../src/panel/contract/moderator/payments.ts';
import { useList } from '../../api/queries.ts';
import { useFilters } from '../../ui/address.ts';
import { Money, planTitle, When } from '../../ui/basics.tsx';
import { Field, Search, Select } from '../../ui/form.tsx';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed } from '../../ui/states.tsx';
import { named, t } from '../../words/words.ts';

const STATES = ['created', 'pending', 'approved', 'rejected', 'cancelled', 'reversed'];
const METHODS = ['card', 'payme', 'click', 'uzum'];

/** Payments of all bots: without people, and without receipts. */
export default function Payments() {
  const { filters, set, search } = useFilters();
  const list = useList<WatchedPayment>(`/mod/payments${search}`);
  const choice = (name: string, label: string, group: string, values: readonly string[]) => (
    <Select
      label={label}
      testid={`filter-${name}`}
      value={filters[name] ?? ''}
      options={[['', t('panel.filter.all')], ...values.map((value) => [value, named(group, value)] as const)]}
      onChange={(value) => set({ [name]: value })}
    />
  );
  const typed = (name: string, label: string, type: 'text' | 'date') => (
    <Field
      label={label}
      type={type}
      testid={`filter-${name}`}
      value={filters[name] ?? ''}
      onInput={(value) => set({ [name]: value })}
    />
  );
  return (
    <Screen name="mod-payments" title={t('panel.screen.mod-payments')}>
      <div class="filters">
        <Search value={filters['bot'] ?? ''} onSearch={(bot) => set({ bot })} />
        {choice('state', t('panel.payments.state'), 'paymentStatus', STATES)}
        {choice('method', t('panel.payments.method'), 'paymentMethod', METHODS)}
        {typed('min', t('panel.payments.min'), 'text')}
        {typed('max', t('panel.payments.max'), 'text')}
        {typed('from', t('panel.payments.since'), 'date')}
        {typed('to', t('panel.payments.until'), 'date')}
      </div>
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
