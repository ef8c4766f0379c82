import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Receipt, ReceiptFlag } from '../../../src/panel/contract/receipts.ts';
import { me } from '../../session.ts';
import { Button, fullTime, Money, money, planTitle, When } from '../../ui/basics.tsx';
import { useBot } from '../../ui/place.ts';
import { named, t } from '../../words/words.ts';
import { Picture } from './picture.tsx';

/** What stands in the books beside a receipt. */
export function Facts({ receipt, page }: { receipt: Receipt; page: string }) {
  const { may } = useBot();
  const { payer, history, amount, listPrice } = receipt;
  return (
    <div class="facts">
      {receipt.flags.map((flag) => (
        <Flag key={flag.kind} flag={flag} receipt={receipt} />
      ))}
      <dl>
        <Fact name={t('panel.desk.payer')}>
          {may('people') ? <a href={`${page}/users/${payer.id}`}>{payer.name}</a> : payer.name}
          {payer.username && (
            <>
              {' · '}
              <a href={`https://t.me/${payer.username}`} target="_blank" rel="noreferrer">
                @{payer.username}
              </a>
            </>
          )}
          {payer.closedBot && <span class="hint"> · {t('panel.desk.closedBot')}</span>}
        </Fact>
        <Fact name={t('panel.desk.amount')}>
          <strong>
            <Money of={amount} />
          </strong>
          {listPrice && <span class="hint"> · {t('panel.desk.listPrice', { price: money(listPrice) })}</span>}
        </Fact>
        <Fact name={t('panel.desk.plan')}>
          {planTitle(receipt.plan)} · {receipt.chats.map(({ title }) => title).join(', ')}
        </Fact>
        <Fact name={t('panel.desk.sent')}>
          <When at={receipt.receiptAt} />
        </Fact>
        {receipt.can.includes('approve') && (
          <Fact name={t('panel.desk.after')}>
            {history.after ? fullTime(history.after) : t('duration.lifetime')}
          </Fact>
        )}
        <Fact name={t('panel.desk.before')}>
          {history.approved + history.rejected === 0
            ? t('panel.desk.firstTime')
            : t('panel.desk.beforeText', {
                approved: history.approved,
                rejected: history.rejected,
                spent: money(history.spent),
              })}
        </Fact>
        {history.invitedBy && (
          <Fact name={t('panel.desk.invitedBy')}>
            {may('people') ? (
              <a href={`${page}/users/${history.invitedBy.id}`}>{history.invitedBy.name}</a>
            ) : (
              history.invitedBy.name
            )}
          </Fact>
        )}
        {receipt.decision && (
          <Fact name={t('panel.desk.decision')}>
            {named('paymentStatus', receipt.decision.state)}
            {receipt.decision.by && ` · ${receipt.decision.by.name}`} · <When at={receipt.decision.at} />
            {receipt.decision.reason && (
              <span class="hint"> · {named('rejectReason', receipt.decision.reason)}</span>
            )}
          </Fact>
        )}
      </dl>
      {history.recent.length > 0 && (
        <table class="table small">
          <caption class="unseen">{t('panel.desk.before')}</caption>
          <tbody>
            {history.recent.map(({ id, state, amount: paid, at, reason }) => (
              <tr key={id}>
                <th scope="row">
                  {may('shop') ? (
                    <a href={`${page}/payments/${id}`}>{t('panel.number', { id })}</a>
                  ) : (
                    t('panel.number', { id })
                  )}
                </th>
                <td>
                  {named('paymentStatus', state)}
                  {reason && <span class="hint"> · {named('rejectReason', reason)}</span>}
                </td>
                <td class="number">
                  <Money of={paid} />
                </td>
                <td>
                  <When at={at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** One of what is known, by its name. */
export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt class="hint small">{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** What to look at twice; the file that came before is shown beside this one. */
function Flag({ flag, receipt }: { flag: ReceiptFlag; receipt: Receipt }) {
  const [isOpen, setOpen] = useState(false);
  if (flag.kind === 'sameAmount') {
    return (
      <p class="flag" data-testid="receipt-flag" data-kind={flag.kind}>
        {t('panel.desk.flag.sameAmount', { count: flag.count })}
      </p>
    );
  }
  if (flag.kind === 'active') {
    return (
      <p class="flag" data-testid="receipt-flag" data-kind={flag.kind}>
        {flag.until
          ? t('panel.desk.flag.active', { until: fullTime(flag.until) })
          : t('panel.desk.flag.activeForLife')}
      </p>
    );
  }
  const bot = me().bots.find(({ username }) => username === flag.bot);
  return (
    <div class="flag" data-testid="receipt-flag" data-kind={flag.kind}>
      <p>
        {t('panel.desk.flag.usedBefore', { id: flag.paymentId, bot: `@${flag.bot}` })}{' '}
        {bot && (
          <a href={`/panel/bots/${bot.id}/receipts/${flag.paymentId}`}>
            {t('panel.number', { id: flag.paymentId })}
          </a>
        )}
      </p>
      {bot && !isOpen && <Button onPress={() => setOpen(true)}>{t('panel.desk.flag.beside')}</Button>}
      {bot && isOpen && (
        <Picture
          key={receipt.id}
          path={`/bots/${bot.id}/receipts/${flag.paymentId}/file`}
          showPath={null}
          label={t('panel.desk.picture', { id: flag.paymentId })}
          testid="receipt-picture-before"
        />
      )}
    </div>
  );
}
