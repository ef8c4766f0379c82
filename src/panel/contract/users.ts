import { z } from 'zod';
import { PEOPLE_STATES } from '../../modules/profiles/people-states.ts';
import { LANGUAGES } from '../../shared/languages.ts';
import { payment } from './payments.ts';
import {
  askedInstant,
  chat,
  instant,
  inviter,
  money,
  pageOf,
  pageQuery,
  person,
  rowId,
  sentId,
} from './shapes.ts';

/** Which people are meant; what is absent leaves none out. */
const userFilter = z.strictObject({
  state: z.enum(PEOPLE_STATES).optional(),
  /** Who has, or had, access to it; of a state that is about access: to this chat. */
  chat: rowId.optional(),
  /** Who has ever bought it. */
  plan: rowId.optional(),
  /** By which they came. */
  source: rowId.optional(),
  language: z.enum(LANGUAGES).optional(),
  /** Whose access ends before. */
  endsBefore: askedInstant.optional(),
  /** A name, a @username, an id of Telegram's. */
  q: z.string().max(100).optional(),
});

const sort = z.enum(['newest', 'ending']);

export const usersQuery = userFilter.extend({ ...pageQuery.shape, sort: sort.default('newest') });
export type UsersQuery = z.infer<typeof usersQuery>;

/** What is asked of a file, whatever the list was sorted by: its rows stand in the order in which people came. */
export const usersFileQuery = userFilter.extend({ sort: sort.optional() });
export type UsersFileQuery = z.infer<typeof usersFileQuery>;

const user = person.extend({
  since: instant,
  state: z.enum(['live', 'grace', 'ended', 'never', 'banned', 'manager']),
  /** When the first of what they hold ends; null: nothing does. */
  until: instant.nullable(),
  /** In soʻm. */
  spent: money,
  source: z.strictObject({ id: z.int(), name: z.string() }).nullable(),
});
export type User = z.infer<typeof user>;

export const usersPage = pageOf(user);

const held = z.strictObject({
  id: z.int(),
  chat,
  status: z.enum(['active', 'expired', 'kicked']),
  startedAt: instant,
  /** Null: for ever. */
  until: instant.nullable(),
  graceUntil: instant.nullable(),
  joinedAt: instant.nullable(),
  /** When it was over; null: it is not. */
  endedAt: instant.nullable(),
});

export const userDetail = user.extend({
  /** The newest first. */
  subscriptions: z.array(held),
  /** The newest first, as many as a page holds. */
  payments: z.array(payment),
  invitedBy: inviter.nullable(),
});
export type UserDetail = z.infer<typeof userDetail>;

export const grantBody = z.strictObject({ planId: sentId });
export type GrantBody = z.infer<typeof grantBody>;

const ids = z.array(sentId).min(1).max(100);

export const usersBulkBody = z.discriminatedUnion('action', [
  z.strictObject({ ids, action: z.literal('grant'), planId: sentId }),
  z.strictObject({ ids, action: z.enum(['ban', 'unban', 'link']) }),
]);
export type UsersBulkBody = z.infer<typeof usersBulkBody>;

/** What became of each, in their order. */
export const usersBulkResults = z.strictObject({
  results: z.array(
    z.union([
      z.strictObject({ id: z.int(), ok: z.literal(true) }),
      z.strictObject({
        id: z.int(),
        ok: z.literal(false),
        /** `current`: as they now stand, where that is why. */
        error: z.strictObject({ code: z.string(), message: z.string(), current: user.optional() }),
      }),
    ]),
  ),
});
