import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/**
 * - `handled`: came out; `seen-before`: a repetition of one that did
 * - `failed`: a fault of ours, reported; Telegram is not asked again
 * - `unavailable`: Postgres or Redis cannot be reached or refuses, or another process has the update in hand: Telegram
 *   was asked to send it again
 * - `ignored`: of a kind, or with a part, that cannot be used; it is answered with 200
 * - `refused`: no update of a bot of ours, or without its secret
 */
export type CountedOutcome = 'handled' | 'seen-before' | 'failed' | 'unavailable' | 'ignored' | 'refused';

/** `limited`: 429; `unreachable`: no answer. */
export type CallResult = 'ok' | 'refused' | 'limited' | 'failed' | 'unreachable';

export interface QueueMetrics {
  queue: string;
  jobs: Readonly<Record<string, number>>;
  /** How long the oldest job that could run has been waiting. */
  lagSeconds: number;
}

export interface DatabaseMetrics {
  liveBots: number;
  /** People with one, or more, at a bot. */
  liveSubscriptions: number;
  /** Due, and in nobody's hand. */
  outboxDue: number;
  outboxOldestSeconds: number;
  /** Attempts to pay whose money may come. */
  runningAttempts: number;
  openRefunds: number;
  /** Of the panel, that last. */
  panelSessions: number;
}

/** What Prometheus is told. Labels are words of ours alone: no tenant's name, id or token. */
export interface Metrics {
  updateEnded(outcome: CountedOutcome): void;
  updateTook(seconds: number): void;
  callEnded(method: string, result: CallResult, seconds: number): void;
  /** A provider of payments called. @param outcome the protocol's own code */
  callbackEnded(about: { provider: string; method: string; outcome: string }, seconds: number): void;
  /** @param request its group is what the route is about, of a list of ours */
  panelRequestEnded(request: { group: string; status: number }, seconds: number): void;
  panelHolds(what: 'streams' | 'files', count: number): void;
  jobFailed(queue: string): void;
  /** The books of a bot, or of the platform, were counted for analytics. */
  buildEnded(outcome: 'built' | 'elsewhere' | 'failed', seconds: number): void;
  /** In Prometheus's text format. What could not be read now is left out rather than shown old. */
  render(metrics: {
    queues: readonly QueueMetrics[] | null;
    database: DatabaseMetrics | null;
  }): Promise<string>;
  readonly contentType: string;
}

/** Gauges whose names say counter: Prometheus's own check minds them. The same stands in those without `_total`. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
] as const;

/** The targets are 0.2, 0.5 and 1 s for p50, p95 and p99. */
const UPDATE_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 2.5, 5, 10, 30];
/** Behind 2 s nobody waits for it; 120 s end it. */
const BUILD_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120];
const CALL_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

/** A registry of its own for each app: one process can hold several. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);

  const updates = new Counter({
    name: 'getolog_updates_total',
    help: 'Updates by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const updateSeconds = new Histogram({
    name: 'getolog_update_duration_seconds',
    help: 'How long updates took to handle',
    buckets: UPDATE_SECONDS,
    registers,
  });
  const calls = new Counter({
    name: 'getolog_bot_api_calls_total',
    help: 'Calls to the Bot API by method and result',
    labelNames: ['method', 'result'],
    registers,
  });
  const callSeconds = new Histogram({
    name: 'getolog_bot_api_call_duration_seconds',
    help: 'How long calls to the Bot API took',
    labelNames: ['method'],
    buckets: CALL_SECONDS,
    registers,
  });
  const callbacks = new Counter({
    name: 'getolog_provider_callbacks_total',
    help: 'Calls of payment providers by provider, method and outcome',
    labelNames: ['provider', 'method', 'outcome'],
    registers,
  });
  const callbackSeconds = new Histogram({
    name: 'getolog_provider_callback_duration_seconds',
    help: 'How long calls of payment providers took to answer',
    labelNames: ['provider', 'method'],
    buckets: CALL_SECONDS,
    registers,
  });
  const panel = createPanelMetrics(registers);
  const failures = new Counter({
    name: 'getolog_queue_failures_total',
    help: 'Jobs that failed',
    labelNames: ['queue'],
    registers,
  });
  const builds = new Histogram({
    name: 'getolog_facts_build_duration_seconds',
    help: 'How long it took to count the books for analytics, by outcome; elsewhere: another process was at it',
    labelNames: ['outcome'],
    buckets: BUILD_SECONDS,
    registers,
  });
  const gauges = createGauges(registers);

  return {
    updateEnded: (outcome) => updates.inc({ outcome }),
    updateTook: (seconds) => updateSeconds.observe(seconds),
    callEnded(method, result, seconds) {
      calls.inc({ method, result });
      callSeconds.observe({ method }, seconds);
    },
    callbackEnded({ provider, method, outcome }, seconds) {
      callbacks.inc({ provider, method, outcome });
      callbackSeconds.observe({ provider, method }, seconds);
    },
    ...panel,
    jobFailed: (queue) => failures.inc({ queue }),
    buildEnded: (outcome, seconds) => builds.observe({ outcome }, seconds),
    render({ queues, database }) {
      gauges.show(queues, database);
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

/** Lasts as long as somebody looks: how long says nothing. */
const STREAMS = 'events';

