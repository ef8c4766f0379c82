import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Language, suggestLanguage, translator } from '../infra/i18n/i18n.ts';
import { isUnavailable } from '../infra/unavailable.ts';
import { AppError, isAboutWhatWasTyped } from '../kernel/errors.ts';
import { isDeliveryFailure } from '../kernel/outbox/delivery-error.ts';
import type { ErrorCode } from '../shared/locale-keys.ts';
import { BusyError, MalformedError, TooFastError } from './refusals.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a refusal shows along: the thing that was to change, as it stands now. */
    current?: (request: FastifyRequest) => Promise<unknown>;
  }
  interface FastifyRequest {
    /** Tells of a fault that the answer goes on without, or with. */
    reportFault(error: unknown): void;
  }
}

const SESSION_STATUS: Partial<Record<string, number>> = { 'session.notKnown': 403, origin: 403 };
const RETRY_SECONDS = 5;
/** What stands in the way of any word that could be typed. */
const STATES: ReadonlySet<string> = new Set<ErrorCode>([
  'plan.dateIsOver',
  'promo.noKind',
  'promo.tooMany',
  'source.tooMany',
  'source.archived',
]);

function statusOf(code: ErrorCode): number {
  const known = SESSION_STATUS[code];
  if (known !== undefined) return known;
  if (code.startsWith('session.')) return 401;
  if (code === 'notFound') return 404;
  return isAboutWhatWasTyped(code) && !STATES.has(code) ? 422 : 409;
}

/** What Fastify says of a request that is none of ours. */
const MALFORMED: Partial<Record<number, PanelFault>> = { 413: 'tooLarge', 415: 'notJson' };
type PanelFault = 'request' | 'tooLarge' | 'notJson' | 'tooFast' | 'away' | 'fault';

/** Nothing that is asked here has as many levels. */
const MAX_DEPTH = 20;

/** NUL: no text may hold it in Postgres, and no keyboard writes it. */
const storable = z.unknown().refine((data) => isStorable(data), 'NUL, or too deep');

/** Level by level, not by calls within calls: what is sent may be as deep as it is long. */
function isStorable(data: unknown): boolean {
  let level = [data];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return false;
    if (level.some((one) => typeof one === 'string' && one.includes('\0'))) return false;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return true;
}

/** What a route that names nothing takes. */
const NOTHING = z.strictObject({});
const NO_BODY = NOTHING.nullish();
const WITHOUT_BODY: readonly string[] = ['GET', 'HEAD'];

/** Queries, bodies and answers are what the contract says, and nothing else. */
export function useContract(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const hasBody = ![route.method].flat().some((method) => WITHOUT_BODY.includes(method));
    route.schema = { querystring: NOTHING, ...(hasBody ? { body: NO_BODY } : {}), ...route.schema };
  });
  app.setValidatorCompiler<z.ZodType>(({ schema }) => (data) => {
    const read = storable.pipe(schema).safeParse(data);
    return read.success ? { value: read.data } : { error: read.error };
  });
  app.setSerializerCompiler<z.ZodType>(({ schema }) => (data) => {
    const answer = schema.safeParse(data);
    if (!answer.success) throw new Error('The answer is none of the contract', { cause: answer.error });
    return JSON.stringify(answer.data);
  });
}

interface FaultDeps {
  report: (error: unknown, tags: Record<string, string>) => void;
}

/** Every error as the contract says it: a code, and a sentence in the person's language. */
export function answerErrors(app: FastifyInstance, { report }: FaultDeps): void {
  app.decorateRequest('reportFault', function (error) {
    report(error, { part: 'panel', route: this.routeOptions.url ?? 'none', requestId: this.id });
  });
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    if (error instanceof AppError) {
      const status = statusOf(error.code);
      const { current } = request.routeOptions.config;
      return fail(request, reply, {
        status,
        ...sayError(request, error),
        ...(status === 409 && current ? { current: await shownAlong(request, () => current(request)) } : {}),
      });
    }
    // An address with a malformed name in it is one of nothing.
    if (error.validationContext === 'params') return notFound(request, reply);
    if (error instanceof TooFastError) {
      void reply.header('retry-after', error.waitSeconds);
      return failAs(request, reply, 429, 'tooFast');
    }
    if (error instanceof BusyError) {
      void reply.header('retry-after', error.waitSeconds);
      return failAs(request, reply, 503, 'away');
    }
    const issues = issuesOf(error);
    if (issues) {
      return failAs(request, reply, 400, 'request', fieldsOf(issues, error.validationContext ?? 'body'));
    }
    const status = error.statusCode ?? 500;
    if (status < 500) {
      const code = MALFORMED[status] ?? 'request';
      return failAs(request, reply, status, code, code === 'request' ? { body: 'no JSON' } : undefined);
    }
    const code = faultOf(error);
    // That Telegram is unavailable is told by what watches it.
    if (!isTelegramUnavailable(error)) request.reportFault(error);
    if (code === 'fault') return failAs(request, reply, 500, code);
    void reply.header('retry-after', RETRY_SECONDS);
    return failAs(request, reply, 503, code);
  });
  app.setNotFoundHandler(notFound);
}

