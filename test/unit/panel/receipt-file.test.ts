import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import Fastify, { type FastifyRequest } from 'fastify';
import { afterEach, expect, test, vi } from 'vitest';
import type { Session } from '../../../src/modules/panel-access/session-service.ts';
import { answerErrors } from '../../../src/panel/answers.ts';
import { createReceiptFiles } from '../../../src/panel/receipt-file.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A server that gives out one file to whoever `x-person` says. */
async function startFiles(openFile: () => Promise<Readable>) {
  const held: number[] = [];
  const app = Fastify({ forceCloseConnections: true });
  answerErrors(app, { report: () => undefined });
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request: FastifyRequest) => {
    const telegramUserId = BigInt(String(request.headers['x-person'] ?? 1));
    request.session = { person: { telegramUserId } } as Session;
  });
  const files = createReceiptFiles({ openFile, observe: { holds: (_, count) => void held.push(count) } });
  app.get('/', (request, reply) => files.send(request, reply, { telegramBotId: 1n, fileId: 'file' }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const asks = (person: number) =>
    fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-person': String(person) } });
  return { app, held, port, asks, count: () => held.at(-1) ?? 0 };
}

/** More than any buffer between us and whoever reads. */
async function* endless() {
  for (;;) yield Buffer.alloc(1_048_576, '%PDF-');
}

test('whoever takes a file too slowly loses it, and their place with it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const source = Readable.from(endless(), { objectMode: false });
  const files = await startFiles(async () => source);
  const socket = connect(files.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
  await once(socket, 'readable');
  // Nothing is read any more.
  expect(files.count()).toBe(1);
  const closed = new Promise((resolve) => source.once('close', resolve));
  await vi.advanceTimersByTimeAsync(15_000);
  await closed;
  await vi.waitFor(() => expect(files.count()).toBe(0));
  socket.destroy();
  await files.app.close();
});

test('whoever has all the places that there are gives up the last to somebody else, and keeps the others', async () => {
  const waiting: (() => void)[] = [];
  const files = await startFiles(async () => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return Readable.from([Buffer.from('%PDF-1.7 and the rest')]);
  });
  const mine: Promise<Response>[] = [];
  for (let count = 1; count <= 4; count += 1) {
    mine.push(files.asks(1));
    await vi.waitFor(() => expect(waiting).toHaveLength(count));
  }
  const fifth = await files.asks(1);
  expect([fifth.status, fifth.headers.get('retry-after')]).toEqual([503, '2']);
  const theirs = files.asks(2);
  const last = await mine.pop();
  expect([last?.status, last?.headers.get('retry-after')]).toEqual([503, '5']);
  await vi.waitFor(() => expect(waiting).toHaveLength(5));
  // Now nobody has them all.
  expect((await files.asks(3)).status).toBe(503);
  expect((await files.asks(1)).status).toBe(503);
  for (const go of waiting) go();
  for (const answer of await Promise.all([...mine, theirs])) {
    expect([answer.status, await answer.text()]).toEqual([200, '%PDF-1.7 and the rest']);
  }
  await vi.waitFor(() => expect(files.count()).toBe(0));
  await files.app.close();
});
