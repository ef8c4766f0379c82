import { execFileSync } from 'node:child_process';
import { request } from 'node:http';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { webhookSecret } from '../../../src/infra/crypto/webhook-secret.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { parseExposition, sampleOf } from '../../support/servers/prometheus.ts';
import { type OwnRedis, startOwnRedis } from '../../support/servers/refusals.ts';
import { newMember, openShop } from '../../support/shop.ts';

const TOKEN = 'watchful-eyes-only';

let platform: Platform;
let ownRedis: OwnRedis | undefined;

afterEach(async () => {
  expect(platform.telegram.faults).toEqual([]);
  await platform.close();
  await ownRedis?.stop();
  ownRedis = undefined;
});

interface Answer {
  status: number;
  body: string;
}

/** By hand, because `fetch` sends some headers as it likes. */
function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(new URL(path, platform.app.origin), { headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asking.on('error', reject).end();
  });
}

const asOperator = { authorization: `Bearer ${TOKEN}` };

describe('with a token', () => {
  beforeEach(async () => {
    platform = await startPlatform({ environment: { METRICS_TOKEN: TOKEN }, outages: true });
  });

  test.each([
    {},
    { authorization: 'Bearer wrong' },
    { authorization: `Bearer ${TOKEN}x` },
    { authorization: TOKEN },
    { authorization: 'Bearer ' },
    { authorization: `Basic ${TOKEN}` },
  ])('strangers learn nothing but a status: %o', async (headers: Record<string, string>) => {
    expect(await get('/health', headers)).toEqual({ status: 200, body: '{"status":"healthy"}' });
    expect(await get('/metrics', headers)).toEqual({ status: 401, body: '' });
    expect(await get(`/health?token=${TOKEN}`, headers)).toEqual({
      status: 200,
      body: '{"status":"healthy"}',
    });
  });

  test('operators see the whole, wherever they ask from', async () => {
    const { status, body } = await get('/health', { ...asOperator, 'x-forwarded-for': '203.0.113.7' });
    expect(status).toBe(200);
    const component = { status: 'healthy', response_time_ms: expect.any(Number) };
    expect(JSON.parse(body)).toEqual({
      status: 'healthy',
      timestamp: platform.clock.now().toISOString(),
      components: { database: component, redis: component, telegram_api: component, queue: component },
      metrics: expect.objectContaining({
        active_users_24h: 0,
        requests_per_minute: 0,
        error_rate: 0,
        response_time_p50_ms: null,
        response_time_p95_ms: null,
        response_time_p99_ms: null,
      }),
    });
  });

  test.each(['postgres', 'redis'] as const)(
    '%s away is unhealthy, and over when it is back',
    async (server) => {
      await platform[server]?.cut();
      await eventually(async () =>
        expect(await get('/health')).toEqual({ status: 503, body: '{"status":"unhealthy"}' }),
      );
      const { components } = JSON.parse((await get('/health', asOperator)).body) as {
        components: Record<string, { status: string }>;
      };
      expect(components[server === 'postgres' ? 'database' : 'redis']?.status).toBe('unhealthy');
      expect((await get('/metrics', asOperator)).status).toBe(200);
      expect((await get('/livez')).status).toBe(200);
      await platform[server]?.restore();
      await eventually(async () => expect((await get('/health')).status).toBe(200));
    },
  );

  test('Telegram away is degraded', async () => {
    platform.telegram.becomesUnavailable();
    await eventually(async () =>
      expect(await get('/health')).toEqual({ status: 200, body: '{"status":"degraded"}' }),
    );
  });

  test('a schedule that lost its next job is degraded until it is put back', async () => {
    const redis = new Redis(platform.redisUrl);
    // By itself it would be put back between two looks.
    await platform.restart({ SWEEP_EVERY_SECONDS: '3600' });
    const id = await eventually(async () => {
      const jobs = await redis.zrange('bull:schedules:delayed', 0, '-1');
      const next = jobs.find((job) => job.includes('expire'));
      expect(next).toBeDefined();
      return next;
    });
    await redis.del(`bull:schedules:${id}`);
    redis.disconnect();
    await eventually(async () =>
      expect(await get('/health')).toEqual({ status: 200, body: '{"status":"degraded"}' }),
    );
    const { components } = JSON.parse((await get('/health', asOperator)).body) as {
      components: Record<string, { status: string }>;
    };
    expect(components['queue']?.status).toBe('degraded');
    await platform.restart({ SWEEP_EVERY_SECONDS: '1' });
    await eventually(async () =>
      expect(await get('/health')).toEqual({ status: 200, body: '{"status":"healthy"}' }),
    );
  });

  test('a flood of questions is one look', async () => {
    const looks = () => platform.telegram.calls.filter(({ method }) => method === 'getMe').length;
    const before = looks();
    await Promise.all(Array.from({ length: 50 }, () => get('/health')));
    // One look, perhaps a second one; and the platform that has just started asks for itself.
    expect(looks() - before).toBeLessThan(5);
  });

  test('Prometheus can read what happened, and finds nobody in it', async () => {
    const shop = await openShop(platform);
    const { member, endUserId } = await newMember(platform, shop);
    // A subscriber is a person, of however many chats.
    const { database } = platform;
    const { botId } = await database.channel.findFirstOrThrow();
    const second = { botId, telegramChatId: -100_200n, type: 'group', title: 'Talks' };
    const { id: channelId } = await database.channel.create({ data: second });
    await database.subscription.create({
      data: { endUserId, channelId, startedAt: platform.clock.now(), status: 'active' },
    });
    const { body } = await get('/metrics', asOperator);
    const metrics = parseExposition(body);
    checkWithPromtool(body);
    expect(sampleOf(metrics, 'getolog_updates_total', { outcome: 'handled' })).toBeGreaterThan(10);
    expect(sampleOf(metrics, 'getolog_update_duration_seconds_count')).toBeGreaterThan(10);
    const sent = { method: 'sendMessage', result: 'ok' };
    expect(sampleOf(metrics, 'getolog_bot_api_calls_total', sent)).toBeGreaterThan(5);
    expect(sampleOf(metrics, 'getolog_live_bots')).toBe(1);
    expect(sampleOf(metrics, 'getolog_live_subscriptions')).toBe(1);
    expect(sampleOf(metrics, 'getolog_queue_jobs', { queue: 'schedules', state: 'delayed' })).toBeGreaterThan(
      3,
    );
    expect(sampleOf(metrics, 'getolog_queue_lag_seconds', { queue: 'outbox' })).toBeLessThan(60);
    expect(sampleOf(metrics, 'getolog_outbox_oldest_seconds')).toBeLessThan(60);
    expect(sampleOf(metrics, 'process_cpu_seconds_total')).toBeGreaterThan(0);
    for (const secret of [shop.shop.token, shop.shop.username, String(shop.shop.id), String(member.id)]) {
      expect(body).not.toContain(secret);
    }
    const health = JSON.parse((await get('/health', asOperator)).body) as { metrics: Record<string, number> };
    expect(health.metrics['requests_per_minute']).toBeGreaterThan(2);
  });
});