/** Of what somebody sent, as they sent it: what fails to be read anywhere else is a fault of ours. */
function issuesOf(error: FastifyError): readonly z.core.$ZodIssue[] | null {
  if (error instanceof MalformedError) return error.issues;
  return error instanceof z.ZodError && error.validationContext !== undefined ? error.issues : null;
}

function isTelegramUnavailable(error: unknown): boolean {
  return isDeliveryFailure(error, 'not-sent', 'unknown');
}

function faultOf(error: unknown): 'away' | 'fault' {
  return isUnavailable(error) || isTelegramUnavailable(error) ? 'away' : 'fault';
}

/** What a refusal shows along where it can be read: it is told without it as well. */
export async function shownAlong<Thing>(
  request: FastifyRequest,
  read: () => Promise<Thing>,
): Promise<Thing | undefined> {
  try {
    return await read();
  } catch (error) {
    // Gone meanwhile.
    if (!(error instanceof AppError)) request.reportFault(error);
    return undefined;
  }
}

function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return fail(request, reply, { status: 404, ...sayError(request, new AppError('notFound')) });
}

function failAs(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  code: PanelFault,
  fields?: Record<string, string>,
): FastifyReply {
  const message = say(request, `panel.fault.${code}`);
  return fail(request, reply, { status, code, message, ...(fields ? { fields } : {}) });
}

function fail(
  { id: requestId }: FastifyRequest,
  reply: FastifyReply,
  {
    status,
    ...error
  }: {
    status: number;
    code: string;
    message: string;
    fields?: Record<string, string>;
    current?: unknown;
  },
): FastifyReply {
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send({ error: { ...error, requestId } });
}

/** Why one of several did not come out; where a state forbids it, with the thing as it now stands. */
export function sayRefusal<Thing>(
  request: FastifyRequest,
  error: unknown,
  current: Thing | undefined,
): { code: string; message: string; current?: Thing } {
  if (!(error instanceof AppError)) {
    const code = faultOf(error);
    return { code, message: say(request, `panel.fault.${code}`) };
  }
  return { ...sayError(request, error), ...(statusOf(error.code) === 409 && current ? { current } : {}) };
}

/** What cannot be, as an answer says it. */
function sayError(request: FastifyRequest, { code, params }: AppError): { code: string; message: string } {
  // The bots' words for it lead to their own menu.
  const key = code === 'notFound' ? 'panel.fault.notFound' : (`errors.${code}` as const);
  return { code, message: say(request, key, params) };
}

/** Plain words: a page shows them as they are. */
export function say(
  request: FastifyRequest,
  key: Parameters<ReturnType<typeof translator>['plain']>[0],
  params: Readonly<Record<string, string | number>> = {},
): string {
  return translator(languageOf(request)).plain(key, params);
}

/** The same of a text whose name is made of what the database says; what has none is shown as it is. */
export function sayNamed(
  request: FastifyRequest,
  group: string,
  name: string,
  params: Readonly<Record<string, string | number>> = {},
): string {
  return translator(languageOf(request)).plainNamed(group, name, params);
}

function languageOf({ session, headers }: FastifyRequest): Language {
  return session?.person.language ?? suggestLanguage(headers['accept-language']?.split(/[,;]/)[0]);
}

/**
 * Which part of what was sent is wrong, and how.
 * @param whole what to call what is wrong as a whole
 */
function fieldsOf(issues: readonly z.core.$ZodIssue[], whole: string): Record<string, string> {
  const named = issues.flatMap((issue): [string, string][] => {
    const place = issue.path.join('.');
    const below = (name: string) => (place === '' ? name : `${place}.${name}`);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [below(key), issue.message]);
    if (issue.code === 'invalid_union') {
      const nearest = nearestOf(issue.errors);
      if (nearest) return Object.entries(fieldsOf(nearest, '')).map(([name, said]) => [below(name), said]);
    }
    return [[place, issue.message]];
  });
  return Object.fromEntries(named.map(([name, said]) => [name.replace(/\.$/, '') || whole, said]));
}

/** Of several that it might have been, the one that it misses by the least. */
function nearestOf<T>(tried: readonly (readonly T[])[]): readonly T[] | undefined {
  return tried.toSorted((one, other) => one.length - other.length)[0];
}
