import { z } from 'zod';
import { instant, pageOf, pageQuery, person, telegramId } from '../shapes.ts';

export const connectionsQuery = pageQuery.extend({
  state: z.enum(['waiting', 'live']).optional(),
});
export type ConnectionsQuery = z.infer<typeof connectionsQuery>;

/** A provider that an owner connects to a bot: everything but its keys. */
export const connection = z.strictObject({
  id: z.int(),
  provider: z.enum(['payme', 'click', 'uzum']),
  bot: z.strictObject({ id: telegramId, username: z.string() }),
  owner: person,
  feePaidAt: instant.nullable(),
  /** Whether a receipt for the fee is under review. */
  feeWaits: z.boolean(),
  keysSetAt: instant.nullable(),
  /** Since when buyers may choose it. */
  liveAt: instant.nullable(),
  /** Whether its owner lets them. */
  enabled: z.boolean(),
  /** What a provider's tester has tried. */
  checklist: z.strictObject({
    refusedWrongKey: z.boolean(),
    created: z.boolean(),
    paid: z.boolean(),
    cancelledBefore: z.boolean(),
    cancelledAfter: z.boolean(),
  }),
  lastAcceptedAt: instant.nullable(),
  lastRefusedAt: instant.nullable(),
  /** What a moderator may do with it now. */
  can: z.array(z.enum(['waive', 'live', 'test'])),
});
export type Connection = z.infer<typeof connection>;

export const connectionsPage = pageOf(connection);
