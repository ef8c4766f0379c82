import { Prisma } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';

/**
 * Of `bots`, how many owners are end users there by trying a provider alone: nobody came. One a bot at most, found by its
 * owner.
 */
export const COUNT_TESTERS = Prisma.sql`
  SELECT count(*) FROM user_bots b JOIN user_admins o ON o.id = b.user_admin_id
    JOIN end_users e ON e.user_bot_id = b.id AND e.telegram_id = o.telegram_id
   WHERE b.id IN (SELECT id FROM bots)
     AND EXISTS (SELECT FROM payments tried WHERE tried.end_user_id = e.id AND tried.is_test)
     AND NOT EXISTS (SELECT FROM payments bought WHERE bought.end_user_id = e.id AND NOT bought.is_test)
     AND NOT EXISTS (SELECT FROM subscriptions held WHERE held.end_user_id = e.id)`;

/** Whoever is no such end user of a bot, as Prisma asks it. */
export const noTester = ({ ownerTelegramUserId }: TenantScope) =>
  ({
    NOT: {
      telegramUserId: ownerTelegramUserId,
      payments: { some: { isTest: true }, none: { isTest: false } },
      subscriptions: { none: {} },
    },
  }) satisfies Prisma.EndUserWhereInput;
