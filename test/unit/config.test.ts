import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, ENVIRONMENT_NAMES, loadConfig } from '../../src/config.ts';
import { generateFernetKey } from '../../src/infra/crypto/fernet.ts';

const TOKEN = `123456789:${'A'.repeat(35)}`;

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('the environment', () => {
  it('needs nothing but a bot token', () => {
    expect(loadConfig({ BOT_TOKEN: TOKEN, SERVER_URL: '' })).toMatchObject({
      botToken: TOKEN,
      serverUrl: undefined,
      host: '127.0.0.1',
      port: 8443,
      timeZone: 'Asia/Tashkent',
      takeOver: false,
      intervals: { sweepSeconds: 60 },
    });
  });

  it('lists every fault at once, and repeats no secret', () => {
    const faults = faultsOf({
      BOT_TOKEN: 'secret-but-wrong',
      DATABASE_URL: 'mysql://user:hunter2@db/x',
      PORT: '70000',
      TIME_ZONE: 'Mars/Olympus',
      MODERATOR_IDS: '1, two',
      SERVER_URL: 'http://bots.example.com',
      TAKE_OVER: 'yes',
      TRUST_PROXY: '10.0.0.0/33',
      HOST: 'not a host!',
      SENTRY_DSN: 'https://sentry.example.com',
    });
    const names = faults.map((fault) => fault.split(' ')[0]);
    expect(new Set(names)).toEqual(
      new Set([
        'BOT_TOKEN',
        'DATABASE_URL',
        'PORT',
        'TIME_ZONE',
        'MODERATOR_IDS',
        'SERVER_URL',
        'TAKE_OVER',
        'TRUST_PROXY',
        'HOST',
        'SENTRY_DSN',
        'ENCRYPTION_KEY',
      ]),
    );
    expect(faults.join('\n')).not.toMatch(/secret-but-wrong|hunter2/);
  });

  it('asks for a key where the database is not the embedded one', () => {
    const env = { BOT_TOKEN: TOKEN, DATABASE_URL: 'postgres://localhost/getolog' };
    expect(faultsOf(env)).toEqual(['ENCRYPTION_KEY is missing; `npm run keygen` makes one.']);
    const keys = [generateFernetKey(), generateFernetKey()];
    expect(loadConfig({ ...env, ENCRYPTION_KEY: keys.join(', ') }).encryptionKeys).toEqual(keys);
  });

  it.each([
    ['https://bots.example.com', true],
    ['https://bots.example.com/', true],
    ['https://bots.example.com:8443', true],
    ['https://10.shop.uz', true],
    ['https://bots.example.com:3000', false],
    ['https://10.0.0.5', false],
    ['https://192.168.1.20:8443', false],
    ['https://[fd00::1]', false],
    ['https://server.local', false],
    ['https://server', false],
    ['http://127.0.0.1:8443', false],
    ['http://localhost:8443', false],
    ['https://bots.example.com/path', false],
    ['https://user:word@bots.example.com', false],
    ['http://bots.example.com', false],
    ['bots.example.com', false],
  ])('takes %s as SERVER_URL: %s', (serverUrl, works) => {
    expect(faultsOf({ BOT_TOKEN: TOKEN, SERVER_URL: serverUrl }).length === 0).toBe(works);
  });

  it.each([
    'http://127.0.0.1:8443',
    'http://localhost:3000',
    'https://server.local:9000',
    'https://10.0.0.5',
  ])('takes %s as SERVER_URL with another Bot API server, which may deliver anywhere', (serverUrl) => {
    const env = { BOT_TOKEN: TOKEN, SERVER_URL: serverUrl, TELEGRAM_API_ROOT: 'http://127.0.0.1:8081' };
    expect(faultsOf(env)).toEqual([]);
  });

  it.each([
    ['HOST', '0.0.0.0'],
    ['HOST', '::'],
    ['HOST', 'localhost'],
    ['SENTRY_DSN', 'https://0123456789abcdef@o1.ingest.sentry.io/42'],
    ['SENTRY_DSN', 'http://key:word@127.0.0.1:8000/glitchtip/1'],
  ])('takes %s %s', (name, value) => {
    expect(faultsOf({ BOT_TOKEN: TOKEN, [name]: value })).toEqual([]);
  });

  it.each(['SENTRY_TRACES_SAMPLE_RATE', 'SENTRY_PROFILES_SAMPLE_RATE'])('takes a share as %s', (name) => {
    for (const share of ['0', '0.25', '1']) expect(faultsOf({ BOT_TOKEN: TOKEN, [name]: share })).toEqual([]);
    for (const other of ['1.5', '-0.1', 'much']) {
      expect(faultsOf({ BOT_TOKEN: TOKEN, [name]: other })).toEqual([
        `${name} must be a number from 0 to 1.`,
      ]);
    }
  });

  it('profiles nothing unless it is told to', () => {
    expect(loadConfig({ BOT_TOKEN: TOKEN }).sentry.profilesSampleRate).toBe(0);
  });

  it('is what .env.example names, no more and no less', () => {
    const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
    const names = [...example.matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1]);
    expect(new Set(names)).toEqual(new Set(ENVIRONMENT_NAMES));
  });
});
