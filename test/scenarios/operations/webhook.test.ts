import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxBot } from '../../../sandbox/sandbox.ts';
import { webhookSecret } from '../../../src/infra/crypto/webhook-secret.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { openShop } from '../../support/shop.ts';

const MEGABYTES_2 = 2 * 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };

let platform: Platform;
let shop: SandboxBot;
let nextUpdateId = 500_000_000;

beforeAll(async () => {
  platform = await startPlatform();
  ({ shop } = await openShop(platform));
});
afterAll(async () => {
  await platform.closesClean();
});

interface Post {
  botId?: string | number;
  secret?: string | null;
  body?: string | ReadableStream;
  headers?: Record<string, string>;
}

function secretOf(botId: string | number): string {
  return webhookSecret(platform.encryptionKey, BigInt(botId));
}

async function post({ botId = shop.id, secret, body = '{}', headers = JSON_TYPE }: Post): Promise<number> {
  const given = secret === undefined ? secretOf(botId) : secret;
  const response = await fetch(`${platform.app.origin}/webhook/${botId}`, {
    method: 'POST',
    headers: { ...headers, ...(given === null ? {} : { 'x-telegram-bot-api-secret-token': given }) },
    body,
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit);
  return response.status;
}

const somebody = { id: 42, is_bot: false, first_name: 'Bobur' };

function pressOf(query: object, message: object = {}): object {
  const chat = { id: somebody.id, type: 'private', first_name: 'Bobur' };
  return {
    id: '4242',
    from: somebody,
    chat_instance: '1',
    data: 'home',
    message: { message_id: 7, date: 0, chat, ...message },
    ...query,
  };
}

async function countIgnored(): Promise<number> {
  const scrape = await fetch(`${platform.app.origin}/metrics`);
  const [, count] = /^getolog_updates_total\{outcome="ignored"\} (\d+)$/m.exec(await scrape.text()) ?? [];
  return Number(count ?? 0);
}

function startBy(person: { id: number }): { update_id: number; message: object } {
  return messageBy(person, '/start');
}

function messageBy(person: { id: number }, text: string): { update_id: number; message: object } {
  nextUpdateId += 1;
  const from = { id: person.id, is_bot: false, first_name: 'Bobur', language_code: 'en' };
  return {
    update_id: nextUpdateId,
    message: {
      message_id: nextUpdateId,
      date: 1_795_000_000,
      from,
      chat: { id: person.id, type: 'private', first_name: 'Bobur' },
      text,
      ...(text.startsWith('/') && { entities: [{ type: 'bot_command', offset: 0, length: text.length }] }),
    },
  };
}

describe('the answers, in their order', () => {
  test.each([
    'abc',
    '0',
    '-1',
    '12.5',
    '007',
    String(2n ** 63n),
    '9'.repeat(30),
    '9'.repeat(8_000),
    '%zz',
    '%E0%A4',
  ])('an id that is no positive 64-bit integer (%s) is not found', async (botId) => {
    expect(await post({ botId, secret: 'whatever' })).toBe(404);
    expect(await post({ botId, secret: null, body: 'x'.repeat(MEGABYTES_2) })).toBe(404);
  });

  test.each([
    ['none', null],
    ['a wrong one', 'f'.repeat(64)],
    ['an empty one', ''],
  ])('a secret missing or wrong (%s) is refused, whatever else is wrong', async (_name, secret) => {
    expect(await post({ secret })).toBe(401);
    expect(await post({ secret, botId: 4_242 })).toBe(401);
    expect(await post({ secret, body: 'x'.repeat(MEGABYTES_2) })).toBe(401);
    expect(await post({ secret, body: 'not json', headers: { 'content-type': 'text/plain' } })).toBe(401);
  });

  test('the secret of another bot is a wrong one', async () => {
    expect(await post({ secret: secretOf(platform.mainBot.id) })).toBe(401);
  });

  test('more than a megabyte is too large, whatever it is', async () => {
    const body = 'x'.repeat(MEGABYTES_2);
    expect(await post({ body })).toBe(413);
    expect(await post({ body, headers: { 'content-type': 'text/plain' } })).toBe(413);
    expect(await post({ body, botId: 4_242 })).toBe(413);
    expect(await post({ body: new Blob([body]).stream() })).toBe(413);
  });

  test('what is not JSON by its type is refused before it is read', async () => {
    const body = JSON.stringify(startBy({ id: 1 }));
    expect(await post({ body, headers: { 'content-type': 'text/plain' } })).toBe(415);
    expect(await post({ body: 'broken', headers: { 'content-type': 'text/plain' }, botId: 4_242 })).toBe(415);
  });

  test.each(['{"update_id":', '[]', '"text"', '{}', 'null', '', '{"update_id":"x"}', '{"update_id":1.5}'])(
    'what is no update is a bad request: %s',
    async (body) => {
      expect(await post({ body })).toBe(400);
      expect(await post({ body, botId: 4_242 })).toBe(400);
    },
  );

  test('an unknown bot is not found, with the right secret', async () => {
    expect(await post({ botId: 4_242, body: JSON.stringify(startBy({ id: 1 })) })).toBe(404);
  });

  test('an update is done, and an unknown kind of update too', async () => {
    const buyer = platform.telegram.newPerson({ firstName: 'Bobur', languageCode: 'en' });
    await buyer.starts(shop);
    expect(await post({ body: JSON.stringify(startBy(buyer)) })).toBe(200);
    expect(await post({ body: JSON.stringify({ update_id: 1, something_new: {} }) })).toBe(200);
  });

  test.each<[string, object]>([
    ['an unknown kind', { something_new: {} }],
    ['no kind at all', {}],
    ['a message that is none', { message: 5 }],
    ['a NUL in a press', { callback_query: pressOf({ data: 'approve:1\u0000' }) }],
    ['half of a character in a press', { callback_query: pressOf({ data: 'home\ud83d' }) }],
    ['a NUL in a name', { callback_query: pressOf({ from: { ...somebody, first_name: 'A\u0000' } }) }],
    ['a NUL in a text', messageBy(somebody, 'hi\u0000')],
    ['half of a character in a text', messageBy(somebody, '\udc00')],
    ['a number too large for a message', { callback_query: pressOf({}, { message_id: 2 ** 40 }) }],
  ])('what cannot be used is taken and counted: %s', async (_name, content) => {
    const before = await countIgnored();
    nextUpdateId += 1;
    const body = JSON.stringify({ ...content, update_id: nextUpdateId });
    expect(await post({ body })).toBe(200);
    // Behind a balancer each process counts its own.
    if (process.env['ROLES'] !== 'split') expect(await countIgnored()).toBe(before + 1);
    expect(await post({ body, botId: 4_242 })).toBe(404);
    expect(await post({ body, secret: 'wrong' })).toBe(401);
  });

  test('a text as long as a body may be is taken', async () => {
    const buyer = platform.telegram.newPerson({ firstName: 'Bobur', languageCode: 'en' });
    await buyer.starts(shop);
    expect(await post({ body: JSON.stringify(messageBy(buyer, 'я'.repeat(400_000))) })).toBe(200);
  });

  test('the number of an update may be as large as JSON allows', async () => {
    expect(await post({ body: JSON.stringify({ update_id: 2 ** 31 }) })).toBe(200);
    expect(await post({ body: JSON.stringify({ update_id: Number.MAX_SAFE_INTEGER }) })).toBe(200);
  });

  test('other methods and paths are not found', async () => {
    expect((await fetch(`${platform.app.origin}/webhook/${shop.id}`)).status).toBe(404);
    expect((await fetch(`${platform.app.origin}/`)).status).toBe(404);
    expect((await fetch(`${platform.app.origin}/livez`)).status).toBe(200);
  });
});

describe('an update that comes more than once', () => {
  test('has one effect, at the same time or later', async () => {
    const { telegram } = platform;
    const buyer = telegram.newPerson({ firstName: 'Bobur', languageCode: 'en' });
    await buyer.starts(shop);
    const before = buyer.chatWith(shop).messages.length;
    const body = JSON.stringify(startBy(buyer));
    expect(await Promise.all([post({ body }), post({ body }), post({ body })])).toEqual([200, 200, 200]);
    expect(await post({ body })).toBe(200);
    expect(buyer.chatWith(shop).messages).toHaveLength(before + 1);
  });
});

/** Telegram keeps the answer to this person's next message back until `release` is called. */
function holdsAnswerTo(person: { id: number }): { release: () => void; isHeld: () => boolean } {
  let release = (): void => undefined;
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  const isHis = ({ method, params }: { method: string; params: Readonly<Record<string, unknown>> }) =>
    method === 'sendMessage' && Number(params['chat_id']) === person.id;
  let isHeld = false;
  platform.telegram.failNext(
    (call) => {
      if (isHis(call)) isHeld = true;
      return isHis(call);
    },
    { kind: 'hold', until },
  );
  return { release, isHeld: () => isHeld };
}

/** All of them over one connection, none waiting for the answer to another. @returns every status once answered */
async function pipelines(bodies: readonly object[]): Promise<number[]> {
  const { hostname, port } = new URL(platform.app.origin);
  const socket = createConnection(Number(port), hostname);
  const requests = bodies.map((body) => {
    const json = JSON.stringify(body);
    return [
      `POST /webhook/${shop.id} HTTP/1.1`,
      `host: ${hostname}`,
      'content-type: application/json',
      `x-telegram-bot-api-secret-token: ${secretOf(shop.id)}`,
      `content-length: ${Buffer.byteLength(json)}`,
      '',
      json,
    ].join('\r\n');
  });
  let answers = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answers += chunk;
  });
  socket.write(requests.join(''));
  const statuses = () => [...answers.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
  await eventually(() => expect(statuses()).toHaveLength(bodies.length));
  socket.destroy();
  return statuses();
}

