import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type Embedded, startEmbedded } from '../../../src/infra/embedded/embedded.ts';
import { eventually } from '../eventually.ts';

/** A store that goes on answering, and does no more what it is asked. */
export interface Refusal {
  begins(): Promise<unknown>;
  ends(): Promise<unknown>;
}

export type RedisRefusal = 'READONLY' | 'OOM' | 'NOREPLICAS' | 'MISCONF';

export interface OwnRedis {
  url: string;
  /** To look and to change what one likes. */
  client: Redis;
  refusals: Record<RedisRefusal, Refusal>;
  stop(): Promise<void>;
}

/** A Redis for one test file alone: a replica, or full, it would be for all. */
export async function startOwnRedis(): Promise<OwnRedis> {
  const embedded: Embedded = await startEmbedded({
    dataDir: 'temporary',
    postgres: false,
    redis: true,
    cacheDir: '.cache',
  });
  const url = embedded.redisUrl ?? '';
  const client = new Redis(url);
  const set = (name: string, value: string | number) => client.config('SET', name, value);

  /** Where the dump would go stands a directory with something in it. */
  async function obstacle(): Promise<string> {
    const [, directory] = (await client.config('GET', 'dir')) as [string, string];
    return join(directory, 'dump.rdb');
  }
  async function save(outcome: 'ok' | 'err'): Promise<void> {
    await client.bgsave();
    await eventually(async () => {
      const said = await client.info('persistence');
      expectSaid(said, 'rdb_bgsave_in_progress:0');
      expectSaid(said, `rdb_last_bgsave_status:${outcome}`);
    });
  }

  return {
    url,
    client,
    refusals: {
      READONLY: {
        begins: () => client.replicaof('127.0.0.1', 1),
        ends: () => client.replicaof('NO', 'ONE'),
      },
      OOM: { begins: () => set('maxmemory', '1mb'), ends: () => set('maxmemory', 0) },
      NOREPLICAS: {
        begins: () => set('min-replicas-to-write', 1),
        ends: () => set('min-replicas-to-write', 0),
      },
      MISCONF: {
        async begins() {
          await mkdir(join(await obstacle(), 'in-the-way'), { recursive: true });
          await set('save', '3600 1000000');
          await save('err');
        },
        async ends() {
          await rm(await obstacle(), { recursive: true });
          await save('ok');
          await set('save', '');
        },
      },
    },
    async stop() {
      client.disconnect();
      await embedded.stop();
    },
  };
}

function expectSaid(said: string, line: string): void {
  if (!said.includes(line)) throw new Error(`Redis has not said ${line} yet.`);
}

/**
 * Sessions that begin meanwhile may not write, and stay so when it is over: as after a failover, where the old server is
 * a replica now.
 *
 * @param reconnect ends the sessions that there are
 */
export function readOnlyPostgres(databaseUrl: string, reconnect: () => Promise<unknown>): Refusal {
  const name = new URL(databaseUrl).pathname.slice(1);
  async function alter(change: string): Promise<void> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    // Its own session may be one of those.
    await client.query('SET default_transaction_read_only = off');
    await client.query(`ALTER DATABASE ${name} ${change}`);
    await client.end();
  }
  return {
    async begins() {
      await alter('SET default_transaction_read_only = on');
      await reconnect();
    },
    ends: () => alter('RESET default_transaction_read_only'),
  };
}
