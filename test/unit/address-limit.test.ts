import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { createAddressLimit } from '../../src/http/address-limit.ts';

const LIMIT = 240;

function createServer() {
  const app = Fastify();
  app.addHook(
    'onRequest',
    createAddressLimit(({ headers }) => headers['x-test'] === 'trusted'),
  );
  app.get('/', (_request, reply) => reply.send('here'));
  return async (remoteAddress: string, sent: Record<string, string> = {}) => {
    const { statusCode, headers } = await app.inject({ url: '/', remoteAddress, headers: sent });
    return { statusCode, waits: Number(headers['retry-after'] ?? 0) };
  };
}

test.each([
  ['203.0.113.7', '203.0.113.7', 429],
  ['203.0.113.7', '203.0.113.8', 200],
  // One subscriber has all of these.
  ['2001:db8::1', '2001:db8::2', 429],
  ['2001:db8:0:0:a:b:c:d', '2001:db8::2', 429],
  ['2001:db8:0:1::1', '2001:db8:0:2::1', 200],
  ['::ffff:203.0.113.7', '::ffff:203.0.113.8', 200],
])('after %s has asked too often, %s is answered %i', async (first, other, status) => {
  const ask = createServer();
  for (let asked = 0; asked < LIMIT; asked += 1) expect((await ask(first)).statusCode).toBe(200);
  const refused = await ask(first);
  expect(refused.statusCode).toBe(429);
  expect(refused.waits).toBeGreaterThan(0);
  expect(refused.waits).toBeLessThanOrEqual(60);
  expect((await ask(other)).statusCode).toBe(status);
});

test('whoever is trusted is never held back, and takes nobody else’s turns', async () => {
  const ask = createServer();
  const trusted = { 'x-test': 'trusted' };
  for (let asked = 0; asked < 2 * LIMIT; asked += 1) {
    expect((await ask('203.0.113.7', trusted)).statusCode).toBe(200);
  }
  expect((await ask('203.0.113.7')).statusCode).toBe(200);
});
