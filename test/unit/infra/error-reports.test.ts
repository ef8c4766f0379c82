import * as Sentry from '@sentry/node';
import { GrammyError, HttpError } from 'grammy';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FaultReporter, SILENT, startReporting } from '../../../src/instrument.ts';
import { HOUR_MS } from '../../../src/shared/durations.ts';
import {
  type SentryItem,
  type SentryServer,
  startSentryServer,
} from '../../support/servers/sentry-server.ts';

const TOKEN = '123456789:AAHk3_aB-cdefghijklmnopqrstuvwxyz012';
const CARD = '8600123456789012';
const LINK = 'https://t.me/+AbCdEfGhIjKlMnOp';
const RECEIPT = 'AgACAgIAAxkBAAIBZ2Y7receipt';
const NAME = 'Gulnora Karimova';
const WORDS = 'My neighbour must not know about this';
const SECRETS = [
  TOKEN,
  TOKEN.slice(10),
  CARD,
  '8600 1234 5678 9012',
  LINK,
  LINK.slice(14),
  RECEIPT,
  NAME,
  WORDS,
];
const EVERYTHING = [...SECRETS].join(' ');
/** Also where a parser of stacks or of JSON looks for something else. */
const NASTY = `${EVERYTHING}\n    at ${NAME} (/home/${TOKEN}/${CARD}.js:1:1)\n    at file:///src/${NAME}.ts:8600123456789012:1`;

let hours = 0;
let reporter: FaultReporter;
let server: SentryServer;

beforeAll(async () => {
  server = await startSentryServer();
  reporter = await startReporting({
    dsn: server.dsn,
    environment: 'test',
    tracesSampleRate: 1,
    profilesSampleRate: 0,
    commit: '0123456789abcdef0123',
    now: () => hours * HOUR_MS,
  });
});
afterAll(async () => {
  await Sentry.close(1_000);
  await server.close();
});
beforeEach(() => {
  server.seen.length = 0;
  hours += 2;
});

async function sent(): Promise<SentryItem[]> {
  await reporter.flush(5_000);
  return server.seen.flatMap(({ items }) => items);
}

function expectNoSecret(): void {
  const raw = server.seen.map((one) => one.raw).join('\n');
  expect(raw).not.toBe('');
  for (const secret of SECRETS) {
    expect(raw).not.toContain(secret);
    expect(raw).not.toContain(encodeURIComponent(secret));
    expect(raw).not.toContain(Buffer.from(secret).toString('base64').slice(0, -4));
  }
}

function nasty<E extends Error>(error: E): E {
  return Object.assign(error, { code: CARD, secret: EVERYTHING, [NAME]: TOKEN, name: NAME });
}

function brokenJson(): unknown {
  try {
    return JSON.parse(`${NAME} ${TOKEN}`);
  } catch (error) {
    return error;
  }
}

/** Named after what it was given, as a computed method is. */
function thrownBy(name: string): unknown {
  try {
    return {
      [name]: () => {
        throw new TypeError(name);
      },
    }[name]?.();
  } catch (error) {
    return error;
  }
}

const FAULTS: [string, () => unknown][] = [
  ['a message', () => new Error(NASTY)],
  [
    'a chain of causes',
    () => new Error('outer', { cause: new Error(NASTY, { cause: nasty(new TypeError(NASTY)) }) }),
  ],
  ['many errors at once', () => new AggregateError([new Error(NASTY)], NASTY)],
  ['a name, a code and fields', () => nasty(new Error('x'))],
  ['a stack of its own', () => Object.assign(new Error('x'), { stack: `Error: x\n${NASTY}` })],
  [
    'a refusal of Telegram',
    () => new GrammyError(NASTY, { ok: false, error_code: 400, description: NASTY }, NAME, { text: NASTY }),
  ],
  ['a lost connection', () => new HttpError(NASTY, new Error(`connect https://api/bot${TOKEN}/getMe`))],
  ['what a parser could not read', brokenJson],
  ['a function’s name', () => thrownBy(NAME)],
  ['a text', () => NASTY],
  ['an object', () => ({ text: NASTY, toString: () => NASTY })],
];

test.each(FAULTS)('secrets in %s are not sent', async (_, make) => {
  reporter.report(make(), {
    part: 'update',
    tenant: CARD,
    update: NASTY,
    job: NAME,
    note: EVERYTHING,
    [NAME]: TOKEN,
  });
  const [event, ...others] = await sent();
  expect(event?.type).toBe('event');
  expect(others).toEqual([]);
  expectNoSecret();
});

