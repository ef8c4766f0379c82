import { Writable } from 'node:stream';
import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { describeError } from './error-record.ts';
import { scrub } from './scrub.ts';

export interface LoggerOptions {
  level: string;
  format: 'json' | 'pretty';
  /** Absent: stdout. */
  destination?: { write(line: string): unknown };
}

/** Fields whose value is secret whatever it looks like. */
const SECRET_FIELDS = [
  'token',
  'bot_token',
  'botToken',
  'encryptedToken',
  'cardNumber',
  'card_number',
  'cardHolder',
  'receiptFileId',
  'screenshot_file_id',
  'file_id',
  'text',
  'caption',
  'authorization',
  'cookie',
  'initData',
  'password',
  'payload',
];

/**
 * What is logged in one turn of the event loop is written at its end, and the last of it where the process ends by itself: a
 * write of its own for every line would cost more than the line.
 */
function createTurnWriter(write: (text: string) => void): { write(line: string): void } {
  let waiting = '';
  function flush(): void {
    const text = waiting;
    waiting = '';
    if (text !== '') write(text);
  }
  process.once('exit', flush);
  return {
    write(line) {
      if (waiting === '') setImmediate(flush);
      waiting += line;
    },
  };
}

/** Logs to stdout. Every finished line is scrubbed as text, so that no field can hide a secret from it. */
export function createLogger({ level, format, destination }: LoggerOptions): Logger {
  const written = destination ?? createTurnWriter((text) => process.stdout.write(text));
  const sink: DestinationStream = { write: (line) => void written.write(scrub(line)) };
  const options = {
    level,
    base: null,
    serializers: { err: describeError, error: describeError },
    redact: {
      paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[secret]',
    },
  };
  if (format === 'json') return pino(options, sink);
  const target = new Writable({
    write(chunk: Buffer, _encoding, done) {
      sink.write(chunk.toString('utf8'));
      done();
    },
  });
  return pino(options, pretty({ destination: target, sync: true, ignore: 'pid,hostname' }));
}

/** For lines whose fields are all known and none a secret: to look for secret fields costs more than the rest of a line. */
export function withoutSecretFields(logger: Logger): Logger {
  return logger.child({}, { redact: [] });
}
