import { formatDay } from '../../../shared/calendar.ts';
import { formatMoney, fromDecimalString } from '../../../shared/money.ts';
import type { Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** Two are in, whose month is over is out, and one approval was taken back. */
const STATUSES = 'active,expired,active,kicked';

/** What Postgres holds after the story, and what the owner reads of it. */
export async function books(stage: Stage, { mainBot, owner }: Cast): Promise<void> {
  const [payments, subscriptions] = await Promise.all([
    stage.books.payment.findMany({ include: { endUser: true, channel: true }, orderBy: { id: 'asc' } }),
    stage.books.subscription.findMany({ include: { endUser: true, channel: true }, orderBy: { id: 'asc' } }),
  ]);
  stage.transcript.table([
    ['payment', 'who', 'for', 'amount', 'status'],
    ...payments.map((payment) => [
      String(payment.id),
      payment.endUser.fullName,
      payment.channel.title,
      formatMoney(fromDecimalString(payment.amount.toFixed(2)), 'en'),
      payment.status,
    ]),
  ]);
  stage.transcript.table([
    ['subscription', 'who', 'where', 'until', 'status', 'inside'],
    ...subscriptions.map((subscription) => [
      String(subscription.id),
      subscription.endUser.fullName,
      subscription.channel.title,
      subscription.expiresAt ? formatDay(subscription.expiresAt, 'en', 'Asia/Tashkent') : 'for ever',
      subscription.status,
      subscription.kickedAt ? 'removed' : subscription.joinedAt ? 'yes' : 'not yet',
    ]),
  ]);
  const states = payments.map((payment) => payment.status);
  stage.expect(
    states.join() === 'approved,rejected,approved,approved,approved,reversed,rejected',
    'four payments are approved, two rejected, one was taken back',
  );
  stage.expect(
    subscriptions.map((one) => one.status).join() === STATUSES,
    'two subscriptions go on, one has ended, one was taken back',
  );
  await owner.writes(mainBot, '/menu');
  await owner.taps(mainBot, /Statistics/);
  await owner.reads(mainBot, /All time: 170,000\.50\sUZS/);
}