test('whatever the library was given, in whatever field, stays here', async () => {
  Sentry.getGlobalScope().setExtra('note', EVERYTHING);
  Sentry.withIsolationScope((scope) => {
    scope.setUser({ id: CARD, username: NAME, email: `${TOKEN}@example.com`, ip_address: '203.0.113.7' });
    scope.setTags({ job: EVERYTHING, [NAME]: TOKEN, part: NAME });
    scope.setExtras({ text: NASTY });
    scope.setContext('update', { text: NASTY, nested: { file_id: RECEIPT } });
    scope.setContext('response', { body: NASTY });
    scope.setTransactionName(NASTY);
    scope.setFingerprint([NASTY]);
    scope.setSDKProcessingMetadata({
      normalizedRequest: { url: `https://x/bot${TOKEN}`, data: NASTY, headers: { cookie: NASTY } },
    });
    scope.addBreadcrumb({
      category: 'http',
      message: NASTY,
      data: { url: `https://api.telegram.org/bot${TOKEN}/getMe` },
    });
    scope.addAttachment({ filename: `${NAME}.txt`, data: NASTY });
    Sentry.captureException(new Error(NASTY), { data: NASTY });
    Sentry.captureMessage(NASTY);
    Sentry.captureEvent({
      message: NASTY,
      logger: NAME,
      server_name: NAME,
      request: { url: NASTY, headers: { a: NASTY }, data: NASTY },
      exception: {
        values: [
          {
            type: NAME,
            value: NASTY,
            module: NAME,
            mechanism: { type: NAME, data: { x: NASTY } },
            stacktrace: {
              frames: [
                {
                  filename: `src/${NAME}.ts`,
                  function: NAME,
                  vars: { token: TOKEN },
                  context_line: NASTY,
                  lineno: 86,
                },
              ],
            },
          },
        ],
      },
    });
    Sentry.captureFeedback({ message: NASTY, name: NAME });
    Sentry.captureCheckIn({ monitorSlug: NAME, status: 'ok' });
    Sentry.startSession();
    Sentry.captureSession();
    Sentry.endSession();
  });
  const items = await sent();
  expect(items.length).toBeGreaterThanOrEqual(3);
  expect(new Set(items.map(({ type }) => type))).toEqual(new Set(['event']));
  expectNoSecret();
});

test('traces say what was done and how long it took, and nothing of what it was done with', async () => {
  await reporter.trace('update', 'message', { tenant: '123456789', update: '7', note: EVERYTHING }, () =>
    reporter.trace('outbox', 'deliver-access', {}, async () => {
      await Sentry.startSpan(
        {
          name: `POST https://api.telegram.org/bot${TOKEN}/sendMessage`,
          op: NAME,
          attributes: { url: NASTY, 'http.target': `/bot${TOKEN}` },
        },
        async (span) => {
          span.addEvent(NASTY, { text: NASTY });
          span.setStatus({ code: 2, message: NASTY });
          Sentry.setMeasurement(NAME, 1, NAME);
        },
      );
    }),
  );
  const [transaction] = await sent();
  expect(transaction).toMatchObject({
    type: 'transaction',
    payload: { transaction: 'update message', tags: { tenant: '123456789', update: '7' } },
  });
  expect(transaction?.payload.spans?.map(({ description }) => description)).toEqual([
    'outbox deliver-access',
    'other',
  ]);
  expectNoSecret();
  server.seen.length = 0;
  await Sentry.startSpan({ name: NASTY, op: NAME }, async () => undefined);
  expect((await sent())[0]?.payload.transaction).toBe('other');
  expectNoSecret();
});

test('a fault names its kind, its place, its tenant, update and job, the release and the environment', async () => {
  const refused = new GrammyError('no', { ok: false, error_code: 400, description: 'no' }, 'sendMessage', {});
  reporter.report(new Error('outer', { cause: refused }), {
    part: 'job',
    tenant: '123456789',
    update: '7',
    job: 'endSubscription',
    item: '12',
  });
  const [event] = await sent();
  expect(event?.announced).toBe(event?.payload.event_id);
  expect(event?.payload).toMatchObject({
    release: 'getolog@1.0.0+0123456789ab',
    environment: 'test',
    tags: { part: 'job', tenant: '123456789', update: '7', job: 'endSubscription', item: '12' },
    exception: { values: [{ type: 'GrammyError', value: '400 sendMessage' }, { type: 'Error' }] },
  });
  const frames = event?.payload.exception?.values[1]?.stacktrace.frames.map(({ filename }) => filename);
  expect(frames).toContain('test/unit/infra/error-reports.test.ts');
});

test('one kind is sent twenty times an hour, another kind beside it, and the first again in the next hour', async () => {
  const ours = () => new RangeError('ours');
  const other = () => new RangeError('the same words elsewhere');
  for (let times = 0; times < 100; times += 1) reporter.report(ours(), {});
  reporter.report(other(), {});
  expect(await sent()).toHaveLength(21);
  hours += 1;
  reporter.report(ours(), {});
  expect(await sent()).toHaveLength(22);
});

test('without a DSN nothing is loaded', async () => {
  const options = { dsn: undefined, environment: 'test', tracesSampleRate: 1, profilesSampleRate: 1 };
  expect(await startReporting(options)).toBe(SILENT);
  expect(await SILENT.trace('job', 'sweep', {}, () => Promise.resolve(7))).toBe(7);
});
