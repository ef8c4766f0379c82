import { z } from 'zod';
import { isApiMethod, isErrorCode, isErrorName, isProgramFile } from './fault-record.ts';

/**
 * What may stand in an envelope for Sentry, field by field. Whatever is not named here stays in the process, so that a
 * new version of the library, or a careless line of ours, adds nothing to what is sent.
 */
export const hex = (length: number) => z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`));
const maybe = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
export const seconds = z.number();
export const place = z.int().nonnegative().max(999_999);
export const threadId = z.string().regex(/^\d{1,4}$/);
const word = z.string().regex(/^[a-z][A-Za-z-]{0,40}$/);

/** `400 sendMessage`: a code and a method, and never a sentence. */
const value = z.string().refine((text) => {
  const words = text.split(' ').filter(Boolean);
  return words.length <= 2 && words.every((one) => isErrorCode(one) || isApiMethod(one));
});

const frame = z.object({
  filename: z.string().refine(isProgramFile),
  lineno: place,
  colno: place,
  in_app: maybe(z.boolean()),
});

const exception = z.object({
  type: z.string().refine(isErrorName).catch('Error'),
  value: value.catch(''),
  stacktrace: maybe(
    z.object({
      frames: z.array(frame.nullable().catch(null)).transform((all) => all.filter((one) => one !== null)),
    }),
  ),
});

/** The tenant is the bot's Telegram id, which is shorter than any card number. */
const tags = z.object({
  tenant: maybe(z.string().regex(/^\d{1,12}$/)),
  update: maybe(z.string().regex(/^\d{1,10}$/)),
  item: maybe(z.string().regex(/^\d{1,10}$/)),
  job: maybe(word),
  outbox: maybe(word),
  part: maybe(word),
  route: maybe(z.string().regex(/^(?:\/[a-z]+(?:\.csv)?|\/:[a-zA-Z]+|\/\*)+\/?$/)),
});

const common = {
  event_id: hex(32),
  timestamp: seconds,
  tags: maybe(tags),
};

export const safeEvent = z.object({
  ...common,
  level: z.enum(['fatal', 'error', 'warning', 'info', 'debug']).catch('error'),
  exception: maybe(z.object({ values: z.array(exception) })),
});

/** What is traced has names of two words: the kind of work, and which. */
const spanName = z
  .string()
  .regex(/^(?:update|job|outbox) [a-z][A-Za-z_-]{1,40}$/)
  .catch('other');
const status = z.enum(['ok', 'internal_error', 'unknown_error', 'cancelled']).catch('unknown_error');
const op = z.enum(['update', 'job', 'outbox']);

const trace = {
  trace_id: hex(32),
  span_id: hex(16),
  parent_span_id: maybe(hex(16)),
  op: maybe(op),
  status: maybe(status),
};

export const safeTransaction = z.object({
  ...common,
  type: z.literal('transaction'),
  start_timestamp: seconds,
  transaction: spanName,
  contexts: z.object({
    trace: z.object({ ...trace, data: maybe(z.object({ 'thread.id': maybe(threadId) })) }),
    // By these two Sentry finds a profile: who made it, and of which thread.
    profile: maybe(z.object({ profiler_id: hex(32) })),
  }),
  spans: z
    .array(z.object({ ...trace, start_timestamp: seconds, timestamp: seconds, description: spanName }))
    .catch([]),
});