test('whoever is refused is counted, each once', async () => {
  platform = await startPlatform();
  const { shop } = await openShop(platform);
  const secretOf = (id: number) => webhookSecret(platform.encryptionKey, BigInt(id));
  const knock = async (id: number | string, secret: string, type: string, body: string): Promise<number> => {
    const headers = { 'content-type': type, 'x-telegram-bot-api-secret-token': secret };
    return (await fetch(`${platform.app.origin}/webhook/${id}`, { method: 'POST', headers, body })).status;
  };
  const refused = async (): Promise<number> =>
    sampleOf(parseExposition((await get('/metrics')).body), 'getolog_updates_total', { outcome: 'refused' });
  const right = secretOf(shop.id);
  const json = 'application/json';
  expect(await knock(shop.id, 'wrong', json, '{}')).toBe(401);
  const before = await refused();
  const answers = [
    await knock('abc', right, json, '{}'),
    await knock(shop.id, 'wrong', json, '{}'),
    await knock(shop.id, right, json, 'x'.repeat(2 * 1024 * 1024)),
    await knock(shop.id, right, 'text/plain', '{}'),
    await knock(shop.id, right, json, 'broken'),
    await knock(4_242, secretOf(4_242), json, '{"update_id":1}'),
  ];
  expect(answers).toEqual([404, 401, 413, 415, 400, 404]);
  expect(await refused()).toBe(before + answers.length);
});

