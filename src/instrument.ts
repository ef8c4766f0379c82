import { readFileSync } from 'node:fs';
import type { NodeOptions } from '@sentry/node';
import { createAllowance } from './infra/allowance.ts';
import { type FaultRecord, kindOfFault, recordFault } from './infra/fault-record.ts';
import { safeEvent, safeTransaction } from './infra/safe-envelope.ts';

/** What is being done, in the words that traces and tags may use. */
type TraceKind = 'update' | 'job' | 'promise';

/** Runs `work` as one piece of a trace. */
export type Trace = <T>(
  kind: TraceKind,
  what: string,
  tags: Record<string, string>,
  work: () => Promise<T>,
) => Promise<T>;

export interface FaultReporter {
  /** @param tags `tenant` (a bot's Telegram id), `update`, `job`, `promise`, `item`, `part`, `route`; others are not sent */
  report(error: unknown, tags: Record<string, string>): void;
  trace: Trace;
  /** Sends what waits, at most `timeoutMs`. */
  flush(timeoutMs: number): Promise<void>;
}

export interface ReportingOptions {
  dsn: string | undefined;
  environment: string;
  tracesSampleRate: number;
  /** Where the program stood in version control, if that is known. */
  commit?: string | undefined;
  /** Milliseconds of a clock that never goes back. */
  now?: () => number;
}

/** Free plans take some thousands a month: one fault in a loop must not eat them. */
const EVENTS_PER_KIND = 20;
const HOUR_MS = 3_600_000;
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
  Sentry.init({
    dsn: options.dsn,
    environment: options.environment,
    release,
    tracesSampleRate: options.tracesSampleRate,
    // GlitchTip knows no streamed spans.
    traceLifecycle: 'static',
    // Nothing is patched, and nothing collected: traces are what we say ourselves.
    defaultIntegrations: false,
    enableRuntimeChannelInjection: false,
    tracePropagationTargets: [],
    maxBreadcrumbs: 0,
    sendClientReports: false,
    transport: (transport) =>
      guarded(Sentry.makeNodeTransport(transport), { release, environment: options.environment }),
  });
  const isAllowed = createAllowance({
    limit: EVENTS_PER_KIND,
    perMs: HOUR_MS,
    maxKinds: MAX_KINDS,
    ...(options.now && { now: options.now }),
  });
  return {
    report(error, tags) {
      const records = recordFault(error);
      if (!isAllowed(kindOfFault(records))) return;
      Sentry.captureEvent({
        level: 'error',
        tags,
        exception: { values: records.map(toException).reverse() },
      });
    },
    trace: (kind, what, tags, work) =>
      // The tags belong to the scope around the span: Sentry reads them there when the span ends.
      Sentry.withScope((scope) => {
        scope.setTags(tags);
        return Sentry.startSpan({ name: `${kind} ${what}`, op: kind }, work);
      }),
    flush: async (timeoutMs) => void (await Sentry.flush(timeoutMs)),
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

/** The one door: what is no event or transaction, and every field that is not known, stays inside. */
function guarded(transport: Transport, known: { release: string; environment: string }): Transport {
  return {
    send(envelope) {
      const items = envelope[1].flatMap(([header, payload]) => {
        const safe = safePayload(header.type, payload);
        return safe ? [[{ type: header.type }, { ...safe, ...known, platform: 'node' }] as const] : [];
      });
      const [first] = items;
      if (!first) return Promise.resolve({});
      // The protocol wants the event's id before the event.
      const header = { event_id: first[1].event_id, sent_at: new Date().toISOString() };
      // A pair of the types' own parts, which they join in one union only.
      return transport.send([header, items] as unknown as Envelope);
    },
    flush: (timeoutMs) => transport.flush(timeoutMs),
  };
}

function safePayload(type: string, payload: unknown): { event_id: string } | undefined {
  if (type === 'event') return safeEvent.safeParse(payload).data;
  if (type === 'transaction') return safeTransaction.safeParse(payload).data;
  return undefined;
}

function releaseOf(commit: string | undefined): string {
  const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    name: string;
    version: string;
  };
  return `${name}@${version}${commit === undefined ? '' : `+${commit.slice(0, 12)}`}`;
}
