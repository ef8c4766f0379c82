import { Prisma } from '../../infra/prisma-client/client.ts';
import type { Db } from '../../kernel/unit-of-work.ts';

/** Whether something is sold, as buyers find it: the views in Postgres say so, and nothing else does. */
export interface Selling {
  /** At least one plan can be bought now. A free trial brings nothing: it is given without any way to pay. */
  sells: boolean;
  /** By which methods its bot can be paid now. */
  methods: string[];
}

/** Stars pay for those plans alone that have a price in them. */
const methodsOf = (botId: Prisma.Sql) =>
  Prisma.sql`ARRAY(SELECT m.method FROM payment_methods_offered m
                    WHERE m.user_bot_id = ${botId} AND (m.method <> 'stars' OR EXISTS (
                      SELECT FROM plans sp JOIN channels sc ON sc.id = sp.channel_id
                       WHERE sc.user_bot_id = m.user_bot_id AND sp.is_active AND sp.archived_at IS NULL AND sp.stars_price IS NOT NULL))
                    ORDER BY 1)`;

const NOTHING: Selling = { sells: false, methods: [] };

/** @returns of each bot, by its id, how it sells now */
export async function readSelling(db: Db, botIds: readonly number[]): Promise<(botId: number) => Selling> {
  const rows = await db.$queryRaw<({ botId: number } & Selling)[]>`
    SELECT b.id AS "botId",
           EXISTS (SELECT FROM plans_on_sale p WHERE p.user_bot_id = b.id AND p.price > 0) AS sells,
           ${methodsOf(Prisma.sql`b.id`)} AS methods
      FROM unnest(${botIds}::int[]) b(id)`;
  const found = new Map(rows.map(({ botId, ...selling }) => [botId, selling]));
  return (botId) => found.get(botId) ?? NOTHING;
}

/** @returns how one of a bot's chats sells now */
export async function readChatSelling(
  db: Db,
  { botId, channelId }: { botId: number; channelId: number },
): Promise<Selling> {
  const [selling] = await db.$queryRaw<Selling[]>`
    SELECT EXISTS (SELECT FROM plans_on_sale p WHERE p.user_bot_id = ${botId} AND ${channelId} = ANY(p.channel_ids) AND p.price > 0) AS sells,
           ${methodsOf(Prisma.sql`${botId}`)} AS methods`;
  return selling ?? NOTHING;
}
