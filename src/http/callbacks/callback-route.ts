import { setImmediate as turnEnd } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { createMinuteCount, networkOf } from '../../infra/minute-count.ts';
import { withoutSecretFields } from '../../infra/observability/logger.ts';
import { SECOND_MS } from '../../shared/durations.ts';
import { readBotId } from '../bot-id.ts';

const MAX_BODY_BYTES = 64 * 1024;
/** Whoever tries keys gets no further than this in a minute, from one address at one bot. */
const REFUSALS_A_MINUTE = 30;
/** A provider hangs up soon after. */
const ANSWER_LIMIT_MS = 8 * SECOND_MS;

/** What came, as a provider's protocol reads it. */
interface CallbackRequest {
  telegramBotId: bigint;
  /** Which of the endpoint's operations the address names; empty where it names none. */
  operation: string;
  authorization: string | undefined;
  contentType: string | undefined;
  /** Empty where it was not read. */
  body: string;
}

/** What a protocol makes of it. */
export interface CallbackAnswer {
  /** HTTP; 200 unless it says otherwise. */
  status?: number;
  /** JSON, as it goes out. */
  body: string;
  /** Who called did not show the right key: nothing was looked at. */
  isRefused?: true;
  /** What was called, by a name of the protocol: never what a stranger wrote. */
  method: string;
  /** The protocol's own code, for the log. */
  outcome: string;
}

/** A provider's protocol, as this edge needs it. Every answer but those of `handle` is given before anything is looked up. */
export interface CallbackEndpoint {
  provider: string;
  /** With `:botId`, and `:operation` where there are several; `/*` at the end is whatever else stands there. */
  urls: readonly string[];
  handle: (request: CallbackRequest) => Promise<CallbackAnswer>;
  notPost: (about: { operation: string }) => CallbackAnswer;
  tooLarge: (about: { operation: string }) => CallbackAnswer;
  /** A fault of ours, or too late: whoever called asks again. */
  fault: (request: CallbackRequest) => CallbackAnswer;
}

export interface CallbackDeps {
  /** A fault; the database that is away is told as one outage. */
  report: (error: unknown, tags: Record<string, string>) => void;
  logger: Logger;
  observe: (about: { provider: string; method: string; outcome: string }, seconds: number) => void;
  /** The server takes nothing new any more. */
  isClosing: () => boolean;
}

type Call = FastifyRequest<{ Params: { botId: string; operation?: string } }>;

/** Fastify refuses the body of what names no type at all, and its own measure of time begins with the answer. */
interface Arrival {
  at: number;
  contentType: string | undefined;
}

/** Read as text, whatever it says that it is. */
const ANY_TYPE = 'application/octet-stream';

class TooLate extends Error {
  override readonly name = 'TooLate';
}

/** The address of one provider: what a protocol says is answered, whatever Fastify would say of its own. */
export async function callbackRoute(
  app: FastifyInstance,
  endpoint: CallbackEndpoint,
  deps: CallbackDeps,
): Promise<void> {
  const { provider } = endpoint;
  const refusals = createMinuteCount(REFUSALS_A_MINUTE);
  const calls = withoutSecretFields(deps.logger);
  const arrivals = new WeakMap<FastifyRequest, Arrival>();
  const keyOf = (request: Call) => `${request.params.botId} ${networkOf(request.ip)}`;
  const about = (request: Call) => ({ operation: request.params.operation ?? '' });
  const whole = (request: Call): CallbackRequest => ({
    ...about(request),
    telegramBotId: readBotId(request.params.botId) ?? 0n,
    authorization: request.headers.authorization,
    contentType: arrivals.get(request)?.contentType,
    body: typeof request.body === 'string' ? request.body : '',
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser(ANY_TYPE, { parseAs: 'string' }, (_request, body, done) => done(null, body));

  function answer(request: Call, reply: FastifyReply, given: CallbackAnswer): FastifyReply {
    const { method, outcome, status = 200, body } = given;
    const now = performance.now();
    const ms = Math.round(now - (arrivals.get(request)?.at ?? now));
    calls.info({ provider, bot: request.params.botId, method, outcome, ms }, 'a callback');
    deps.observe({ provider, method, outcome }, ms / SECOND_MS);
    if (deps.isClosing()) void reply.header('connection', 'close');
    return reply
      .code(status)
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(body);
  }

  /** What it is not known how far it came: the caller asks again. */
  function answerFault(request: Call, reply: FastifyReply, error: unknown): FastifyReply {
    deps.report(error, { part: 'callback', provider });
    return answer(request, reply, endpoint.fault(whole(request)));
  }

  app.setErrorHandler((error, request, reply) => {
    const status: unknown = Reflect.get(Object(error), 'statusCode');
    const call = request as Call;
    const isTheirs = typeof status === 'number' && status >= 400 && status < 500;
    if (!isTheirs) return answerFault(call, reply, error);
    // The rest of what is too large is not waited for.
    void reply.header('connection', 'close');
    return answer(call, reply, endpoint.tooLarge(about(call)));
  });

  const onRequest = async (request: Call, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { headers } = request.raw;
    arrivals.set(request, { at: performance.now(), contentType: headers['content-type'] });
    headers['content-type'] = ANY_TYPE;
    if (readBotId(request.params.botId) === null) return reply.code(404).send();
    const wait = refusals.waitSeconds(keyOf(request));
    if (wait !== null) return reply.code(429).header('retry-after', wait).send();
    if (request.method !== 'POST') return answer(request, reply, endpoint.notPost(about(request)));
    return undefined;
  };

  const handler = async (request: Call, reply: FastifyReply): Promise<FastifyReply> => {
    try {
      if (deps.isClosing()) return answer(request, reply, endpoint.fault(whole(request)));
      const given = await soon(endpoint.handle(whole(request)));
      if (given.isRefused) refusals.add(keyOf(request));
      // In one go with other answers of this turn, as webhooks are: to wake whoever waits costs more than the answer.
      await turnEnd();
      return answer(request, reply, given);
    } catch (error) {
      return answerFault(request, reply, error);
    }
  };

  for (const url of endpoint.urls) {
    for (const path of url.endsWith('/*') ? [url] : [url, `${url}/`]) {
      app.all(path, { bodyLimit: MAX_BODY_BYTES, logLevel: 'silent', onRequest, handler });
    }
  }
}

/** What takes longer goes on, and is found done when it is asked for again. @throws TooLate */
async function soon<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLate('An answer took too long')), ANSWER_LIMIT_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
