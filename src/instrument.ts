import { describeError } from './infra/error-record.ts';
import { scrub } from './infra/scrub.ts';

export interface FaultReporter {
  report(error: unknown, tags: Record<string, string>): void;
  /** Sends what waits, at most `timeoutMs`. */
  flush(timeoutMs: number): Promise<void>;
}

export interface ReportingOptions {
  dsn: string | undefined;
  environment: string;
  tracesSampleRate: number;
}

const SILENT: FaultReporter = { report: () => undefined, flush: () => Promise.resolve() };

/**
 * Sentry, or nothing where there is no DSN. What leaves the process is made from what logs may say of an error: no
 * request, no variables, no breadcrumbs, and every text scrubbed.
 */
export async function startReporting(options: ReportingOptions): Promise<FaultReporter> {
  if (options.dsn === undefined) return SILENT;
  // Loaded only where it is used: it costs more memory than everything else of ours.
  const Sentry = await import('@sentry/node');
  Sentry.init({
    dsn: options.dsn,
    environment: options.environment,
    tracesSampleRate: options.tracesSampleRate,
    defaultIntegrations: false,
    beforeSend: (event, hint) => {
      const record = describeError(hint.originalException);
      const exception = { type: record.name, value: scrub(record.message) };
      const stacktrace = event.exception?.values?.at(-1)?.stacktrace;
      return {
        type: undefined,
        ...pick(event),
        exception: { values: [stacktrace ? { ...exception, stacktrace } : exception] },
      };
    },
  });
  return {
    report: (error, tags) => void Sentry.captureException(error, { tags }),
    flush: async (timeoutMs) => void (await Sentry.flush(timeoutMs)),
  };
}

type Kept = 'event_id' | 'timestamp' | 'level' | 'platform' | 'environment' | 'release' | 'tags';
const KEPT: readonly Kept[] = [
  'event_id',
  'timestamp',
  'level',
  'platform',
  'environment',
  'release',
  'tags',
];

function pick<E extends { [K in Kept]?: unknown }>(event: E): Pick<E, Kept> {
  return Object.fromEntries(KEPT.map((key) => [key, event[key]])) as Pick<E, Kept>;
}
