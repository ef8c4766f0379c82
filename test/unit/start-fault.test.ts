import { expect, test } from 'vitest';
import { EnvironmentFileError } from '../../src/infra/environment-file.ts';
import { MigrationError } from '../../src/infra/postgres/migrations.ts';
import { RedisUnreachableError } from '../../src/infra/redis/redis.ts';
import { atStep, explainStart, type StartStep } from '../../src/start-fault.ts';

const DATABASE: StartStep = {
  kind: 'database',
  url: 'postgresql://seller:hunter2@db.example.com:5432/books',
  variable: 'DATABASE_URL',
};
const REDIS: StartStep = { kind: 'redis', url: 'redis://:hunter2@redis.example.com:6379' };
const LISTEN: StartStep = { kind: 'listen', host: '127.0.0.1', port: 80 };
const EMBEDDED: StartStep = { kind: 'embedded', dataDir: '.data' };

function coded(code: string, message = 'something'): Error {
  return Object.assign(new Error(message), { code });
}

async function told(step: StartStep, error: unknown): Promise<string | null> {
  return atStep(step, () => Promise.reject(error)).then(() => null, explainStart);
}

test.each<[string, StartStep, unknown, RegExp]>([
  ['a wrong password', DATABASE, coded('28P01'), /refuses the user “seller” or its password/],
  ['a database that is not there', DATABASE, coded('3D000'), /has no database “books”/],
  [
    'a user without the right',
    DATABASE,
    new MigrationError('The migration x failed', { cause: coded('42501') }),
    /may not change the database “books”/,
  ],
  [
    'a full disk of Postgres',
    DATABASE,
    new MigrationError('x failed', { cause: coded('53100') }),
    /disk is full/,
  ],
  ['a replica', DATABASE, coded('25006'), /is a replica/],
  ['too many connections', DATABASE, coded('53300'), /no connection left/],
  ['a database nowhere', DATABASE, coded('ECONNREFUSED'), /db\.example\.com .*cannot be reached/],
  [
    'a name with several addresses, none of which answers',
    DATABASE,
    new AggregateError([coded('ETIMEDOUT'), coded('ENETUNREACH')]),
    /cannot be reached/,
  ],
  [
    'a certificate that is not there',
    DATABASE,
    Object.assign(coded('ENOENT', "ENOENT: no such file, open '/etc/ca.crt'"), { path: '/etc/ca.crt' }),
    /certificate file .*ca\.crt/,
  ],
  ['no TLS there', DATABASE, new Error('The server does not support SSL connections'), /sslmode/],
  ['a certificate of its own', DATABASE, coded('x', 'self-signed certificate'), /sslrootcert/],
  [
    'a newer database',
    DATABASE,
    new MigrationError('It is newer than the program.'),
    /newer than the program/,
  ],
  [
    'Redis nowhere',
    REDIS,
    new RedisUnreachableError('x', { cause: coded('ECONNREFUSED') }),
    /cannot be reached/,
  ],
  [
    'a wrong password of Redis',
    REDIS,
    new RedisUnreachableError('x', { cause: new Error('WRONGPASS x') }),
    /password/,
  ],
  [
    'too few rights at Redis',
    REDIS,
    new RedisUnreachableError('x', { cause: new Error('NOPERM x') }),
    /allow/,
  ],
  ['a port in use', LISTEN, coded('EADDRINUSE'), /Port 80 at 127\.0\.0\.1 is taken/],
  ['a port for root', LISTEN, coded('EACCES'), /may not listen on port 80/],
  ['an address of another machine', LISTEN, coded('EADDRNOTAVAIL'), /no address 127\.0\.0\.1/],
  [
    'a directory of somebody else',
    EMBEDDED,
    new Error("EACCES: permission denied, mkdir '.data'"),
    /cannot be written/,
  ],
  ['a full disk', EMBEDDED, new Error('initdb: No space left on device'), /disk is full/],
  ['no Redis on this machine', EMBEDDED, new Error('There is no Redis here. Install it.'), /no Redis here/],
  ['a full disk of this machine', { kind: 'other' }, coded('ENOSPC'), /disk is full/],
  ['an unreadable .env', { kind: 'other' }, new EnvironmentFileError('.env cannot be read'), /\.env/],
])('%s is told in one sentence, without a password', async (_what, step, error, sentence) => {
  const words = await told(step, error);
  expect(words).toMatch(sentence);
  expect(words).not.toContain('hunter2');
  expect(words).not.toContain('\n');
});

test('a fault that is not known has no sentence: it belongs into the log', async () => {
  expect(await told(DATABASE, new TypeError('x is not a function'))).toBeNull();
  expect(await told(LISTEN, coded('EIO'))).toBeNull();
});
