import { Redis } from 'ioredis';
import { createRedisEntries } from '../../src/infra/redis/redis-entries.ts';
import { hashToken, makeSessionToken } from '../../src/modules/panel-access/session-token.ts';
import { MINUTE_MS } from '../../src/shared/durations.ts';

/** Faster than anybody follows a link twice. */
const AGAIN_MS = 200;

/**
 * Ways in that work again and again, as the product's own never do: what was used up is handed out anew, by the store that
 * the server reads.
 *
 * @returns a token for each person, and what ends them
 */
export async function keepEntries(
  redisUrl: string,
  people: readonly number[],
  onFault: (error: unknown) => void,
): Promise<{ tokens: string[]; stop: () => Promise<void> }> {
  const redis = new Redis(redisUrl);
  const entries = createRedisEntries(redis);
  const tokens = people.map(() => makeSessionToken());
  const hashes = tokens.map((token) => [hash(token), hash(makeSessionToken())] as const);
  const offer = () =>
    Promise.all(hashes.map((pair, place) => entries.offer(String(people[place]), pair, 5 * MINUTE_MS)));
  await offer();
  let last: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    last = offer().catch(onFault);
  }, AGAIN_MS);
  return {
    tokens,
    async stop() {
      clearInterval(timer);
      await last;
      await redis.quit();
    },
  };
}

const hash = (token: string): string => hashToken(token).toString('hex');
