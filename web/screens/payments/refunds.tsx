import type { Refund } from '../../../src/panel/contract/refunds.ts';
import { act } from '../../api/act.ts';
import { useList } from '../../api/queries.ts';
import { Button, Money, money, planTitle, When } from '../../ui/basics.tsx';
import { confirmed } from '../../ui/dialog.tsx';
import { useBot } from '../../ui/place.ts';
import { Row, Section } from '../../ui/screen.tsx';
import { Empty, Listed } from '../../ui/states.tsx';
import { named, t } from '../../words/words.ts';

const QUESTIONS = {
  send: 'panel.payments.askSend',
  done: 'panel.payments.askDone',
  credit: 'panel.payments.askCredit',
} as const;

/** Money that came and gave nothing: its owner returns it, or gives time instead. */
export function Refunds() {
  const { api, page } = useBot();
  const list = useList<Refund>(`${api}/refunds`);
  return (
    <Listed list={list} empty={<Empty text={t('panel.payments.nothingToReturn')} />}>
      {(items) => (
        <Section>
          {items.map((refund) => (
            <OneRefund key={refund.id} refund={refund} api={api} page={page} />
          ))}
        </Section>
      )}
    </Listed>
  );
}

function OneRefund({ refund, api, page }: { refund: Refund; api: string; page: string }) {
  const provider = named('paymentMethod', refund.provider);
  const { payer } = refund;
  const wordOf = (way: Refund['can'][number]) =>
    t(payer === null && way === 'done' ? 'panel.payments.foreign.done' : `panel.payments.${way}`);
  const change = async (way: Refund['can'][number]) => {
    const words = { provider, amount: money(refund.amount) };
    const sure = await confirmed({
      title: wordOf(way),
      text:
        payer === null
          ? t(way === 'send' ? 'panel.payments.foreign.askSend' : 'panel.payments.foreign.askDone', words)
          : t(QUESTIONS[way], { ...words, person: payer.name }),
      yes: wordOf(way),
    });
    if (sure) {
      const changes = [`${api}/refunds`, `${api}/payments`, `${api}/users`];
      await act('POST', `${api}/refunds/${refund.id}/${way}`, { changes });
    }
  };
  return (
    <div data-testid={`row-refund-${refund.id}`}>
      <Row
        {...(refund.paymentId === null ? {} : { href: `${page}/payments/${refund.paymentId}` })}
        title={payer?.name ?? t('panel.payments.foreign.title')}
        subtitle={
          <>
            {provider}
            {refund.plan !== null && <> · {planTitle(refund.plan)}</>} ·{' '}
            {t(`panel.payments.reason.${refund.reason}`)} · <When at={refund.createdAt} />
            {refund.state === 'sending' && <> · {t('panel.payments.sending', { provider })}</>}
            {refund.note !== null && (
              <span class="wrong"> · {t('panel.payments.refused', { provider, note: refund.note })}</span>
            )}
          </>
        }
        end={<Money of={refund.amount} />}
      />
      {refund.can.length > 0 && (
        <div class="buttons">
          {refund.can.map((way) => (
            <Button key={way} testid={`refund-${way}-${refund.id}`} onPress={() => void change(way)}>
              {wordOf(way)}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
