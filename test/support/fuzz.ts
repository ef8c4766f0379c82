import type { Random } from './random.ts';

const deep = (depth: number): unknown => {
  let value: unknown = 'bottom';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** What a field may hold instead of what it should. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  1e308,
  -1e308,
  5e-324,
  2 ** 31,
  2 ** 53,
  2 ** 63,
  '',
  ' ',
  '0',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff x',
  '\u202e\u200b\ufeff',
  '👩‍👩‍👧‍👦'.repeat(200),
  'x'.repeat(100_000),
  "'; DROP TABLE user_bots; --",
  '<b>&amp;</b>{{x}}%s%n',
  '../../etc/passwd',
  [],
  [null],
  {},
  [[]],
  Array(1_000).fill(0),
  deep(500),
  JSON.parse('{"__proto__":{"polluted":true}}'),
  JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
  JSON.parse('{"toString":null,"valueOf":1,"then":"x"}'),
];

const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'then',
  '',
  'length',
  '0',
  'from',
  'chat',
  'text',
  'entities',
];

/** The texts that mean something to bots. */
const TEXTS = [
  '/start',
  '/start x',
  '/cancel',
  '/admin',
  '/menu',
  '/support',
  '/language',
  '/',
  '//',
  '/start@',
  '50 000',
  '8600 1234 5678 9012',
  '1e9',
  'approve:1',
  `${'9'.repeat(10)}:${'A'.repeat(35)}`,
];
const DATA = [
  'lang:uz',
  'lang:',
  'lang:xx',
  'plan:1',
  'plan:-1',
  'plan:99999999999999999999',
  'plan:1:1',
  'pay:1:card',
  'cancel:1',
  'approve:1',
  'reject:1:text',
  'revert:1:yes',
  'bot:1:card',
  'bots:0',
  'bots:zzz',
  'user:1:grant:1',
  'mod:owners:0',
  'mod:set:card',
  'price:1:1',
  'price:1:7',
  'relink:1',
  ':',
  '::::',
  'home',
  'mysub',
  'tariff:1',
  'x'.repeat(64),
  '__proto__',
  'constructor:1',
  'chat:1:accept',
];

/** Something like this update, with some of its fields in a bad way. */
export function mutate(random: Random, update: object, updateId: number): unknown {
  const copy = JSON.parse(JSON.stringify(update)) as Record<string, unknown>;
  copy['update_id'] = updateId;
  const times = 1 + random.int(4);
  for (let time = 0; time < times; time += 1) mutateOnce(random, copy);
  return copy;
}

function mutateOnce(random: Random, root: Record<string, unknown>): void {
  const { holder, key } = place(random, root);
  if (key === 'text' && random.chance(60)) holder[key] = random.pick(TEXTS);
  else if (key === 'data' && random.chance(80)) holder[key] = random.pick(DATA);
  else if (random.chance(60) && isPlain(holder[key])) holder[key] = anyOfItsKind(random, holder[key]);
  else if (random.chance(15)) delete holder[key];
  else if (random.chance(16)) define(holder, random.pick(KEYS), anyValue(random));
  else if (random.chance(10)) holder[key] = [holder[key]];
  else define(holder, key, anyValue(random));
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** What gets past every look at types, and is wrong all the same. */
function anyOfItsKind(random: Random, value: string | number | boolean): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number')
    return random.pick([0, 1, -value, value + 1, 2 ** 31 - 1, -(2 ** 40), Number.MAX_SAFE_INTEGER]);
  return random.pick([
    value.slice(1),
    `${value}${value}`,
    value.toUpperCase(),
    ...TEXTS,
    ...DATA,
    ...STRINGS,
  ]);
}

const STRINGS = VALUES.filter((value) => typeof value === 'string');

/** A copy: what is mutated further must not change what others get. */
function anyValue(random: Random): unknown {
  return structuredClone(random.pick(VALUES));
}