test('a command that nobody marked is one all the same', async () => {
  const { telegram } = platform;
  const buyer = telegram.newPerson({ firstName: 'Bobur', languageCode: 'en' });
  await buyer.starts(shop);
  const { message, ...update } = messageBy(buyer, '/help');
  expect(
    await post({ body: JSON.stringify({ ...update, message: { ...message, entities: undefined } }) }),
  ).toBe(200);
  expect(buyer.chatWith(shop).last?.text).toContain('transfer the amount');
});

test.each([
  ['of no chat', {}],
  [
    'in a group',
    { message: { message_id: 7, date: 0, chat: { id: -1_000_000_042, type: 'supergroup', title: 'G' } } },
  ],
])('a press on a button %s is answered, and nothing comes of it', async (_name, place) => {
  const { telegram } = platform;
  const answers: unknown[] = [];
  const stopListening = telegram.failAll(
    ({ method, params }) => {
      if (method === 'answerCallbackQuery' && params['callback_query_id'] === '42')
        answers.push(params['text']);
      return false;
    },
    { kind: 'dropBefore' },
  );
  const query = {
    id: '42',
    from: { id: 42, is_bot: false, first_name: 'Bobur' },
    chat_instance: '1',
    data: 'mysub',
  };
  nextUpdateId += 1;
  expect(
    await post({ body: JSON.stringify({ update_id: nextUpdateId, callback_query: { ...query, ...place } }) }),
  ).toBe(200);
  stopListening();
  expect(answers).toEqual([expect.stringMatching(/\S/)]);
});

