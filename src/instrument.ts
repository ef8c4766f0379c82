import { readFileSync } from 'node:fs';
import type { NodeOptions, profiler as SentryProfiler, Span } from '@sentry/node';
import { type FaultRecord, kindOfFault, recordFault } from './infra/observability/fault-record.ts';
import { safeEvent, safeTransaction } from './infra/observability/safe-envelope.ts';
import { safeProfile } from './infra/observability/safe-profile.ts';
import { createRateLimiter } from './shared/async/rate-limiter.ts';
import { HOUR_MS } from './shared/durations.ts';

/** What is being done, in the words that traces and tags may use. */
type TraceKind = 'update' | 'job' | 'outbox';

/** Runs `work` as one piece of a trace. */
export type Trace = <T>(
  kind: TraceKind,
  what: string,
  tags: Record<string, string>,
  work: () => Promise<T>,
) => Promise<T>;

export interface FaultReporter {
  /** @param tags `tenant` (a bot's Telegram id), `update`, `job`, `outbox`, `item`, `part`, `route`; others are not sent */
  report(error: unknown, tags: Record<string, string>): void;
  trace: Trace;
  /** Sends what waits, at most `timeoutMs`. */
  flush(timeoutMs: number): Promise<void>;
}

export interface ReportingOptions {
  dsn: string | undefined;
  environment: string;
  tracesSampleRate: number;
  /** The share of what is traced. */
  profilesSampleRate: number;
  /** Where the program stood in version control, if that is known. */
  commit?: string | undefined;
  /** Milliseconds of a clock that never goes back. */
  now?: () => number;
}

/** Free plans take some thousands a month: one fault in a loop must not eat them. */
const EVENTS_PER_KIND = 20;
/** More kinds than a program of this size has places to fail at. */
const MAX_KINDS = 1_000;

/** Without a DSN: nothing is kept, sent or traced. */
export const SILENT: FaultReporter = {
  report: () => undefined,
  trace: (_kind, _what, _tags, work) => work(),
  flush: () => Promise.resolve(),
};

/**
 * Sentry, or GlitchTip, which speaks the same protocol; nothing where there is no DSN. Every envelope passes one door,
 * which builds it anew from the few fields that are known to hold no secret.
 */
export async function startReporting(options: ReportingOptions): Promise<FaultReporter> {
  if (options.dsn === undefined) return SILENT;
  // Loaded only where it is used: it costs more memory than everything else of ours.
  const Sentry = await import('@sentry/node');
  const release = releaseOf(options.commit);
  const profiler = options.profilesSampleRate > 0 ? await loadProfiler() : null;
  Sentry.init({
    dsn: options.dsn,
    environment: options.environment,
    release,
    tracesSampleRate: options.tracesSampleRate,
    // GlitchTip knows no streamed spans.
    traceLifecycle: 'static',
    // Nothing is patched, and nothing collected: traces are what we say ourselves.
    defaultIntegrations: false,
    integrations: profiler?.integration ? [profiler.integration] : [],
    // Whether to profile is decided for each work; the library would decide once for the life of the process.
    profileLifecycle: 'manual',
    profileSessionSampleRate: 1,
    enableRuntimeChannelInjection: false,
    tracePropagationTargets: [],
    maxBreadcrumbs: 0,
    sendClientReports: false,
    transport: (transport) =>
      guarded(Sentry.makeNodeTransport(transport), { release, environment: options.environment }),
  });
  const isAllowed = createRateLimiter({
    limit: EVENTS_PER_KIND,
    perMs: HOUR_MS,
    maxKinds: MAX_KINDS,
    ...(options.now && { now: options.now }),
  });
  const isProfiled = (span: Span) =>
    profiler?.integration !== undefined &&
    span.isRecording() &&
    // What is a part of other work has the same fate.
    Sentry.getRootSpan(span) === span &&
    Math.random() < options.profilesSampleRate;
  const report: FaultReporter['report'] = (error, tags) => {
    const records = recordFault(error);
    if (!isAllowed(kindOfFault(records))) return;
    Sentry.captureEvent({
      level: 'error',
      tags,
      exception: { values: records.map(toException).reverse() },
    });
  };
  const profiled = sharedBy(Sentry.profiler, (fault) => report(fault, { part: 'profiler' }));
  if (profiler?.fault !== undefined) report(profiler.fault, { part: 'profiler' });
  return {
    report,
    trace: (kind, what, tags, work) =>
      // The tags belong to the scope around the span: Sentry reads them there when the span ends.
      Sentry.withScope((scope) => {
        scope.setTags(tags);
        return Sentry.startSpan({ name: `${kind} ${what}`, op: kind }, (span) =>
          isProfiled(span) ? profiled(work) : work(),
        );
      }),
    flush: async (timeoutMs) => void (await Sentry.flush(timeoutMs)),
  };
}

