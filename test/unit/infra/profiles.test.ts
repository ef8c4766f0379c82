import * as Sentry from '@sentry/node';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type FaultReporter, startReporting } from '../../../src/instrument.ts';
import {
  type SentryItem,
  type SentryServer,
  startSentryServer,
} from '../../support/servers/sentry-server.ts';

const ROOT = new URL('../../../', import.meta.url);
const HERE = 'test/unit/infra/profiles.test.ts';
/** Could be the name of a function; put together here, so that it stands in no file. */
const RECEIPT = ['AgACAgIAAxkBAAIBZ2Y7', 'receipt'].join('');
const WORDS = 'My neighbour must not know about this';

let server: SentryServer;
let reporter: FaultReporter;

beforeAll(async () => {
  server = await startSentryServer();
  await starts(0.5);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await Sentry.close(1_000);
  await server.close();
});
beforeEach(() => {
  server.seen.length = 0;
});

async function starts(profilesSampleRate: number): Promise<void> {
  await Sentry.close(1_000);
  reporter = await startReporting({
    dsn: server.dsn,
    environment: 'test',
    tracesSampleRate: 1,
    profilesSampleRate,
  });
}

async function sent(type: string): Promise<SentryItem[]> {
  await Sentry.flush(5_000);
  return server.seen.flatMap(({ items }) => items).filter((item) => item.type === type);
}

function raw(): string {
  return server.seen.map((one) => one.raw).join('\n');
}

/** By the processor's clock: other programs may have it for most of the time. */
function keepBusy(): void {
  const start = process.cpuUsage().user;
  while (process.cpuUsage().user - start < 60_000);
}

/** Named after what it was given, as a computed method is. */
function busyUnder(name: string): void {
  ({ [name]: () => keepBusy() })[name]?.();
}

/** Whether the next work falls to the share. */
function falls(isProfiled: boolean): void {
  vi.spyOn(Math, 'random').mockReturnValue(isProfiled ? 0.4 : 0.6);
}

test('a profile says where in the program the time went, and nothing of the machine or of what was worked on', async () => {
  falls(true);
  await reporter.trace('job', 'expire', {}, () => Promise.resolve(busyUnder(RECEIPT)));
  const [transaction] = await sent('transaction');
  const [chunk, ...others] = await sent('profile_chunk');
  expect(others).toEqual([]);
  expect(chunk?.payload).toMatchObject({
    platform: 'node',
    version: '2',
    release: 'getolog@1.0.0',
    environment: 'test',
    profile: { thread_metadata: { 0: { name: 'main' } } },
  });
  // So Sentry finds the profile of a transaction.
  expect(transaction?.payload.contexts).toMatchObject({
    trace: { data: { 'thread.id': '0' } },
    profile: { profiler_id: chunk?.payload.profiler_id },
  });
  const { frames, stacks, samples } = chunk?.payload.profile ?? { frames: [], stacks: [], samples: [] };
  expect(frames).toContainEqual(
    expect.objectContaining({
      filename: HERE,
      function: 'keepBusy',
      in_app: true,
      lineno: expect.any(Number),
    }),
  );
  expect(frames).toContainEqual(expect.objectContaining({ filename: HERE, function: '' }));
  expect(frames).toContainEqual(expect.objectContaining({ filename: 'src/instrument.ts' }));
  expect(stacks[samples.at(-1)?.stack_id ?? -1]?.every((frame) => frame in frames)).toBe(true);
  expect(raw()).not.toContain(RECEIPT);
  expect(raw()).not.toContain(ROOT.pathname);
});

test('only its share of the traced work is profiled, and what is a part of other work is not counted again', async () => {
  falls(false);
  await reporter.trace('update', 'message', {}, async () => {
    falls(true);
    await reporter.trace('outbox', 'deliver-access', {}, () => Promise.resolve(keepBusy()));
  });
  expect(await sent('transaction')).toHaveLength(1);
  expect(await sent('profile_chunk')).toEqual([]);
});

test('one profile lasts as long as any work that it was begun for, also when that fails', async () => {
  falls(true);
  let fail: (error: Error) => void = () => undefined;
  const long = reporter.trace('job', 'warn', {}, () => new Promise((_, reject) => (fail = reject)));
  await reporter.trace('job', 'expire', {}, () => Promise.resolve(keepBusy()));
  expect(await sent('profile_chunk')).toEqual([]);
  fail(new Error('over'));
  await expect(long).rejects.toThrow('over');
  expect(await sent('profile_chunk')).toHaveLength(1);
});

