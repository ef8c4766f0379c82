import { createConnection } from 'node:net';
import type { Update } from 'grammy/types';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import type { SandboxBot } from '../../../sandbox/sandbox.ts';
import { webhookSecret } from '../../../src/infra/crypto/webhook-secret.ts';
import { anyBody, anyRequest, mutate } from '../../support/fuzz.ts';
import { createGround, type Ground } from '../../support/platform.ts';
import { Random } from '../../support/random.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { type ServerProcess, startServerProcess } from '../../support/servers/server-process.ts';
import { buyAccess, newMember, openShop, type Shop } from '../../support/shop.ts';

/** Another seed is another test: `SEED=7 npx vitest run test/scenarios/attacks/fuzz.test.ts`. */
const SEED = Number(process.env['SEED'] ?? 20_261_121);
/** Ten thousand in `npm run chaos`. */
const REQUESTS = Number(process.env['REQUESTS'] ?? 2_000);
const MUTATED = REQUESTS * 0.4;
const BODIES = REQUESTS * 0.3;
const SOCKETS = REQUESTS * 0.3;
const AT_ONCE = 20;
const SILENCE_MS = 300;
/** What a server holds more after all requests than after the first tenth of them: caches, and compiled code. */
const GROWTH_LIMIT_BYTES = 24 * 1024 * 1024;

let ground: Ground;
let server: ServerProcess;
let port: number;
let shop: Shop;
let agent: Agent;
const seen: { bot: SandboxBot; update: Update }[] = [];

beforeAll(async () => {
  process.stdout.write(`seed ${SEED}\n`);
  ground = await createGround();
  port = await freePort();
  agent = new Agent({ connections: AT_ONCE });
  remember(ground.mainBot);
  server = await startServerProcess(ground.environment(port));
  await ground.telegram.until(() => ground.mainBot.webhookUrl !== undefined, { what: 'the webhook' });
  shop = await openShop(ground);
  remember(shop.shop);
  const { member } = await newMember(ground, shop);
  await member.sendsDocument(shop.shop, { fileName: 'receipt.pdf', mimeType: 'application/pdf' });
  await member.sends(shop.shop, '/support');
  await member.leaves(shop.chat);
  await shop.owner.demotes(shop.shop, shop.chat, ['can_invite_users']).catch(() => undefined);
});
afterAll(async () => {
  await agent.close();
  expect(await server.stops()).toBe(0);
  await ground.close();
});

/** Keeps what this bot is told, as material. */
function remember(bot: SandboxBot): void {
  const { inbox } = bot;
  const add = inbox.add.bind(inbox);
  inbox.add = (...given) => {
    const pending = add(...given);
    if (pending) seen.push({ bot, update: pending.update });
    return pending;
  };
}

const secretOf = (botId: number) => webhookSecret(ground.encryptionKey, BigInt(botId));

async function post(botId: number, body: string | Buffer): Promise<number> {
  const answer = await request(`http://127.0.0.1:${port}/webhook/${botId}`, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secretOf(botId) },
    body,
  });
  await answer.body.dump();
  return answer.statusCode;
}

/** Everything that comes back before the other side ends it, or falls silent. */
function speak(bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    let heard = '';
    const end = () => {
      socket.destroy();
      resolve(heard);
    };
    socket.setEncoding('latin1').setTimeout(SILENCE_MS, end);
    socket.on('data', (part: string) => {
      heard += part;
    });
    socket.on('close', end).on('error', end);
    socket.write(bytes);
  });
}

/** So many at once, each made in the order of the seed. */
async function times(count: number, act: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) {
        next += 1;
        await act(next);
      }
    }),
  );
}

function faultsToldOf(): string[] {
  return server.lines.filter((line) => line.includes('"a fault') || /"level":60/.test(line));
}

test('ten thousand broken updates, bodies, headers and paths: no 5xx, no fault, no crash, no growth', async () => {
  const random = new Random(SEED);
  const statuses = new Map<number, number>();
  const note = (status: number, what: unknown) => {
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status >= 500) expect.fail(`${status} for ${String(what).slice(0, 2_000)}`);
  };
  onTestFailed(() => void process.stdout.write(`${faultsToldOf().slice(-20).join('\n')}\n`));
  const mutatedUpdate = async (index: number) => {
    const { bot, update } = random.pick(seen);
    const body = JSON.stringify(mutate(random, update, 800_000_000 + index));
    note(await post(bot.id, body), body);
  };
  // Warm: what is compiled and cached once is no growth.
  await times(MUTATED / 4, mutatedUpdate);
  const before = await server.look();
  await times((MUTATED * 3) / 4, (index) => mutatedUpdate(MUTATED + index));
  await times(BODIES, async () => {
    const { bot, update } = random.pick(seen);
    const body = anyBody(random, update);
    note(await post(bot.id, body), body);
  });
  const signed = [`x-telegram-bot-api-secret-token: ${secretOf(shop.shop.id)}`];
  await times(SOCKETS, async () => {
    const bytes = anyRequest(random, signed);
    const heard = await speak(bytes);
    for (const [, status] of heard.matchAll(/^HTTP\/1\.1 (\d{3})/gm)) note(Number(status), bytes);
  });

  const after = await server.look();
  expect(after.heapBytes - before.heapBytes).toBeLessThan(GROWTH_LIMIT_BYTES);
  expect(after.isPolluted).toBe(false);
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 404]));
  expect(faultsToldOf()).toEqual([]);
}, 300_000);

test('afterwards somebody buys as ever', async () => {
  const fresh = await openShop(ground);
  await buyAccess(ground, fresh);
});
