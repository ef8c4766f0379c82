import { z } from 'zod';
import type { OutboxDefinitions, OutboxOutcome } from '../../kernel/outbox/outbox-message.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { addDays, dateOf, nextBetween } from '../../shared/calendar.ts';
import { DAY_MS } from '../../shared/durations.ts';
import { endUserOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { givePersonalCode } from '../promo-codes/personal-codes.ts';
import { lockEndUser } from '../subscriptions/subscription-queries.ts';
import { CODE_DAYS, DAYTIME, ONCE_IN_DAYS } from './winback.ts';
import { findInvited, WINBACK_NOTICES } from './winback-notices.ts';

const winBack = z.object({
  subscriptionId: z.int(),
  /** What the owner spares those who come back when it ended; 0: nothing. */
  percent: z.int(),
});

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** Somebody whose time was up some days ago is asked to come back. */
    'win-back': z.infer<typeof winBack>;
  }
}

export function createWinbackMessages({
  transact,
  timeZone,
}: {
  transact: UnitOfWork;
  timeZone: string;
}): OutboxDefinitions<'win-back'> {
  return {
    'win-back': {
      payload: winBack,
      handle: (payload) => transact((work) => askBack(work, payload, timeZone)),
      onUnknown: 'retry',
      endsWithBot: true,
    },
  };
}

async function askBack(
  work: Work,
  { subscriptionId, percent }: z.infer<typeof winBack>,
  timeZone: string,
): Promise<OutboxOutcome> {
  const { db, now } = work;
  const ended = await db.subscription.findUnique({
    where: { id: subscriptionId },
    select: { endUserId: true, channel: { select: { botId: true } } },
  });
  if (!ended) return 'not-due';
  const { endUserId, channel } = ended;
  const { botId } = channel;
  // Whoever buys, is banned or wants no offers in this moment does so before or after, never beside it.
  await lockEndUser(db, endUserId, botId);
  if (!(await findInvited(db, subscriptionId, now))) return 'not-due';
  const dueAt = nextBetween(now, DAYTIME, timeZone);
  if (dueAt > now) {
    const key = `win-back:${subscriptionId}:${dueAt.toISOString()}`;
    work.enqueue({ kind: 'win-back', key, botId, payload: { subscriptionId, percent }, dueAt });
    return 'not-due';
  }
  const lately = new Date(now.getTime() - ONCE_IN_DAYS * DAY_MS);
  const asked = await db.subscription.count({
    where: { endUserId, channel: { botId }, winbackAt: { gt: lately } },
  });
  if (asked > 0) return 'not-due';
  const { count } = await db.subscription.updateMany({
    where: { id: subscriptionId, winbackAt: null },
    data: { winbackAt: now },
  });
  if (count === 0) return 'not-due';
  const until = dateOf(addDays(now, CODE_DAYS, timeZone), timeZone);
  const code =
    percent === 0
      ? null
      : await givePersonalCode(work, { botId, endUserId, percent, until, origin: 'winback' });
  const payload = { subscriptionId, ...(code && { promoCodeId: code.id }) };
  tell(work, WINBACK_NOTICES.winback, endUserOf({ endUserId }), payload, { botId });
  return 'delivered';
}
