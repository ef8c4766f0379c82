import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../kernel/errors.ts';
import { DeliveryError, isDeliveryFailure } from '../kernel/outbox/delivery-error.ts';
import { SECOND_MS } from '../shared/durations.ts';
import type { PanelObserver } from './observe.ts';
import { BusyError } from './refusals.ts';
import { sessionOf } from './session/session-guard.ts';

/** A file that a bot was sent, as it comes. @throws DeliveryError */
export type OpenFile = (telegramBotId: bigint, fileId: string) => Promise<Readable>;

/** So many at once a process: each holds a connection to Telegram. */
const AT_ONCE = 4;
const BUSY_SECONDS = 2;
const UNAVAILABLE_SECONDS = 5;
const LIMIT_MS = 15 * SECOND_MS;
const MAX_BYTES = 20 * 1024 * 1024;
/** What the longest of the signs below needs. */
const HEAD_BYTES = 12;

/** What a browser may draw, by its first bytes. Whatever a stranger's telephone calls a file says nothing. */
const TYPES: readonly (readonly [type: string, sign: RegExp])[] = [
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/png', /^\x89PNG\r\n/],
  ['image/webp', /^RIFF[\s\S]{4}WEBP/],
  ['image/gif', /^GIF8[79]a/],
  ['application/pdf', /^%PDF-/],
];

/** It runs nothing and loads nothing, whatever it is. */
const POLICY = "default-src 'none'; sandbox";

/** Where a file is under way to somebody. */
interface Place {
  person: bigint;
  /** Ends it before its time. */
  late: AbortController;
  /** Gives the place back. */
  end(): void;
}

export type ReceiptFiles = ReturnType<typeof createReceiptFiles>;

/** Gives out receipts' files: what is a picture or a PDF as that, anything else to be saved and never run. */
export function createReceiptFiles({
  openFile,
  observe,
}: {
  openFile: OpenFile;
  observe: Pick<PanelObserver, 'holds'>;
}) {
  const underWay: Place[] = [];

  /** @throws BusyError */
  function takePlace(person: bigint): Place {
    if (underWay.length >= AT_ONCE) makeRoomFor(person);
    const late = new AbortController();
    const place: Place = {
      person,
      late,
      end() {
        const index = underWay.indexOf(place);
        if (index >= 0) underWay.splice(index, 1);
        observe.holds('files', underWay.length);
      },
    };
    underWay.push(place);
    observe.holds('files', underWay.length);
    return place;
  }

  /** Nobody keeps all places from everybody else: whoever has them gives up the one they took last. @throws BusyError */
  function makeRoomFor(person: bigint): void {
    const last = underWay.at(-1);
    const hasAll = last && last.person !== person && underWay.every((one) => one.person === last.person);
    if (!hasAll) throw new BusyError(BUSY_SECONDS);
    last.end();
    last.late.abort();
  }

  return {
    /** @throws AppError `receipt.unavailable`, BusyError */
    async send(
      request: FastifyRequest,
      reply: FastifyReply,
      { telegramBotId, fileId }: { telegramBotId: bigint; fileId: string },
    ): Promise<FastifyReply> {
      // The same id is the same file for ever, and is a secret itself.
      const etag = `"${createHash('sha256').update(fileId).digest('hex').slice(0, 32)}"`;
      const asFile = () =>
        reply
          .header('etag', etag)
          .header('cache-control', 'private, max-age=3600')
          .header('content-security-policy', POLICY);
      if (request.headers['if-none-match']?.includes(etag)) return asFile().code(304).send();
      const { late, end } = takePlace(sessionOf(request).person.telegramUserId);
      try {
        const file = await beginWithin(late, openFile(telegramBotId, fileId));
        file.body.once('close', end);
        const type = TYPES.find(([, sign]) => sign.test(file.head))?.[0];
        if (!type) void reply.header('content-disposition', 'attachment');
        return asFile()
          .type(type ?? 'application/octet-stream')
          .send(file.body);
      } catch (error) {
        end();
        throw inTheDesksWords(error);
      }
    },
  };
}

/** What comes of it within the limit, and its first bytes. */
async function beginWithin(
  late: AbortController,
  opening: Promise<Readable>,
): Promise<{ head: string; body: Readable }> {
  const timer = setTimeout(() => late.abort(), LIMIT_MS);
  const tooLong = () => new Error('It takes too long');
  const stop = () => clearTimeout(timer);
  try {
    const stream = await Promise.race([opening, rejectsOnceAborted(late.signal)]);
    late.signal.addEventListener('abort', () => stream.destroy(tooLong()));
    const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const head = await readHead(chunks).catch(() => {
      // Its own words may name the address, which holds a token.
      throw new BusyError(UNAVAILABLE_SECONDS);
    });
    const body = Readable.from(rest(head, chunks), { objectMode: false });
    // Also of whoever reads slowly, or not at all: nothing is asked of Telegram's then.
    late.signal.addEventListener('abort', () => body.destroy(tooLong()));
    // Also where nobody has begun to look.
    body.once('close', () => {
      stop();
      stream.destroy();
    });
    return { head: head.toString('latin1', 0, HEAD_BYTES), body };
  } catch (error) {
    stop();
    // Whatever comes of it later is wanted no more.
    opening.then(
      (stream) => stream.destroy(),
      () => undefined,
    );
    throw error;
  }
}

function rejectsOnceAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new BusyError(UNAVAILABLE_SECONDS)));
  });
}

async function readHead(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < HEAD_BYTES) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* rest(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  let size = head.length;
  yield head;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    size += next.value.length;
    if (size > MAX_BYTES) throw new RangeError('no file for a receipt');
    yield next.value;
  }
}

/** Telegram that is away comes back; whatever else it said of a file stays so. */
function inTheDesksWords(error: unknown): unknown {
  if (isDeliveryFailure(error, 'not-sent', 'unknown')) return new BusyError(UNAVAILABLE_SECONDS);
  if (error instanceof DeliveryError) return new AppError('receipt.unavailable');
  return error;
}
