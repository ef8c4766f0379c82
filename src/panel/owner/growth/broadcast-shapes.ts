import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { BroadcastOfBot } from '../../../modules/broadcasts/broadcast-desk.ts';
import type { CountedBroadcast, OpenedBroadcast } from '../../../modules/broadcasts/broadcast-service.ts';
import { isOpen } from '../../../modules/broadcasts/broadcast-status.ts';
import type { RecipientCounts } from '../../../modules/broadcasts/recipients.ts';
import { DAY_MS } from '../../../shared/durations.ts';
import type { Broadcast, BroadcastDetail, WatchedBroadcast } from '../../contract/growth/broadcasts.ts';
import { toMoney, toPlanName } from '../../shapes.ts';

const written = (at: Date | null) => at?.toISOString() ?? null;

export function toBroadcast({
  id,
  status,
  createdAt,
  startsAt,
  total,
  counts,
}: Omit<CountedBroadcast, 'segment' | 'planId' | 'pauseReason'>): Broadcast {
  return {
    id,
    state: status,
    createdAt: createdAt.toISOString(),
    startsAt: written(startsAt),
    total,
    counts: toCounts(counts),
  };
}

function toCounts({ waiting, taken, ...counts }: RecipientCounts): Broadcast['counts'] {
  return { ...counts, left: waiting + taken };
}

export function toBroadcastDetail({ botUsername }: TenantScope, opened: OpenedBroadcast): BroadcastDetail {
  const { broadcast, people, limits, nextStart, waitsUntil, chats, sources, plans } = opened;
  const { starts, withinMs } = limits;
  return {
    ...toBroadcast(broadcast),
    pauseReason: broadcast.pauseReason,
    waitsUntil: written(waitsUntil),
    segment: broadcast.segment,
    plan: broadcast.planId,
    people,
    limits: { starts, days: withinMs / DAY_MS, people: limits.people, nextAt: written(nextStart) },
    choices: {
      chats: chats.map(({ id, title, type }) => ({ id, title, type })),
      sources,
      plans: plans.map((plan) => ({
        ...toPlanName(plan, plan.duration),
        price: plan.starsPrice === null ? toMoney(plan.price) : toMoney(BigInt(plan.starsPrice), 'XTR'),
      })),
    },
    link: `https://t.me/${botUsername}?start=cast_${broadcast.id}`,
  };
}

export function toWatchedBroadcast({ broadcast, counts, bot, owner }: BroadcastOfBot): WatchedBroadcast {
  return {
    ...toBroadcast({ ...broadcast, counts }),
    bot: { id: String(bot.telegramBotId), username: bot.username },
    owner: { id: owner.id, name: owner.fullName },
    open: isOpen(broadcast),
  };
}