describe('order', () => {
  test('ten messages that reach the server together are answered in their order', async () => {
    const { telegram } = platform;
    const buyer = telegram.newPerson({ firstName: 'Bobur', languageCode: 'en' });
    const other = telegram.newPerson({ firstName: 'Other', languageCode: 'en' });
    await buyer.starts(shop);
    await buyer.presses(shop, 'lang:en');
    const answerTo = {
      '/help': 'transfer the amount',
      '/privacy': '🔒',
      '/language': 'Choose your language',
      hello: '/start',
    } as const;
    const written = [
      '/help',
      '/privacy',
      'hello',
      '/language',
      '/privacy',
      '/help',
      'hello',
      'hello',
      '/language',
      '/privacy',
    ] as const;
    const before = buyer.chatWith(shop).messages.length;
    const { release, isHeld } = holdsAnswerTo(buyer);
    const answered = pipelines(written.map((text) => messageBy(buyer, text)));
    await telegram.until(isHeld, { what: 'the first answer to be under way' });
    // Whoever is not kept waiting by the first message would be answered by now.
    await other.starts(shop);
    const fresh = () => buyer.chatWith(shop).messages.slice(before);
    expect(fresh()).toHaveLength(1);
    release();
    expect(await answered).toEqual(Array(10).fill(200));
    expect(fresh().map(({ text }) => text)).toEqual(
      written.map((text) => expect.stringContaining(answerTo[text])),
    );
  });

  test('one person’s slow Telegram holds nobody else up', async () => {
    const { telegram } = platform;
    const slow = telegram.newPerson({ firstName: 'Slow', languageCode: 'en' });
    const quick = telegram.newPerson({ firstName: 'Quick', languageCode: 'en' });
    const { release, isHeld } = holdsAnswerTo(slow);
    let isSlowDone = false;
    const slowly = slow.starts(shop).then(() => {
      isSlowDone = true;
    });
    await telegram.until(isHeld, { what: 'the slow answer to be under way' });
    await quick.starts(shop);
    await quick.reads(shop, 'Choose your language');
    expect(isSlowDone).toBe(false);
    release();
    await slowly;
  });
});
