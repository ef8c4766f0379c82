import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { GrammyError, HttpError } from 'grammy';
import { describe, expect, it, test } from 'vitest';
import { createLogger } from '../../../src/infra/observability/logger.ts';

const TOKEN = '123456789:AAHk3_aB-cdefghijklmnopqrstuvwxyz012';
const CARD = '8600123456789012';
const LINK = 'https://t.me/+AbCdEfGhIjKlMnOp';
const SESSION = 'tKq3_vB7-xYzAbCdEfGhIjKlMnOpQrStUvWxYz01234';
const FILE_ID = 'AgACAgIAAxkBAAIBZ2c_Dv0aXq9bYgABtTnJ8kq1x3ZbAAJ-7DEbXw';
const HASH = 'c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2';
const INIT_DATA = `query_id=AAH&user=%7B%22id%22%3A7%2C%22first_name%22%3A%22Gulnora%22%7D&auth_date=1&hash=${HASH}`;
const CODE = '7KQ2-M9XD';
const SECRETS = [
  TOKEN,
  TOKEN.split(':')[1] ?? TOKEN,
  CARD,
  '8600 1234 5678 9012',
  LINK,
  'hunter2',
  'my own words',
  SESSION,
  FILE_ID,
  HASH,
  'Gulnora',
  CODE,
];

function logged(format: 'json' | 'pretty', write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ level: 'trace', format, destination: { write: (line) => lines.push(line) } }));
  expect(lines.length, 'nothing was logged').toBeGreaterThan(0);
  return lines.join('');
}

const telegramSaidNo = new GrammyError(
  'Call to sendMessage failed',
  { ok: false, error_code: 400, description: 'Bad Request: chat not found' },
  'sendMessage',
  { chat_id: 7, text: `my own words ${CARD}` },
);
const lost = new HttpError(
  'Network request failed',
  new Error(`connect https://api/bot${TOKEN}/sendMessage`),
);
const wrapped = new Error('outer', { cause: new Error(`inner ${TOKEN}`, { cause: lost }) });

const CASES: [string, (log: ReturnType<typeof createLogger>) => void][] = [
  ['a refusal of Telegram', (log) => log.error({ err: telegramSaidNo }, 'failed')],
  ['a lost connection', (log) => log.error({ err: lost }, 'failed')],
  ['an error in an error', (log) => log.error(wrapped)],
  ['many errors at once', (log) => log.error({ err: new AggregateError([lost, wrapped], TOKEN) }, 'failed')],
  ['a message', (log) => log.info(`calling /bot${TOKEN}/getMe and /bot${encodeURIComponent(TOKEN)}/getMe`)],
  [
    'a field with an innocent name',
    (log) => log.info({ note: `${TOKEN} ${LINK}`, deep: { list: [CARD] } }, 'x'),
  ],
  ['a card in groups', (log) => log.info('card 8600 1234 5678 9012')],
  [
    'a field with a telling name',
    (log) => log.info({ row: { text: 'my own words', token: 'hunter2' } }, 'x'),
  ],
  ['what a page carries', (log) => log.info({ note: `token ${SESSION}`, deep: { cookie: 'hunter2' } }, 'x')],
  ['the id of a file', (log) => log.info(`getFile ${FILE_ID}`)],
  ['what Telegram signed', (log) => log.info({ initData: INIT_DATA }, `of ${INIT_DATA}`)],
  [
    'how a page was opened',
    (log) => log.info(`#tgWebAppData=${encodeURIComponent(INIT_DATA)}&tgWebAppVersion=9.1`),
  ],
  ['what opens the panel', (log) => log.info(`code ${CODE}`)],
  ['an address with a password', (log) => log.info('postgres://getolog:hunter2@db.example/x')],
];

describe.each(['json', 'pretty'] as const)('a log in %s', (format) => {
  it.each(CASES)('keeps the secrets in %s', (_, write) => {
    const text = logged(format, write);
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  });

  it('still says what an operator needs', () => {
    const text = logged(format, (log) =>
      log.error(
        {
          err: telegramSaidNo,
          chat: -1001234567890,
          at: 1795226400000,
          requestId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
          processId: 'ab345678-1234-4123-8123-123456789012',
          migration: '20261130600000_write_down_what_waits_for_a_word_in_telegram',
        },
        'an answer failed',
      ),
    );
    expect(text).toContain('f47ac10b-58cc-4372-a567-0e02b2c3d479');
    expect(text).toContain('ab345678-1234-4123-8123-123456789012');
    expect(text).toContain('what_waits_for_a_word');
    expect(text).toContain('chat not found');
    expect(text).toContain('sendMessage');
    expect(text).toContain('-1001234567890');
    expect(text).toContain('1795226400000');
    expect(text).toContain('an answer failed');
  });
});

/** A program of its own that logs to its stdout, and what stood there when it had ended. */
async function loggedBy(program: string): Promise<string[]> {
  const logger = new URL('../../../src/infra/observability/logger.ts', import.meta.url).href;
  const text = `import { createLogger } from '${logger}';
    const log = createLogger({ level: 'info', format: 'json' });
    ${program}`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', text];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
}

test('every line is written in its order, the last one of a process that ends at once, too', async () => {
  const said = await loggedBy(`for (let n = 0; n < 200; n += 1) log.info(String(n));
    setImmediate(() => { log.info('a turn later'); process.exit(0); });`);
  expect(said).toEqual([...Array.from({ length: 200 }, (_, n) => String(n)), 'a turn later']);
});
