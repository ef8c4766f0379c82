import { createServer } from 'node:net';
import { GrammyError, HttpError } from 'grammy';
import { afterEach, expect, test } from 'vitest';
import { toDeliveryError } from '../../../src/telegram/outgoing/api-errors.ts';
import { createTelegramHttp } from '../../../src/telegram/outgoing/http-client.ts';

const closings: (() => unknown)[] = [];
afterEach(() => Promise.all(closings.splice(0).map((close) => close())));

const failed = (fields: object) => Object.assign(new Error('failed'), fields);
const outcomeOf = (cause: unknown) =>
  toDeliveryError(new HttpError('Network request failed', cause as Error));

test.each([
  [
    'several addresses that none answered',
    new AggregateError([
      failed({ code: 'ETIMEDOUT', syscall: 'connect' }),
      failed({ code: 'ENETUNREACH', syscall: 'connect' }),
    ]),
  ],
  ['one that did not answer', failed({ code: 'ETIMEDOUT', syscall: 'connect' })],
  ['one wrapped in another', new TypeError('fetch failed', { cause: failed({ code: 'ECONNREFUSED' }) })],
  ['a certificate of somebody else', failed({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })],
  ['a certificate that has run out', failed({ code: 'CERT_HAS_EXPIRED' })],
  ['a certificate of nobody', failed({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })],
])('%s: never sent', (_, cause) => {
  expect(outcomeOf(cause)).toMatchObject({ failure: 'not-sent' });
});

test.each([
  ['a connection that died', failed({ code: 'ECONNRESET', syscall: 'read' })],
  [
    'one address of several that may have heard it',
    new AggregateError([failed({ syscall: 'connect' }), failed({ code: 'ECONNRESET', syscall: 'read' })]),
  ],
  ['nothing that is known', new AggregateError([])],
])('%s: nobody knows', (_, cause) => {
  expect(outcomeOf(cause)).toMatchObject({ failure: 'unknown' });
});

/** A server that ends every connection as soon as something comes in. */
async function deadEnd(): Promise<number> {
  const server = createServer((socket) => socket.once('data', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

test('a handshake that comes to nothing sends nothing; a request that comes to nothing may have been heard', async () => {
  const port = await deadEnd();
  const http = createTelegramHttp();
  closings.push(() => http.close());
  const error = (origin: string) =>
    http.call(origin, '/bot1:token/sendMessage', '{}').catch((reason) => reason);
  expect(outcomeOf(await error(`https://127.0.0.1:${port}`))).toMatchObject({ failure: 'not-sent' });
  expect(outcomeOf(await error(`http://127.0.0.1:${port}`))).toMatchObject({ failure: 'unknown' });
});

const refusal = (
  method: string,
  description: string,
  payload: Record<string, unknown> = { chat_id: -1001 },
) =>
  toDeliveryError(new GrammyError('refused', { ok: false, error_code: 400, description }, method, payload));

test.each([
  ['getChatMember', 'Bad Request: PARTICIPANT_ID_INVALID', 'unclear'],
  ['getChatMember', 'Bad Request: user not found', 'unclear'],
  ['getChatMember', 'Bad Request: CHAT_ADMIN_REQUIRED', 'no-rights'],
  ['unbanChatMember', 'Bad Request: user is an administrator of the chat', 'unclear'],
  ['getFile', 'Bad Request: wrong file_id or the file is temporarily unavailable', 'unclear'],
  ['getFile', 'Bad Request: file is too big', 'file-out-of-reach'],
  ['copyMessage', 'Bad Request: VOICE_MESSAGES_FORBIDDEN', 'voice-unwanted'],
  ['sendMessage', 'Bad Request: a text of next year', 'refused'],
  ['createChatInviteLink', 'Bad Request: chat not found', 'chat-gone'],
])('%s: %s is %s', (method, description, failure) => {
  expect(refusal(method, description)).toMatchObject({ failure });
});

test('a private chat that Telegram does not know is a person who never opened the bot', () => {
  const chat = { chat_id: '712000001' };
  expect(refusal('sendMessage', 'Bad Request: chat not found', chat)).toMatchObject({ failure: 'blocked' });
});
