import { Prisma } from '../../infra/prisma-client/client.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { personMatches } from './end-user.ts';

/** What a list of ids may hold: beyond it a page of anything is full before many rows were looked at. */
const FEW = 5_000;

/**
 * A condition on `end_user_id` of `p`: it is of somebody whom the word means. Few are looked up once; of many the rows
 * themselves are asked, because then a page is full soon.
 */
export async function ofPeopleWhoMatch(db: Db, botId: number, typed: string): Promise<Prisma.Sql> {
  const people = await db.$queryRaw<{ id: number }[]>`
    SELECT id FROM end_users WHERE user_bot_id = ${botId} AND ${personMatches(typed)} LIMIT ${FEW + 1}`;
  if (people.length > FEW) {
    return Prisma.sql`EXISTS (SELECT FROM end_users WHERE id = p.end_user_id AND ${personMatches(typed)})`;
  }
  // One text: Prisma takes an array apart, number by number.
  const ids = `{${people.map(({ id }) => id).join(',')}}`;
  return Prisma.sql`p.end_user_id = ANY (${ids}::int[])`;
}