test('a Redis that forgets, or is nearly full, is degraded and warned of at start, and its end is seen', async () => {
  const own = await startOwnRedis();
  ownRedis = own;
  await own.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
  platform = await startPlatform({ environment: { REDIS_URL: own.url } });
  const isWarnedOf = (words: string) => platform.log.some((line) => line.includes(words));
  expect(isWarnedOf('Redis throws away what it holds')).toBe(true);
  expect(isWarnedOf('Redis is nearly full')).toBe(false);
  const redisStatus = async () => {
    const { body } = await get('/health');
    const { status, components } = JSON.parse(body) as {
      status: string;
      components: { redis: { status: string } };
    };
    return [status, components.redis.status];
  };
  expect(await redisStatus()).toEqual(['degraded', 'degraded']);
  await own.client.config('SET', 'maxmemory-policy', 'noeviction');
  await eventually(async () => expect(await redisStatus()).toEqual(['healthy', 'healthy']));
  const [, used] = /used_memory:(\d+)/.exec(await own.client.info('memory')) ?? [];
  await own.client.config('SET', 'maxmemory', Math.round(Number(used) / 0.85));
  await eventually(async () => expect(await redisStatus()).toEqual(['degraded', 'degraded']));
  await platform.restart();
  expect(isWarnedOf('Redis is nearly full')).toBe(true);
  await own.client.config('SET', 'maxmemory', 0);
});

describe('without a token', () => {
  test('only this machine sees figures, and only directly', async () => {
    platform = await startPlatform();
    expect((await get('/metrics')).status).toBe(200);
    expect(JSON.parse((await get('/health')).body)).toHaveProperty('components');
    for (const header of ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'X-Forwarded-Host', 'Via']) {
      expect(await get('/metrics', { [header]: '127.0.0.1' }), header).toEqual({ status: 401, body: '' });
      expect((await get('/health', { [header]: '127.0.0.1' })).body, header).toBe('{"status":"healthy"}');
    }
  });

  test('a trusted proxy does not make its clients local', async () => {
    platform = await startPlatform({ environment: { TRUST_PROXY: '127.0.0.1' } });
    for (const client of ['127.0.0.1', '203.0.113.7', '::1', '']) {
      expect((await get('/metrics', { 'X-Forwarded-For': client })).status, client).toBe(401);
    }
    expect((await get('/metrics')).status).toBe(200);
  });
});

describe('an address that asks too often', () => {
  test('is the client behind a trusted proxy', async () => {
    platform = await startPlatform({ environment: { TRUST_PROXY: '127.0.0.1' } });
    const ask = (client: string) => get('/livez', { 'X-Forwarded-For': client });
    await Promise.all(Array.from({ length: 250 }, () => ask('203.0.113.7')));
    expect((await ask('203.0.113.7')).status).toBe(429);
    expect((await ask('203.0.113.8')).status).toBe(200);
  });

  test('is the one that connects where no proxy is trusted, whatever it claims', async () => {
    platform = await startPlatform();
    const answers = await Promise.all(
      Array.from({ length: 250 }, (_, number) => get('/livez', { 'X-Forwarded-For': `203.0.113.${number}` })),
    );
    expect(answers.some(({ status }) => status === 429)).toBe(true);
  });
});

test('operators and this machine ask as often as they like', async () => {
  platform = await startPlatform({ environment: { METRICS_TOKEN: TOKEN, TRUST_PROXY: '127.0.0.1' } });
  const often = (headers: Record<string, string>) =>
    Promise.all(Array.from({ length: 300 }, () => get('/health', headers)));
  const answers = [
    ...(await often({})),
    ...(await often({ ...asOperator, 'X-Forwarded-For': '203.0.113.7' })),
  ];
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});

test('a worker serves health and metrics, and no webhook', async () => {
  platform = await startPlatform();
  const worker = await platform.startAnother({ ROLE: 'worker' });
  const status = async (path: string, method = 'GET') =>
    (await fetch(worker.origin + path, { method })).status;
  expect(await status('/livez')).toBe(200);
  expect(await status('/health')).toBe(200);
  expect(await status('/metrics')).toBe(200);
  expect(await status(`/webhook/${platform.mainBot.id}`, 'POST')).toBe(404);
});

/** Prometheus's own judge, where it is installed. */
function checkWithPromtool(text: string): void {
  try {
    execFileSync('promtool', ['check', 'metrics'], { input: text, stdio: 'pipe' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