test('whatever stands in a profile besides its times and places stays here', async () => {
  const frame = { abs_path: new URL(HERE, ROOT).pathname, function: 'keepBusy', lineno: 1, colno: 2 };
  const planted = {
    chunk_id: 'a'.repeat(32),
    profiler_id: 'b'.repeat(32),
    client_sdk: { name: 'sentry.javascript.node', version: '11.11.0', note: WORDS },
    version: '2',
    release: WORDS,
    environment: WORDS,
    server_name: WORDS,
    measurements: { [WORDS]: { unit: WORDS, values: [{ value: 1, timestamp: 1 }] } },
    debug_meta: { images: [{ type: 'sourcemap', code_file: `/home/${WORDS}`, debug_id: WORDS }] },
    [WORDS]: WORDS,
    profile: {
      samples: [{ stack_id: 0, thread_id: '0', timestamp: 1.5, queue_address: WORDS }],
      stacks: [[0, 1, 2, 3, 4, 5]],
      frames: [
        { ...frame, module: WORDS, vars: { text: WORDS }, filename: WORDS },
        { ...frame, function: WORDS },
        { ...frame, function: RECEIPT },
        { ...frame, abs_path: `/home/${RECEIPT}.js` },
        { ...frame, abs_path: '', function: '(garbage collector)' },
        WORDS,
      ],
      thread_metadata: { 0: { name: WORDS }, [WORDS]: { name: WORDS } },
      queue_metadata: { 0: { label: WORDS } },
    },
  };
  const header = { type: 'profile_chunk', platform: 'node', note: WORDS };
  const send = (payload: object) =>
    // No shape that the library's types know.
    Sentry.getClient()
      ?.getTransport()
      ?.send([{ note: WORDS }, [[header, payload]]] as never);
  await send(planted);
  const place = { filename: HERE, lineno: 1, colno: 2, in_app: true };
  const [chunk] = await sent('profile_chunk');
  expect(chunk?.payload).toEqual({
    chunk_id: planted.chunk_id,
    profiler_id: planted.profiler_id,
    client_sdk: { name: 'sentry.javascript.node', version: '11.11.0' },
    version: '2',
    platform: 'node',
    release: 'getolog@1.0.0',
    environment: 'test',
    profile: {
      samples: [{ stack_id: 0, thread_id: '0', timestamp: 1.5 }],
      stacks: [[0, 1, 2, 3, 4, 5]],
      frames: [
        { ...place, function: 'keepBusy' },
        { ...place, function: '' },
        { ...place, function: '' },
        { function: '(other)', in_app: false },
        { function: '(garbage collector)', in_app: false },
        { function: '(other)', in_app: false },
      ],
      thread_metadata: { 0: { name: 'main' } },
    },
  });
  await send({ ...planted, chunk_id: RECEIPT });
  await send({ ...planted, profile: { ...planted.profile, samples: [{ stack_id: WORDS }] } });
  expect(await sent('profile_chunk')).toHaveLength(1);
  expect(raw()).not.toContain(WORDS);
  expect(raw()).not.toContain(RECEIPT);
});

test('what fails in the profiler is reported, and costs nobody their work', async () => {
  falls(true);
  vi.spyOn(Sentry.profiler, 'stopProfiler').mockImplementationOnce(() => {
    throw new RangeError('full');
  });
  expect(await reporter.trace('job', 'expire', {}, () => Promise.resolve(7))).toBe(7);
  // It still runs.
  Sentry.profiler.stopProfiler();
  expect(await sent('event')).toMatchObject([{ payload: { tags: { part: 'profiler' } } }]);
  expect(await sent('transaction')).toHaveLength(1);
});

test('the profiler is loaded with a rate alone; one that does not load is reported, and the work is done', async () => {
  const load = vi.fn(() => {
    throw new RangeError('There is no binary for this machine');
  });
  vi.doMock('@sentry/profiling-node', load);
  await starts(0);
  expect(load).not.toHaveBeenCalled();
  expect(await sent('event')).toEqual([]);

  await starts(1);
  vi.doUnmock('@sentry/profiling-node');
  expect(await reporter.trace('job', 'expire', {}, () => Promise.resolve(7))).toBe(7);
  expect(await sent('event')).toMatchObject([{ payload: { tags: { part: 'profiler' } } }]);
  expect(await sent('transaction')).toHaveLength(1);
  expect(await sent('profile_chunk')).toEqual([]);
});
