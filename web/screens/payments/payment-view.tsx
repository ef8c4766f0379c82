import type { PaymentDetail } from '../../../src/panel/contract/payments.ts';
import { useGet } from '../../api/queries.ts';
import { Money, money, planTitle, When } from '../../ui/basics.tsx';
import { useBot } from '../../ui/place.ts';
import { Row, Section } from '../../ui/screen.tsx';
import { Loaded } from '../../ui/states.tsx';
import { named, t } from '../../words/words.ts';
import { Fact } from '../desk/facts.tsx';

/** One payment: what it was for, every try to pay it, and every decision about it. */
export function PaymentView({ id }: { id: string }) {
  const { api, page } = useBot();
  const payment = useGet<PaymentDetail>(`${api}/payments/${id}`);
  return (
    <>
      <a class="button plain" href={`${page}/payments`}>
        {t('panel.payments.toList')}
      </a>
      <Loaded query={payment}>
        {(one) => (
          <>
            <What payment={one} page={page} />
            <Decisions of={one.decisions} />
            <Attempts of={one.attempts} />
          </>
        )}
      </Loaded>
    </>
  );
}

function What({ payment, page }: { payment: PaymentDetail; page: string }) {
  const { payer, amount, listPrice, plan, chats, source, promo, createdAt, receiptAt } = payment;
  return (
    <div class="books facts">
      <dl>
        <Fact name={t('panel.payments.state')}>{named('paymentStatus', payment.state)}</Fact>
        <Fact name={t('panel.payments.buyer')}>
          <a href={`${page}/users/${payer.id}`}>{payer.name}</a>
          {payer.username && <span class="hint"> · @{payer.username}</span>}
        </Fact>
        <Fact name={t('panel.payments.amount')}>
          <strong>
            <Money of={amount} />
          </strong>
          {listPrice && <span class="hint"> · {t('panel.desk.listPrice', { price: money(listPrice) })}</span>}
        </Fact>
        <Fact name={t('panel.payments.plan')}>
          {planTitle(plan)} · {chats.map(({ title }) => title).join(', ')}
        </Fact>
        <Fact name={t('panel.payments.method')}>{named('paymentMethod', payment.method)}</Fact>
        <Fact name={t('panel.payments.chosen')}>
          <When at={createdAt} />
        </Fact>
        {promo && <Fact name={t('panel.payments.promo')}>{promo.code}</Fact>}
        {source && <Fact name={t('panel.payments.source')}>{source.name}</Fact>}
        {receiptAt && (
          <Fact name={t('panel.payments.receipt')}>
            <a href={`${page}/receipts/${payment.id}`}>{t('panel.payments.openReceipt')}</a> ·{' '}
            <When at={receiptAt} />
          </Fact>
        )}
      </dl>
    </div>
  );
}

function Decisions({ of }: { of: PaymentDetail['decisions'] }) {
  if (of.length === 0) return null;
  return (
    <Section title={t('panel.payments.decisions')}>
      {of.map(({ state, at, by, reason }) => (
        <Row
          key={at + state}
          title={named('paymentStatus', state)}
          subtitle={
            <>
              {by && `${by.name} · `}
              <When at={at} />
              {reason && ` · ${named('rejectReason', reason)}`}
            </>
          }
        />
      ))}
    </Section>
  );
}

function Attempts({ of }: { of: PaymentDetail['attempts'] }) {
  if (of.length === 0) return null;
  return (
    <Section title={t('panel.payments.attempts')}>
      {of.map(({ id, provider, number, state, amount, at }) => (
        <Row
          key={id}
          title={`${named('paymentMethod', provider)} · ${number}`}
          subtitle={
            <>
              {t(`panel.payments.attempt.${state}`)} · <When at={at} />
            </>
          }
          end={<Money of={amount} />}
        />
      ))}
    </Section>
  );
}