/** A key like any other, whatever it is called. */
function define(holder: Record<string, unknown>, key: string, value: unknown): void {
  // The one key that a list keeps for itself.
  if (Array.isArray(holder) && key === 'length') return void holder.push(value);
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Some field, at any depth; seldom the very first level, where little is left of an update without its body. */
function place(
  random: Random,
  root: Record<string, unknown>,
): { holder: Record<string, unknown>; key: string } {
  let holder = root;
  for (;;) {
    const keys = Object.keys(holder).filter((key) => holder !== root || key !== 'update_id');
    const key = keys.length > 0 ? random.pick(keys) : 'nothing';
    const value = holder[key];
    const isDeeper = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
    if (!isDeeper || random.chance(holder === root ? 3 : 20)) return { holder, key };
    holder = value as Record<string, unknown>;
  }
}

/** A body that is hardly an update, or hardly JSON. */
export function anyBody(random: Random, update: object): Buffer {
  const json = Buffer.from(JSON.stringify(update));
  switch (random.int(8)) {
    case 0:
      return random.bytes(random.int(2_000));
    case 1:
      return json.subarray(0, random.int(json.length));
    case 2: {
      const bytes = Buffer.from(json);
      for (let time = 0; time < 3; time += 1) bytes[random.int(bytes.length)] = random.int(256);
      return bytes;
    }
    case 3:
      return Buffer.from(JSON.stringify(anyValue(random)) ?? 'undefined');
    case 4:
      return Buffer.from(
        `{"update_id":${random.pick(['NaN', 'Infinity', '1e999', '-1', '1.0', '0x10', '9'.repeat(400), '"1"', '1,"update_id":2'])}}`,
      );
    case 5:
      return Buffer.from('['.repeat(random.int(200_000)));
    case 6:
      return Buffer.from('{"a":'.repeat(random.int(100_000)));
    default:
      return Buffer.concat([json, random.bytes(random.int(20))]);
  }
}

const METHODS = [
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'HEAD',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'BREW',
  'get',
  '',
];
const PATHS = [
  '/',
  '//',
  '/livez',
  '/livez/',
  '/health',
  '/metrics',
  '/webhook',
  '/webhook/',
  '/webhook/1',
  '/webhook/1',
  '/webhook/9007199254740993',
  '/webhook/1/2',
  '/webhook/%',
  '/webhook/%zz',
  '/webhook/%00',
  '/webhook/%31',
  '/webhook/1%2f2',
  '/webhook/..%2f..%2fetc',
  '/../../etc/passwd',
  '/webhook/1?x=%',
  '/?__proto__[x]=1',
  '*',
  'http://evil/webhook/1',
  'webhook',
  '/webhook/constructor',
  '/webhook/1;x',
  `/webhook/${'1'.repeat(5_000)}`,
  `/${'a/'.repeat(9_000)}`,
  '/webhook/１２',
  '/\u0001',
];
const HEADERS = [
  'content-length: -1',
  'content-length: 99999999999999999999',
  'content-length: 5',
  'content-length: 5\r\ncontent-length: 6',
  'transfer-encoding: chunked',
  'transfer-encoding: gzip',
  'transfer-encoding: chunked\r\ncontent-length: 3',
  'expect: 100-continue',
  'expect: a-miracle',
  'upgrade: websocket\r\nconnection: upgrade',
  'connection: close',
  'content-type: application/json',
  'content-type: application/json; charset=utf-7',
  'content-type: ;;;',
  'content-encoding: gzip',
  'x-forwarded-for: 127.0.0.1',
  'x-forwarded-for: ,,,',
  'x-forwarded-proto: \u00ff',
  'x-telegram-bot-api-secret-token: \u00e9',
  'accept-version: 1.0.0',
  ' folded: x',
  'no colon',
  ': nothing',
  'host: a\r\nhost: b',
  `x: ${'y'.repeat(20_000)}`,
  'range: bytes=0-',
  'accept-encoding: *;q=NaN',
  'cookie: __proto__=1',
];

/** Bytes for a socket that speaks something like HTTP. */
export function anyRequest(random: Random, extraHeaders: readonly string[]): Buffer {
  if (random.chance(10)) return random.bytes(1 + random.int(500));
  const version = random.pick([
    'HTTP/1.1',
    'HTTP/1.1',
    'HTTP/1.1',
    'HTTP/1.0',
    'HTTP/0.9',
    'HTTP/2.0',
    'HTTP/9',
    'XTTP/1.1',
    '',
  ]);
  const headers = Array.from({ length: random.int(5) }, () => random.pick([...HEADERS, ...extraHeaders]));
  const end = random.pick(['\r\n', '\r\n', '\r\n', '\n', '\r', '\0\r\n']);
  const head = [
    `${random.pick(METHODS)} ${random.pick(PATHS)} ${version}`,
    'host: x',
    ...headers,
    '',
    '',
  ].join(end);
  return Buffer.concat([Buffer.from(head, 'latin1'), random.bytes(random.int(50))]);
}
