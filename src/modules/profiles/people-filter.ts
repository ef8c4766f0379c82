import { Prisma } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Language } from '../../shared/languages.ts';
import { personMatches } from '../end-users/end-user.ts';
import { managersOf } from '../team/team-queries.ts';
import type { PeopleState } from './people-states.ts';

/** Which end users of a bot are meant; what is absent leaves none out. */
export interface PeopleFilter {
  state?: PeopleState | undefined;
  /** `channels.id`, who has or had access to it; of a state that is about access: to this chat. */
  chat?: number | undefined;
  /** Who has ever bought it. */
  plan?: number | undefined;
  /** By which they came to the bot. */
  source?: number | undefined;
  language?: Language | undefined;
  /** Whose access ends before. */
  endsBefore?: Date | undefined;
  /** A name, a @username, an id of Telegram's. */
  q?: string | undefined;
}

/** When a subscription `s` ends; null: never. */
export const ENDS_AT = Prisma.sql`coalesce(s.grace_until, s.expires_at)`;
const ACTIVE = Prisma.sql`s.status = 'active'`;

/** A subscription `s` whose time is up and whose place is kept. */
export function inGrace(now: Date): Prisma.Sql {
  return Prisma.sql`${ACTIVE} AND s.grace_until IS NOT NULL AND s.expires_at <= ${now}`;
}

/** An end user `e` of a bot helps with it: asked once for all of them. */
const isManager = (botId: number) =>
  Prisma.sql`e.telegram_id = ANY (ARRAY(${managersOf(Prisma.sql`${botId}`)}))`;

/** A condition on end users `e` of a bot, and on no other table that has a name of their columns. */
export function peopleWhere(
  { botId, ownerTelegramUserId }: TenantScope,
  { state = 'all', chat, plan, source, language, endsBefore, q }: PeopleFilter,
  now: Date,
): Prisma.Sql {
  const isOwner = Prisma.sql`e.telegram_id = ${ownerTelegramUserId}`;
  const has = (what: Prisma.Sql) => Prisma.sql`
    EXISTS (SELECT FROM subscriptions s
             WHERE s.end_user_id = e.id AND ${what} ${chat === undefined ? Prisma.empty : Prisma.sql`AND s.channel_id = ${chat}`})`;
  const ofAccess: Partial<Record<PeopleState, Prisma.Sql>> = {
    live: has(ACTIVE),
    ended: Prisma.sql`${has(Prisma.sql`TRUE`)} AND NOT ${has(ACTIVE)}`,
    never: Prisma.sql`NOT ${has(Prisma.sql`TRUE`)}`,
    grace: has(inGrace(now)),
  };
  const access = ofAccess[state];
  const ofStanding: Partial<Record<PeopleState, Prisma.Sql>> = {
    banned: Prisma.sql`e.banned`,
    managers: isManager(botId),
  };
  const standing = ofStanding[state] ?? Prisma.sql`NOT e.banned AND NOT ${isManager(botId)}`;
  const conditions = [
    Prisma.sql`e.user_bot_id = ${botId}`,
    standing,
    // Whoever runs the bot is none of those who buy, and tried a provider at most.
    access ? Prisma.sql`NOT ${isOwner} AND ${access}` : Prisma.sql`NOT (${isOwner} AND ${TRIED_ONLY})`,
    state === 'closed' && Prisma.sql`e.blocked_at IS NOT NULL`,
    !access && chat !== undefined && has(Prisma.sql`TRUE`),
    plan !== undefined &&
      Prisma.sql`EXISTS (SELECT FROM payments p WHERE p.end_user_id = e.id AND p.plan_id = ${plan} AND p.status = 'approved' AND NOT p.is_test)`,
    source !== undefined && Prisma.sql`e.source_id = ${source}`,
    language !== undefined && Prisma.sql`e.language = ${language}`,
    endsBefore !== undefined && has(Prisma.sql`${ACTIVE} AND ${ENDS_AT} < ${endsBefore}`),
    q !== undefined && q.trim() !== '' && personMatches(q),
  ];
  return Prisma.join(
    conditions.filter((condition) => condition !== false),
    ' AND ',
  );
}

/** Of the owner as an end user: nobody came. */
const TRIED_ONLY = Prisma.sql`
  EXISTS (SELECT FROM payments p WHERE p.end_user_id = e.id AND p.is_test)
  AND NOT EXISTS (SELECT FROM payments p WHERE p.end_user_id = e.id AND NOT p.is_test)
  AND NOT EXISTS (SELECT FROM subscriptions s WHERE s.end_user_id = e.id)`;