/** A binary for this machine and this Node, which must be an even one. Faults are reported without it, too. */
async function loadProfiler() {
  try {
    if (Number.parseInt(process.versions.node, 10) % 2 !== 0) throw new Error('No profiler for this Node');
    const { nodeProfilingIntegration } = await import('@sentry/profiling-node');
    return { integration: nodeProfilingIntegration() };
  } catch (fault) {
    return { fault };
  }
}

/**
 * There is one profiler for everything: it runs as long as any work that it was started for. What fails in it is told
 * to `onFault`, and never costs the work.
 */
function sharedBy(
  profiler: typeof SentryProfiler,
  onFault: (fault: unknown) => void,
): <T>(work: () => Promise<T>) => Promise<T> {
  let works = 0;
  const attempt = (act: () => void) => {
    try {
      act();
    } catch (fault) {
      onFault(fault);
    }
  };
  return async (work) => {
    if (works === 0) attempt(profiler.startProfiler);
    works += 1;
    try {
      return await work();
    } finally {
      works -= 1;
      if (works === 0) attempt(profiler.stopProfiler);
    }
  };
}

/** Sentry wants the outermost frame first. */
function toException({ name, code, method, frames }: FaultRecord) {
  return {
    type: name,
    value: [code, method].filter(Boolean).join(' '),
    stacktrace: {
      frames: frames
        .map(({ file, line, column }) => ({
          filename: file,
          lineno: line,
          colno: column,
          in_app: !file.startsWith('node_modules/'),
        }))
        .reverse(),
    },
  };
}

type Transport = ReturnType<NonNullable<NodeOptions['transport']>>;
type Envelope = Parameters<Transport['send']>[0];

/** The one door: what is no event, transaction or profile, and every field that is not known, stays inside. */
function guarded(transport: Transport, known: { release: string; environment: string }): Transport {
  return {
    // Asynchronous, so that nothing that fails here is thrown into what sends: a profile is sent by a timer, too.
    async send(envelope) {
      const items = envelope[1].flatMap(([{ type }, payload]) => {
        const safe = safeItem(type, payload);
        return safe ? [{ ...safe, payload: { ...safe.payload, ...known, platform: 'node' } }] : [];
      });
      const [first] = items;
      if (!first) return {};
      // The protocol wants the event's id before the event.
      const header = { event_id: first.id, sent_at: new Date().toISOString() };
      const body = items.map((item) => [item.header, item.payload]);
      // A pair of the types' own parts, which they join in one union only.
      return transport.send([header, body] as unknown as Envelope);
    },
    flush: (timeoutMs) => transport.flush(timeoutMs),
  };
}

function safeItem(
  type: string,
  payload: unknown,
): { id: string; header: object; payload: object } | undefined {
  if (type === 'profile_chunk') {
    const { data } = safeProfile.safeParse(payload);
    return data && { id: data.chunk_id, header: { type, platform: 'node' }, payload: data };
  }
  const schema = type === 'event' ? safeEvent : type === 'transaction' ? safeTransaction : null;
  const data = schema?.safeParse(payload).data;
  return data && { id: data.event_id, header: { type }, payload: data };
}

function releaseOf(commit: string | undefined): string {
  const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    name: string;
    version: string;
  };
  return `${name}@${version}${commit === undefined ? '' : `+${commit.slice(0, 12)}`}`;
}
