import { useRoute } from 'preact-iso';
import type { PromoPage } from '../../../src/panel/contract/growth/promo.ts';
import type { SourcesPage } from '../../../src/panel/contract/growth/sources.ts';
import type { Payment, PaymentTotals } from '../../../src/panel/contract/payments.ts';
import type { Plans } from '../../../src/panel/contract/plans.ts';
import { exportList } from '../../api/exports.ts';
import { useGet, useList } from '../../api/queries.ts';
import { me } from '../../session.ts';
import { useAddress, useFilters } from '../../ui/address.ts';
import { Button, Money, money, planTitle, When } from '../../ui/basics.tsx';
import { Filters } from '../../ui/filters.tsx';
import { Tabs } from '../../ui/form.tsx';
import { methodOptions, stateOptions } from '../../ui/payment-options.ts';
import { useBot } from '../../ui/place.ts';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed } from '../../ui/states.tsx';
import { named, t } from '../../words/words.ts';
import { PaymentView } from './payment-view.tsx';
import { Refunds } from './refunds.tsx';

const REFUNDS = 'refunds';

/** Everything that people paid at a bot, and the money that is to be returned. */
export default function Payments() {
  const { page } = useBot();
  const { params } = useRoute();
  const { route } = useAddress();
  const opened = params['id'];
  if (opened !== undefined && opened !== REFUNDS) {
    return (
      <Screen name="payments" title={t('panel.payments.title', { id: opened })}>
        <PaymentView id={opened} />
      </Screen>
    );
  }
  const tab = opened ?? 'payments';
  return (
    <Screen name="payments" title={t('panel.screen.payments')}>
      <Tabs
        tabs={[
          ['payments', t('panel.payments.list')],
          [REFUNDS, t('panel.payments.refunds')],
        ]}
        chosen={tab}
        onChoose={(name) => route(`${page}/payments${name === REFUNDS ? `/${REFUNDS}` : ''}`, true)}
      />
      {tab === REFUNDS ? <Refunds /> : <Books />}
    </Screen>
  );
}

function Books() {
  const { api, page, may } = useBot();
  const { filters, set, search } = useFilters();
  const list = useList<Payment>(`${api}/payments${search}`);
  const totals = useGet<PaymentTotals>(`${api}/payments/totals${search}`);
  return (
    <>
      <PaymentFilters filters={filters} set={set} />
      <div class="buttons">
        {totals.data && <Total of={totals.data} />}
        {may('owner') && (
          <Button testid="export" onPress={() => void exportList(api, 'payments', filters)}>
            {t('panel.payments.export')}
          </Button>
        )}
      </div>
      <Listed
        list={list}
        empty={<Empty text={t(search === '' ? 'panel.payments.none' : 'panel.payments.notFound')} />}
      >
        {(items) => (
          <Section>
            {items.map((payment) => (
              <Row
                key={payment.id}
                testid={`row-payment-${payment.id}`}
                href={`${page}/payments/${payment.id}`}
                title={payment.payer.name}
                subtitle={
                  <>
                    {t('panel.number', { id: payment.id })} · {planTitle(payment.plan)} ·{' '}
                    {named('paymentStatus', payment.state)} · <When at={payment.createdAt} />
                  </>
                }
                end={<Money of={payment.amount} />}
              />
            ))}
          </Section>
        )}
      </Listed>
    </>
  );
}

/** How many they are, and what they come to, by currency. */
function Total({ of: { count, sums, more } }: { of: PaymentTotals }) {
  return (
    <p class="hint" data-testid="total" data-value={sums.map(({ amount }) => amount).join(' ')}>
      {more
        ? t('panel.payments.many', { count })
        : [t('panel.payments.count', { count }), ...sums.map(money)].join(' · ')}
    </p>
  );
}

function PaymentFilters({ filters, set }: Pick<ReturnType<typeof useFilters>, 'filters' | 'set'>) {
  const { api } = useBot();
  const { features } = me();
  const chats = useGet<Plans>(`${api}/plans`).data?.chats ?? [];
  const sources = useGet<SourcesPage>(features.includes('sources') ? `${api}/sources` : null).data?.items;
  const codes = useGet<PromoPage>(features.includes('promo') ? `${api}/promo` : null).data?.items;
  const all = ['', t('panel.filter.all')] as const;
  const choice = (name: string, label: string, options: readonly (readonly [string, string])[]) =>
    options.length === 0 ? [] : [{ name, label, options: [all, ...options] }];
  return (
    <Filters
      filters={filters}
      set={set}
      of={[
        ...choice('state', t('panel.payments.state'), stateOptions()),
        ...choice('method', t('panel.payments.method'), methodOptions()),
        ...choice(
          'chat',
          t('panel.payments.chat'),
          chats.map(({ id, title }) => [String(id), title] as const),
        ),
        ...choice(
          'plan',
          t('panel.payments.plan'),
          chats.flatMap(({ title, plans }) =>
            plans.map((plan) => [String(plan.id), `${title}: ${planTitle(plan)}`] as const),
          ),
        ),
        ...choice(
          'source',
          t('panel.payments.source'),
          (sources ?? []).map(({ id, name }) => [String(id), name] as const),
        ),
        ...choice(
          'promo',
          t('panel.payments.promo'),
          (codes ?? []).map(({ id, code }) => [String(id), code] as const),
        ),
        { name: 'from', label: t('panel.payments.since'), type: 'date' },
        { name: 'to', label: t('panel.payments.until'), type: 'date' },
        { name: 'min', label: t('panel.payments.min'), type: 'text' },
        { name: 'max', label: t('panel.payments.max'), type: 'text' },
      ]}
    />
  );
}