function createPanelMetrics(registers: Registry[]): Pick<Metrics, 'panelRequestEnded' | 'panelHolds'> {
  const requests = new Counter({
    name: 'getolog_panel_requests_total',
    help: 'Requests of the panel by group of routes and status',
    labelNames: ['group', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'getolog_panel_request_duration_seconds',
    help: 'How long requests of the panel took to answer, streams of events left out',
    labelNames: ['group'],
    buckets: CALL_SECONDS,
    registers,
  });
  const held = {
    streams: new Gauge({
      name: 'getolog_panel_streams',
      help: 'Streams of events that are open',
      registers,
    }),
    files: new Gauge({
      name: 'getolog_panel_receipt_files',
      help: 'Files of receipts that are being given out',
      registers,
    }),
  };
  return {
    panelRequestEnded({ group, status }, took) {
      requests.inc({ group, status });
      if (group !== STREAMS) seconds.observe({ group }, took);
    },
    panelHolds: (what, count) => held[what].set(count),
  };
}

/** What is read at the scrape. */
function createGauges(registers: Registry[]) {
  const jobs = new Gauge({
    name: 'getolog_queue_jobs',
    help: 'Jobs by queue and state',
    labelNames: ['queue', 'state'],
    registers,
  });
  const lag = new Gauge({
    name: 'getolog_queue_lag_seconds',
    help: 'How long the oldest job that could run has been waiting',
    labelNames: ['queue'],
    registers,
  });
  const ofDatabase = [
    ['liveBots', new Gauge({ name: 'getolog_live_bots', help: 'Bots that are run', registers })],
    [
      'liveSubscriptions',
      new Gauge({
        name: 'getolog_live_subscriptions',
        help: 'People with an active subscription',
        registers,
      }),
    ],
    [
      'outboxDue',
      new Gauge({ name: 'getolog_outbox_due', help: 'Outbox messages due, in no hand', registers }),
    ],
    [
      'outboxOldestSeconds',
      new Gauge({
        name: 'getolog_outbox_oldest_seconds',
        help: 'How long the oldest of them has been due',
        registers,
      }),
    ],
    [
      'runningAttempts',
      new Gauge({
        name: 'getolog_running_payment_attempts',
        help: 'Attempts to pay whose money may come',
        registers,
      }),
    ],
    [
      'openRefunds',
      new Gauge({ name: 'getolog_open_refunds', help: 'Payments that are to be returned', registers }),
    ],
    [
      'panelSessions',
      new Gauge({ name: 'getolog_panel_sessions', help: 'Devices signed in to the panel', registers }),
    ],
  ] as const;

  return {
    show(queues: readonly QueueMetrics[] | null, database: DatabaseMetrics | null): void {
      jobs.reset();
      lag.reset();
      for (const { queue, jobs: states, lagSeconds } of queues ?? []) {
        for (const [state, count] of Object.entries(states)) jobs.set({ queue, state }, count);
        lag.set({ queue }, lagSeconds);
      }
      for (const [name, gauge] of ofDatabase) {
        if (database) gauge.set(database[name]);
        else gauge.remove();
      }
    },
  };
}
