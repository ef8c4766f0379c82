import { Readable } from 'node:stream';
import type { ApiClientOptions } from 'grammy';
import { Agent, buildConnector, request } from 'undici';
import type { CallResult } from '../../infra/observability/metrics.ts';
import { SECOND_MS } from '../../shared/durations.ts';

type Fetch = NonNullable<ApiClientOptions['fetch']>;

/** Telegram answers within seconds; what takes longer than this has an unknown outcome. */
export const CALL_TIMEOUT_SECONDS = 20;

const JSON_HEADERS = { 'content-type': 'application/json' };

export interface TelegramHttp {
  fetch: Fetch;
  /** Posts JSON and reads the answer, without what makes `fetch` dear: a stream, an abort signal, headers of a class. */
  call(origin: string, path: string, body: string): Promise<unknown>;
  /** Downloads a file that `getFile` named, as it comes. @throws DownloadRefusedError when Telegram has no such file */
  download(url: string): Promise<Readable>;
  close(): Promise<void>;
}

/** No connection came about, so that nothing was sent: neither the name, the network nor the certificate let it. */
export class NeverSentError extends Error {
  override readonly name = 'NeverSentError';

  constructor(cause: unknown) {
    super('The call never left', { cause });
  }
}

/** Telegram will not give a file out; its status alone may be told, because the address holds a token. */
export class DownloadRefusedError extends Error {
  override readonly name = 'DownloadRefusedError';

  constructor(status: number) {
    super(`Telegram answered ${status} to a download`);
  }
}

/** Hears of every call: its method, how it came out, how long it took. */
export type ObserveCall = (method: string, result: CallResult, seconds: number) => void;

/** grammY's transport on one undici pool for all bots: a third of the time of its own, and connections kept. */
export function createTelegramHttp(observe: ObserveCall = () => undefined): TelegramHttp {
  const connect = buildConnector({ timeout: 5_000 });
  const dispatcher = new Agent({
    connections: 256,
    connect: (options, callback) =>
      connect(options, (...[error, socket]) =>
        error ? callback(new NeverSentError(error), null) : callback(null, socket),
      ),
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  async function post(url: string, init: Parameters<Fetch>[1]): Promise<unknown> {
    const body = init?.body;
    const response = await request(url, {
      dispatcher,
      method: 'POST',
      headers: { 'content-type': headerOf(init?.headers, 'content-type') },
      body: typeof body === 'string' || body instanceof Readable ? body : null,
      signal: init?.signal ?? null,
    });
    return readAnswer(response.statusCode, await response.body.text());
  }

  function exchange(origin: string, path: string, body: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let status = 0;
      let abort: (() => void) | undefined;
      let isLate = false;
      const tooLate = setTimeout(() => {
        isLate = true;
        const error = new Error('Telegram did not answer in time');
        reject(abort ? error : new NeverSentError(error));
        abort?.();
      }, CALL_TIMEOUT_SECONDS * SECOND_MS);
      dispatcher.dispatch(
        { origin, path, method: 'POST', headers: JSON_HEADERS, body },
        {
          onRequestStart(controller) {
            abort = () => controller.abort(new Error('Telegram did not answer in time'));
            // It waited for a free connection until nobody waited for it any more.
            if (isLate) abort();
          },
          onResponseStart(_controller, statusCode) {
            status = statusCode;
          },
          onResponseData(_controller, chunk) {
            chunks.push(chunk);
          },
          onResponseEnd() {
            clearTimeout(tooLate);
            resolve({ status, text: Buffer.concat(chunks).toString('utf8') });
          },
          onResponseError(_controller, error) {
            clearTimeout(tooLate);
            reject(error);
          },
        },
      );
    });
  }

  /** @param address of the call: a URL, or its path */
  async function observed(address: string, exchanged: () => Promise<unknown>): Promise<unknown> {
    const startedAt = performance.now();
    let result: CallResult = 'unreachable';
    try {
      const answer = await exchanged();
      result = resultOf(answer);
      return answer;
    } finally {
      // The end of the address alone: the token stands before it.
      const method = /\/([A-Za-z]+)$/.exec(address)?.[1];
      if (method) observe(method, result, (performance.now() - startedAt) / 1000);
    }
  }

  return {
    // grammY asks no more of a response than its JSON.
    fetch: (async (url: string, init: Parameters<Fetch>[1]) => {
      const answer = await observed(url, () => post(url, init));
      return { json: () => Promise.resolve(answer) };
    }) as Fetch,
    call: (origin, path, body) =>
      observed(path, async () => {
        const { status, text } = await exchange(origin, path, body);
        return readAnswer(status, text);
      }),
    async download(url) {
      const response = await request(url, {
        dispatcher,
        signal: AbortSignal.timeout(CALL_TIMEOUT_SECONDS * SECOND_MS),
      });
      if (response.statusCode !== 200) {
        await response.body.dump();
        const isForNow = response.statusCode === 429 || response.statusCode >= 500;
        if (isForNow) throw new Error(`Telegram answered ${response.statusCode} to a download`);
        throw new DownloadRefusedError(response.statusCode);
      }
      return response.body;
    },
    close: () => dispatcher.destroy(),
  };
}

function readAnswer(status: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // A proxy in front of Telegram answers in HTML; its status is all that counts.
    if (status < 500) throw new Error('Telegram answered in no JSON', { cause });
    return { ok: false, error_code: status, description: 'Server error without a body in JSON' };
  }
}

function headerOf(headers: unknown, name: string): string {
  if (typeof headers !== 'object' || headers === null) return '';
  const value: unknown = Reflect.get(headers, name);
  return typeof value === 'string' ? value : '';
}

function resultOf(answer: unknown): CallResult {
  if (typeof answer !== 'object' || answer === null) return 'failed';
  if (Reflect.get(answer, 'ok') === true) return 'ok';
  const code: unknown = Reflect.get(answer, 'error_code');
  if (code === 429) return 'limited';
  return typeof code === 'number' && code < 500 ? 'refused' : 'failed';
}
