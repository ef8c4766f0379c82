import type { BotManager as BotManagerRow } from '../../infra/prisma-client/client.ts';
import type { ManagerRole } from '../../kernel/rights.ts';

/** Who helps an owner with a bot; `asked` until the owner has agreed. */
export interface Manager {
  id: number;
  telegramUserId: bigint;
  fullName: string;
  username: string | null;
  role: ManagerRole;
  status: 'asked' | 'active';
  addedAt: Date;
}

/** Of one bot, with those who have asked to be: more than that keep no overview. */
export const MAX_MANAGERS = 10;
/** How long a link that invites one may be opened and answered. */
export const INVITE_HOURS = 48;

export function toManager(row: BotManagerRow): Manager {
  const { id, telegramUserId, fullName, username, role, status, addedAt } = row;
  return {
    id,
    telegramUserId,
    fullName,
    username,
    role: role as ManagerRole,
    status: status as Manager['status'],
    addedAt,
  };
}
