import { z } from 'zod';
import { TARIFF_MONTHS } from '../../../modules/tariffs/tariff.ts';
import { MANAGER_ROLES } from '../../../shared/team/roles.ts';
import { instant, money, pageOf, pageQuery, person, rowId, telegramId } from '../shapes.ts';

const OWNER_STATES = ['all', 'active', 'banned'] as const;
const OWNER_TARIFFS = ['free', 'paid'] as const;
/** Within so many days, longer ago than that, or none yet. */
const LAST_SALES = ['week', 'month', 'older', 'never'] as const;

export const ownersQuery = pageQuery.extend({
  state: z.enum(OWNER_STATES).default('all'),
  tariff: z.enum(OWNER_TARIFFS).optional(),
  lastSale: z.enum(LAST_SALES).optional(),
  /** A name, a @username or a Telegram id. */
  q: z.string().max(100).optional(),
});
export type OwnersQuery = z.infer<typeof ownersQuery>;

/** An owner, as moderators see them: `closedBot` is of the main bot. */
const listedOwner = person.extend({
  since: instant,
  /** Bots of theirs that nobody has removed. */
  bots: z.int(),
  /** Null: free. */
  paidUntil: instant.nullable(),
  /** Null: none yet. */
  lastSaleAt: instant.nullable(),
});
export type ListedOwner = z.infer<typeof listedOwner>;

export const ownersPage = pageOf(listedOwner);

/** What an owner paid the platform for: a tariff, or the connection of a provider to a bot. */
export const tariffPurpose = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tariff'), months: z.int() }),
  z.strictObject({
    kind: z.literal('connection'),
    provider: z.enum(['payme', 'click', 'uzum']),
    /** Its username. */
    bot: z.string(),
  }),
]);
export type TariffPurpose = z.infer<typeof tariffPurpose>;

export const tariffState = z.enum(['pending', 'approved', 'rejected']);

const ownersBot = z.strictObject({
  id: telegramId,
  username: z.string(),
  state: z.enum(['runs', 'dead', 'removed', 'released', 'handedOver']),
  /** Who helps with it. */
  team: z.array(
    z.strictObject({
      id: z.int(),
      name: z.string(),
      username: z.string().nullable(),
      role: z.enum(MANAGER_ROLES),
    }),
  ),
});

export const ownerDetail = listedOwner.omit({ bots: true }).extend({
  /** Null: they came by themselves, or by somebody who is not known any more. */
  invitedBy: z.strictObject({ name: z.string(), username: z.string().nullable() }).nullable(),
  /** The newest first. */
  bots: z.array(ownersBot),
  tariffPayments: z.array(
    z.strictObject({
      id: z.int(),
      state: tariffState,
      purpose: tariffPurpose,
      amount: money,
      createdAt: instant,
    }),
  ),
});
export type OwnerDetail = z.infer<typeof ownerDetail>;

export const grantTariffBody = z.strictObject({ months: z.literal(TARIFF_MONTHS) });
export type GrantTariffBody = z.infer<typeof grantTariffBody>;

export const oneBot = z.strictObject({ botId: telegramId });
export const oneOwner = z.strictObject({ id: rowId });
