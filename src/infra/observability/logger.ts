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

/** As much waits at most. */
const WRITE_FROM_BYTES = 4_096;

/**
 * Everything that is logged in one turn of the event loop is written at its end, and the last of it before the process ends: a
 * write of its own for every line would cost more than the line.
 */
function openStdout(): { write(line: string): void } {
  const stdout = pino.destination({ fd: process.stdout.fd, sync: true, minLength: WRITE_FROM_BYTES });
  let isDue = false;
  function flush(): void {
    isDue = false;
    stdout.flush();
  }
  process.once('exit', () => stdout.flushSync());
  return {
    write(line) {
      stdout.write(line);
      if (isDue) return;
      isDue = true;
      setImmediate(flush);
    },
  };
}

/** Logs to stdout. Every finished line is scrubbed as text, so that no field can hide a secret from it. */
export function createLogger({ level, format, destination = openStdout() }: LoggerOptions): Logger {
  const sink: DestinationStream = { write: (line) => void destination.write(scrub(line)) };
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
