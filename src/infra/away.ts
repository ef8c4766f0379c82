import { isDatabaseAway } from './prisma.ts';
import { isRedisAway } from './redis.ts';

/** Whether an error says that Postgres or Redis cannot be reached at present, so that the same again may work. */
export function isAway(error: unknown): boolean {
  return isDatabaseAway(error) || isRedisAway(error);
}
