import type { PersonStory } from '../../modules/profiles/people-service.ts';
import type { PersonRecord } from '../../modules/profiles/person-records.ts';
import type { User, UserDetail } from '../contract/users.ts';
import { toInviter, toMoney, toPerson } from '../shapes.ts';
import { toPayment } from './payment-shapes.ts';

export function toUser(record: PersonRecord): User {
  const { createdAt, state, until, spent, source } = record;
  return {
    ...toPerson(record),
    since: createdAt.toISOString(),
    state,
    until: until?.toISOString() ?? null,
    spent: toMoney(spent),
    source,
  };
}

export function toUserDetail(story: PersonStory): UserDetail {
  const { subscriptions, payments, invitedBy } = story;
  return {
    ...toUser(story),
    subscriptions: subscriptions.map(({ id, chat, status, ...row }) => ({
      id,
      chat,
      status,
      startedAt: row.startedAt.toISOString(),
      until: row.expiresAt?.toISOString() ?? null,
      graceUntil: row.graceUntil?.toISOString() ?? null,
      joinedAt: row.joinedAt?.toISOString() ?? null,
      endedAt: row.endedAt?.toISOString() ?? null,
    })),
    payments: payments.map(toPayment),
    invitedBy: invitedBy && toInviter(invitedBy),
  };
}
