import { z } from 'zod';
import { Prisma } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import { DAY_MS } from '../../shared/durations.ts';
import { LANGUAGES } from '../../shared/languages.ts';
import { IS_FREE } from '../free-list/free-member.ts';
import { IS_TRIAL } from '../subscriptions/grace.ts';
import { managersOf } from '../team/team-queries.ts';
import { AUDIENCE_STATES, type AudienceState, ENDING_DAYS } from './audience-states.ts';

const segment = z.object({
  state: z.enum(AUDIENCE_STATES).default('all'),
  /** `channels.id`: what the state says is said of access to this chat. */
  chat: z.int().nullable().default(null),
  /** `sources.id`, by which they came to the bot. */
  source: z.int().nullable().default(null),
  language: z.enum(LANGUAGES).nullable().default(null),
});

/** For whom a broadcast is. */
export type Segment = z.infer<typeof segment>;

export const EVERYBODY: Segment = { state: 'all', chat: null, source: null, language: null };

/** @param stored as `broadcasts.segment` has it */
export function readSegment(stored: unknown): Segment {
  return segment.parse(stored);
}

/** Whom a bot may write to of its own accord: an end user `e`, apart from whoever runs the bot. */
const MAY_GET_OFFERS = Prisma.sql`
  (NOT e.banned AND e.blocked_at IS NULL AND e.offers_off_at IS NULL AND e.telegram_id > 0)`;

/** A condition on end users `e`: those whom a broadcast of this bot may reach now. */
export function recipientsWhere(
  { botId, ownerTelegramUserId }: Pick<TenantScope, 'botId' | 'ownerTelegramUserId'>,
  { state, chat, source, language }: Segment,
  now: Date,
): Prisma.Sql {
  const inChat = chat === null ? Prisma.empty : Prisma.sql`AND d.channel_id = ${chat}`;
  const has = (what: Prisma.Sql) => Prisma.sql`
    EXISTS (SELECT FROM subscriptions d WHERE d.end_user_id = e.id AND ${what} ${inChat})`;
  const active = Prisma.sql`d.status = 'active'`;
  const soon = new Date(now.getTime() + ENDING_DAYS * DAY_MS);
  const any = Prisma.sql`TRUE`;
  const byState: Readonly<Record<AudienceState, Prisma.Sql>> = {
    all: chat === null ? any : has(any),
    live: has(active),
    ended: Prisma.sql`${has(any)} AND NOT ${has(active)}`,
    never: Prisma.sql`NOT ${has(any)}`,
    // Whoever is on the free list stays when it ends.
    ending: has(
      Prisma.sql`${active} AND coalesce(d.grace_until, d.expires_at) <= ${soon} AND NOT ${IS_FREE}`,
    ),
    trial: has(Prisma.sql`${active} AND ${IS_TRIAL}`),
  };
  return Prisma.join(
    [
      Prisma.sql`e.user_bot_id = ${botId} AND ${MAY_GET_OFFERS} AND e.telegram_id <> ${ownerTelegramUserId}`,
      Prisma.sql`NOT e.telegram_id = ANY (ARRAY(${managersOf(Prisma.sql`${botId}`)}))`,
      byState[state],
      ...(source === null ? [] : [Prisma.sql`e.source_id = ${source}`]),
      ...(language === null ? [] : [Prisma.sql`e.language = ${language}`]),
    ],
    ' AND ',
  );
}
