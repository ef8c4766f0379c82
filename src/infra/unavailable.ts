import { isDatabaseUnavailable } from './postgres/database-unavailable.ts';
import { isRedisUnavailable } from './redis/redis-unavailable.ts';

/** Whether an error says that Postgres or Redis is unavailable or refuses its work at present, so that the same again may work. */
export function isUnavailable(error: unknown): boolean {
  return isDatabaseUnavailable(error) || isRedisUnavailable(error);
}
