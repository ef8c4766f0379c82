import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMethodName, type Params } from '../methods/check-params.ts';
import { perform } from '../methods/index.ts';
import type { SandboxBot } from '../world/accounts.ts';
import type { World } from '../world/world.ts';
import { ApiError, unauthorized } from './api-error.ts';
import { type Fault, FaultPlan, type IncomingCall } from './fault-plan.ts';
import { readParams } from './request-params.ts';

/** A Bot API call that was made. */
export interface SandboxCall {
  method: string;
  /** The bot's username. */
  bot: string;
  /** As they arrived; of a file only its name and size. */
  params: Params;
  result?: unknown;
  error?: { code: number; description: string };
  /** The trouble that a test had ordered for it. */
  fault?: Fault['kind'];
  at: Date;
}

/** The connection is cut instead of answering, whatever the answer would have been. */
class Dropped extends Error {
  constructor(cause?: unknown) {
    super('The connection was cut.', { cause });
  }
}

/** The Bot API over HTTP, on a free port of the loopback interface. */
export class ApiServer {
  readonly calls: SandboxCall[] = [];
  /** Calls that only a mistake in the calling program explains, in words. */
  readonly faults: string[] = [];
  readonly plan = new FaultPlan();
  /** While true every connection is cut before anything is done. */
  isUnavailable = false;
  readonly #world: World;
  readonly #latencyMs: number;
  readonly #server: Server;
  readonly #remembered = new WeakSet<SandboxCall>();
  #callsInProgress = 0;

  constructor(world: World, latencyMs: number) {
    this.#world = world;
    this.#latencyMs = latencyMs;
    this.#server = createServer((request, response) => void this.#handle(request, response));
    // A caller's idle connection must not die just when it is used again.
    this.#server.keepAliveTimeout = 60_000;
  }

  /** True while a call is under way; a poll that waits is not. */
  get isBusy(): boolean {
    return this.#callsInProgress > 0;
  }

  /** @returns the origin, without a slash at its end */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The sandbox has no port.');
    return `http://127.0.0.1:${address.port}`;
  }

  cutConnections(): void {
    this.#server.closeAllConnections();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cutConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.isUnavailable) {
      request.socket.destroy();
      return;
    }
    // A caller may go away while it sends or while it is answered: nobody is left to be told of that.
    response.on('error', () => response.destroy());
    try {
      const url = new URL(request.url ?? '/', 'http://sandbox');
      const [, folder, token, rest] =
        /^(\/file)?\/bot([^/]+)\/(.+)$/.exec(decodeURIComponent(url.pathname)) ?? [];
      if (token === undefined || rest === undefined) throw new ApiError(404, 'Not Found');
      const bot = this.#authenticate(token);
      if (folder !== undefined) this.#sendFile(bot, rest, response);
      else sendJson(response, 200, { ok: true, result: await this.#call(bot, rest, url, request, response) });
    } catch (error) {
      answerError(error, request, response);
    }
  }

  #authenticate(token: string): SandboxBot {
    const [, id] = /^(\d+):[\w-]+$/.exec(token) ?? [];
    if (id === undefined) throw new ApiError(404, 'Not Found');
    const bot = this.#world.bots.get(Number(id));
    if (bot?.token !== token) throw unauthorized();
    return bot;
  }

  #sendFile(bot: SandboxBot, path: string, response: ServerResponse): void {
    const file = this.#world.files.findByPath(bot.id, path);
    if (file === undefined) throw new ApiError(404, 'Not Found');
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file.bytes);
  }

  async #call(
    bot: SandboxBot,
    method: string,
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<unknown> {
    const isPoll = method === 'getUpdates';
    if (!isPoll) this.#callsInProgress += 1;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const record: SandboxCall = { method, bot: bot.username, params: {}, at: this.#world.now() };
    try {
      if (!isMethodName(method)) {
        throw new ApiError(404, 'Not Found: method not found', { isCallersBug: true });
      }
      const params = await readParams(method, request, url.searchParams);
      record.params = describeParams(params);
      const fault = this.plan.take({ method, bot: bot.username, params: record.params });
      if (fault !== undefined) {
        record.fault = fault.kind;
        this.#world.journal.changed();
      }
      await this.#actThroughFault(fault, async () => {
        if (this.#latencyMs > 0) await pause(this.#latencyMs);
        record.result = await perform({ world: this.#world, bot, gone: gone.signal }, method, params);
        this.#remember(record);
      });
      return record.result;
    } catch (error) {
      if (!this.#remembered.has(record)) this.#rememberFailure(record, error, gone.signal);
      throw error;
    } finally {
      if (!isPoll) this.#callsInProgress -= 1;
      this.#world.journal.changed();
    }
  }

  async #actThroughFault(fault: Fault | undefined, act: () => Promise<void>): Promise<void> {
    switch (fault?.kind) {
      case undefined:
        return await act();
      case 'tooManyRequests':
        throw new ApiError(429, `Too Many Requests: retry after ${fault.retryAfter}`, {
          parameters: { retry_after: fault.retryAfter },
        });
      case 'serverError': {
        const status = fault.status ?? 502;
        throw new ApiError(status, STATUS_CODES[status] ?? 'Internal Server Error');
      }
      case 'refused':
        throw new ApiError(fault.code ?? 400, fault.description);
      case 'slow':
        await pause(fault.ms);
        return await act();
      case 'dropBefore':
        throw new Dropped();
      case 'dropAfter':
        throw new Dropped(
          await act().then(
            () => undefined,
            (error: unknown) => error,
          ),
        );
      case 'hold':
        try {
          await act();
        } finally {
          await fault.until;
        }
        return;
      case 'late':
        await fault.until;
        return await act();
    }
  }

  #remember(record: SandboxCall): void {
    this.#remembered.add(record);
    this.calls.push(record);
    const outcome = record.error?.description ?? record.fault ?? 'ok';
    this.#world.journal.note(`@${record.bot} called ${record.method}: ${outcome}`);
  }

  #rememberFailure(record: SandboxCall, error: unknown, gone: AbortSignal): void {
    const reason = error instanceof Dropped ? (error.cause ?? error) : error;
    if (reason instanceof ApiError) {
      record.error = { code: reason.code, description: reason.description };
      if (reason.isCallersBug) this.faults.push(`@${record.bot} ${record.method}: ${reason.description}`);
    } else if (!(reason instanceof Dropped) && !gone.aborted) {
      this.faults.push(`The sandbox itself failed at ${record.method}: ${String(reason)}`);
    }
    this.#remember(record);
  }
}

/** Does not keep the process alive. */
async function pause(ms: number): Promise<void> {
  await sleep(ms, undefined, { ref: false });
}

function describeParams(params: Params): IncomingCall['params'] & Params {
  const describe = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && 'bytes' in value && value.bytes instanceof Uint8Array
      ? { fileName: 'fileName' in value ? value.fileName : undefined, size: value.bytes.byteLength }
      : value;
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, describe(value)]));
}

function answerError(error: unknown, request: IncomingMessage, response: ServerResponse): void {
  if (error instanceof Dropped || request.socket.destroyed) {
    request.socket.destroy();
    return;
  }
  // Anything else is the sandbox's own fault, and must be seen.
  const answer = error instanceof ApiError ? error : new ApiError(500, `Sandbox: ${String(error)}`);
  sendJson(response, answer.code, {
    ok: false,
    error_code: answer.code,
    description: answer.description,
    ...(answer.parameters !== undefined && { parameters: answer.parameters }),
  });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
