import { formatDay } from '../../../src/shared/calendar.ts';
import { formatMoney, fromDecimal } from '../../../src/shared/money.ts';
import type { Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** Seven are in, whose month is over is out, and two sales were taken back. */
const STATUSES = 'active,expired,active,kicked,active,kicked,active,active,active,active';

/** Six times 50,000, once 45,000 and once 20,000.50, in tiyin; Stars are no soʻm. */
const TURNOVER = 36_500_050n;

/** What Postgres holds after the story, and what the owner reads of it. */
export async function records(stage: Stage, { mainBot, owner }: Cast): Promise<void> {
  const [payments, subscriptions] = await Promise.all([
    stage.database.payment.findMany({
      where: { isTest: false },
      include: { endUser: true, channel: true },
      orderBy: { id: 'asc' },
    }),
    stage.database.subscription.findMany({
      include: { endUser: true, channel: true },
      orderBy: { id: 'asc' },
    }),
  ]);
  stage.transcript.table([
    ['payment', 'who', 'for', 'amount', 'status'],
    ...payments.map((payment) => [
      String(payment.id),
      payment.endUser.fullName,
      payment.channel.title,
      payment.currency === 'XTR'
        ? `${payment.amount.toFixed(0)} ⭐`
        : formatMoney(fromDecimal(payment.amount), 'en'),
      payment.status,
    ]),
  ]);
  stage.transcript.table([
    ['subscription', 'who', 'where', 'until', 'status', 'inside'],
    ...subscriptions.map((subscription) => [
      String(subscription.id),
      subscription.endUser.fullName,
      subscription.channel.title,
      subscription.expiresAt ? formatDay(subscription.expiresAt, 'en', 'Asia/Tashkent') : 'lifetime',
      subscription.status,
      subscription.kickedAt ? 'removed' : subscription.joinedAt ? 'yes' : 'not yet',
    ]),
  ]);
  const sold = await stage.database.payment.groupBy({
    by: ['channelId'],
    where: { status: 'approved', isTest: false, currency: 'UZS' },
    _sum: { amount: true },
    _count: true,
    orderBy: { channelId: 'asc' },
  });
  const turnovers = sold.map(({ _sum }) => fromDecimal(_sum.amount ?? 0));
  const total = turnovers.reduce((sum, turnover) => sum + turnover, 0n);
  stage.transcript.table([
    ['turnover', 'sales', 'amount'],
    ...sold.map(({ channelId, _count }, index) => [
      payments.find((payment) => payment.channelId === channelId)?.channel.title ?? '',
      String(_count),
      formatMoney(turnovers[index] ?? 0n, 'en'),
    ]),
    ['in all', String(sold.reduce((sum, { _count }) => sum + _count, 0)), formatMoney(total, 'en')],
  ]);
  stage.expect(total === TURNOVER, 'only what was approved, and not taken back, counts');
  const states = payments.map((payment) => payment.status);
  stage.expect(
    states.join() ===
      'approved,rejected,approved,approved,approved,reversed,created,rejected,approved,reversed,approved,approved,approved,approved',
    'nine payments are approved, two rejected, two were taken back, and one is not paid yet',
  );
  stage.expect(
    subscriptions.map((one) => one.status).join() === STATUSES,
    'seven subscriptions go on, one has ended, two were taken back',
  );
  await owner.writes(mainBot, '/menu');
  await owner.taps(mainBot, /Statistics/);
  await owner.reads(mainBot, /All time: 365,000\.50\sUZS/);
}
