import { isDatabaseAway } from './database-away.ts';
import { isRedisAway } from './redis-away.ts';

/** Whether an error says that Postgres or Redis is away or refuses its work at present, so that the same again may work. */
export function isAway(error: unknown): boolean {
  return isDatabaseAway(error) || isRedisAway(error);
}
