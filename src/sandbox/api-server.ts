import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, unauthorized } from './api-error.ts';
import type { SandboxBot } from './accounts.ts';
import { type Fault, FaultPlan, type IncomingCall } from './fault-plan.ts';
import { isMethodName, type Params } from './methods/check-params.ts';
import { perform } from './methods/index.ts';
import type { MethodName } from './methods/parameters.ts';
import { readParams } from './request-params.ts';
import type { World } from './world.ts';

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

/** The connection is cut instead of answering. */
class Dropped extends Error {}

/** The Bot API over HTTP, on a free port of the loopback interface. */
export class ApiServer {
  readonly calls: SandboxCall[] = [];
  /** Calls that only a mistake in the calling program explains, in words. */
  readonly faults: string[] = [];
  readonly plan = new FaultPlan();
  /** While true every connection is cut before anything is done. */
  isAway = false;
  readonly #world: World;
  readonly #latencyMs: number;
  readonly #server: Server;
  #callsInProgress = 0;

  constructor(world: World, latencyMs: number) {
    this.#world = world;
    this.#latencyMs = latencyMs;
    this.#server = createServer((request, response) => void this.#handle(request, response));
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
    if (this.isAway) {
      request.socket.destroy();
      return;
    }
    // A caller may go away while it sends or while it is answered: nobody is left to be told of that.
    response.on('error', () => response.destroy());
    try {
      const url = new URL(request.url ?? '/', 'http://sandbox');
      const [, folder, token, rest] = /^(\/file)?\/bot([^/]+)\/(.+)$/.exec(decodeURIComponent(url.pathname)) ?? [];
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
    const record: SandboxCall = { method, bot: bot.username, params: {}, at: this.#world.now() };
    try {
      if (!isMethodName(method)) {
        throw new ApiError(404, 'Not Found: method not found', { isCallersBug: true });
      }
      const params = await readParams(method, request, url.searchParams);
      record.params = describeParams(params);
      const fault = this.plan.take({ method, bot: bot.username, params: record.params });
      if (fault !== undefined) record.fault = fault.kind;
      const act = (): Promise<unknown> => this.#act(bot, method, params, response);
      record.result = await this.#actThroughFault(fault, act, () => this.#remember(record));
      return record.result;
    } catch (error) {
      if (error instanceof ApiError) this.#rememberError(record, error);
      throw error;
    } finally {
      this.#remember(record);
      if (!isPoll) this.#callsInProgress -= 1;
      this.#world.journal.changed();
    }
  }

  async #act(bot: SandboxBot, method: MethodName, params: Params, response: ServerResponse): Promise<unknown> {
    if (this.#latencyMs > 0) await sleep(this.#latencyMs);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    return await perform({ world: this.#world, bot, gone: gone.signal }, method, params);
  }

  async #actThroughFault(
    fault: Fault | undefined,
    act: () => Promise<unknown>,
    remember: () => void,
  ): Promise<unknown> {
    switch (fault?.kind) {
      case undefined:
        return await act();
      case 'tooManyRequests':
        throw new ApiError(429, `Too Many Requests: retry after ${fault.retryAfter}`, {
          parameters: { retry_after: fault.retryAfter },
        });
      case 'serverError':
        throw new ApiError(fault.status ?? 502, fault.status === undefined ? 'Bad Gateway' : 'Internal Server Error');
      case 'slow':
        await sleep(fault.ms);
        return await act();
      case 'dropBefore':
        throw new Dropped();
      case 'dropAfter':
        await act();
        throw new Dropped();
      case 'hold': {
        const result = await act();
        remember();
        await fault.until;
        return result;
      }
    }
  }

  #remember(record: SandboxCall): void {
    if (this.calls.includes(record)) return;
    this.calls.push(record);
    const outcome = record.error?.description ?? record.fault ?? 'ok';
    this.#world.journal.note(`@${record.bot} called ${record.method}: ${outcome}`);
  }

  #rememberError(record: SandboxCall, error: ApiError): void {
    record.error = { code: error.code, description: error.description };
    if (error.isCallersBug) this.faults.push(`@${record.bot} ${record.method}: ${error.description}`);
  }
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
