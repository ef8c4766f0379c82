import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { BotApiClient } from '../../support/bot-api-client.ts';
import { expectKeptSecrets } from '../../support/secrecy.ts';

const KEY = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=';
const WORDS = 'My neighbour must not know about "this"';

let telegram: Sandbox;
let secrets: Record<string, string>;

beforeAll(async () => {
  telegram = await startSandbox();
  const bot = telegram.newBot({ username: 'shop_bot', name: 'Shop' });
  const [oldToken] = [bot.token, bot.revokeToken()];
  const person = telegram.newPerson({ firstName: 'Gulnora', languageCode: 'en' });
  const channel = person.createsChannel('Club');
  await person.adds(bot, channel);
  await person.starts(bot, { wait: false });
  await person.sends(bot, WORDS, { wait: false });
  await person.sends(bot, '8600 1234 5678 9012', { wait: false });
  await person.sendsPhoto(bot, { wait: false });
  const api = new BotApiClient(telegram, bot.token);
  const photo = (await api.updates()).findLast(({ message }) => message?.photo)?.message?.photo?.[0];
  const { invite_link } = await api.get<{ invite_link: string }>('createChatInviteLink', {
    chat_id: channel.id,
  });
  secrets = {
    'the token': `https://api/bot${bot.token}/getMe`,
    'the old token': encodeURIComponent(oldToken),
    'an invite link': invite_link,
    'the end of a link': invite_link.slice('https://t.me/+'.length),
    'a receipt': photo?.file_id ?? '',
    'a name': 'from Gulnora, again',
    'a message': WORDS,
    'a message in JSON': JSON.stringify({ text: WORDS }),
    'a card as it was typed': '8600 1234 5678 9012',
    'a card': 'card=8600123456789012',
    'a key': KEY.slice(0, -1),
  };
});
afterAll(() => telegram.close());

test('the search at the end of every test finds each kind of secret, wherever it stands', () => {
  const kept = [
    '{"level":30,"bot":"6800000001","update":7,"msg":"update"}',
    '/start',
    'the database is unavailable',
  ];
  expect(() => expectKeptSecrets(telegram, [KEY], { 'A log line': kept })).not.toThrow();
  for (const [what, secret] of Object.entries(secrets)) {
    expect(secret, what).not.toBe('');
    expect(() => expectKeptSecrets(telegram, [KEY], { 'A log line': [...kept, `${secret}`] }), what).toThrow(
      'A log line holds',
    );
  }
});
