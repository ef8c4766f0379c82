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

/** Logs to stdout. Every finished line is scrubbed as text, so that no field can hide a secret from it. */
export function createLogger({ level, format, destination = process.stdout }: LoggerOptions): Logger {
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
