import type { Message } from 'grammy/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, type SandboxBot, type SandboxPerson, startSandbox } from '../../../sandbox/sandbox.ts';
import { BotApiClient } from '../../support/bot-api-client.ts';

let sandbox: Sandbox;
let bot: SandboxBot;
let api: BotApiClient;
let nodira: SandboxPerson;
let chat_id: number;

beforeEach(async () => {
  sandbox = await startSandbox();
  bot = sandbox.newBot({ username: 'shop_bot', name: 'Shop' });
  api = new BotApiClient(sandbox, bot.token);
  nodira = sandbox.newPerson({ firstName: 'Nodira', username: 'nodira', languageCode: 'uz' });
  chat_id = nodira.id;
  await nodira.starts(bot);
});
afterEach(() => sandbox.close());

const button = (data: string): object => ({ inline_keyboard: [[{ text: 'Press', callback_data: data }]] });

describe('a call that only a mistake of the program explains', () => {
  it.each([
    ['an unknown method', 'sendTelegram', {}, 'Not Found: method not found'],
    ['a missing text', 'sendMessage', { chat_id: 1 }, 'Bad Request: message text is empty'],
    ['an empty text', 'sendMessage', { chat_id: 1, text: ' ' }, 'Bad Request: message text is empty'],
    ['a missing chat', 'sendMessage', { text: 'a' }, 'Bad Request: chat_id is empty'],
    [
      'an unknown parameter',
      'sendMessage',
      { chat_id: 1, text: 'a', txt: 'b' },
      'Bad Request: sendMessage: "txt" is not known',
    ],
    ['a wrong type', 'sendMessage', { chat_id: 1, text: 5 }, 'Bad Request: sendMessage.text must be String'],
    [
      'a long text',
      'sendMessage',
      { chat_id: 1, text: 'a'.repeat(4_097) },
      'Bad Request: message is too long',
    ],
    [
      'long callback data',
      'sendMessage',
      { reply_markup: button('ў'.repeat(33)) },
      'Bad Request: BUTTON_DATA_INVALID',
    ],
    ['empty callback data', 'sendMessage', { reply_markup: button('') }, 'Bad Request: BUTTON_DATA_INVALID'],
    [
      'an empty keyboard',
      'sendMessage',
      { reply_markup: { inline_keyboard: [[]] } },
      'Bad Request: inline keyboard is empty',
    ],
    [
      'an empty reply keyboard',
      'sendMessage',
      { reply_markup: { keyboard: [] } },
      'Bad Request: reply keyboard is empty',
    ],
    [
      'a button without action',
      'sendMessage',
      { reply_markup: { inline_keyboard: [[{ text: 'a' }]] } },
      "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      'an unknown update kind',
      'setWebhook',
      { url: '', allowed_updates: ['gossip'] },
      'Bad Request: unknown update type "gossip"',
    ],
    [
      'a strange secret',
      'setWebhook',
      { url: '', secret_token: 'a b' },
      'Bad Request: secret token contains unallowed characters',
    ],
  ])('is refused and kept: %s', async (_, method, params, error) => {
    const whole = 'reply_markup' in params ? { chat_id, text: 'a', ...params } : params;
    expect(await api.hear(method, whole)).toBe(error);
    expect(sandbox.faults).toEqual([`@shop_bot ${method}: ${error}`]);
  });

  it.each([
    ['<b>bold', `Can't find end tag corresponding to start tag "b"`],
    ['<i>a</b>', 'Unmatched end tag, expected "</i>", found "</b>" at byte offset 4'],
    ['ў</b>', 'Unexpected end tag at byte offset 2'],
    ['<p>a</p>', 'Unsupported start tag "p" at byte offset 0'],
    ['<span class="big">a</span>', 'Unsupported start tag "span" at byte offset 0'],
    ['1 < 2', 'Unclosed start tag at byte offset 2'],
    ['salt & pepper', 'Unescaped "&" at byte offset 5'],
    ['a&nbsp;b', 'Unescaped "&" at byte offset 1'],
  ])('is refused and kept: the markup %s', async (text, problem) => {
    const error = `Bad Request: can't parse entities: ${problem}`;
    expect(await api.hear('sendMessage', { chat_id, text, parse_mode: 'HTML' })).toBe(error);
    expect(sandbox.faults).toHaveLength(1);
  });
});

describe('what the world forbids', () => {
  it('is answered in Telegram’s words, and is no fault of the program', async () => {
    const stranger = sandbox.newPerson({ firstName: 'Stranger' });
    const other = sandbox.newBot({ username: 'other_bot', name: 'Other' });
    const { message_id } = await api.send(chat_id, 'a');
    const errors = [
      await api.hear('sendMessage', { chat_id: stranger.id, text: 'a' }),
      await api.hear('sendMessage', { chat_id: other.id, text: 'a' }),
      await api.hear('sendMessage', { chat_id: -1_001_234, text: 'a' }),
      await api.hear('editMessageText', { chat_id, message_id, text: 'a' }),
      await api.hear('editMessageText', { chat_id, message_id: 99_999, text: 'a' }),
      await api.hear('editMessageCaption', { chat_id, message_id, caption: 'a' }),
      await api.hear('deleteMessage', { chat_id, message_id: 99_999 }),
      await api.hear('answerCallbackQuery', { callback_query_id: '1' }),
      await api.hear('setWebhook', { url: 'http://example.org/hook' }),
    ];
    expect(errors).toEqual([
      'Bad Request: chat not found',
      "Forbidden: bot can't send messages to bots",
      'Bad Request: chat not found',
      'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
      'Bad Request: message to edit not found',
      'Bad Request: there is no caption in the message to edit',
      'Bad Request: message to delete not found',
      'Bad Request: query is too old and response timeout expired or query ID is invalid',
      'Bad Request: bad webhook: An HTTPS URL must be provided for webhook',
    ]);
    expect(sandbox.faults).toEqual([]);
  });

  it('keeps a bot from writing first to somebody it only shares a chat with', async () => {
    const stranger = sandbox.newPerson({ firstName: 'Stranger' });
    const channel = nodira.createsChannel('Vip');
    await nodira.adds(bot, channel);
    await nodira.letsIn(stranger, channel);
    const error = await api.hear('sendMessage', { chat_id: stranger.id, text: 'a' });
    expect(error).toBe("Forbidden: bot can't initiate conversation with a user");
  });

  it('shuts a blocked bot out until the person comes back', async () => {
    await nodira.blocks(bot);
    expect(await api.hear('sendMessage', { chat_id, text: 'a' })).toBe(
      'Forbidden: bot was blocked by the user',
    );
    await nodira.starts(bot);
    expect(await api.hear('sendMessage', { chat_id, text: 'a' })).toBe('ok');
    const states = (await api.updates()).flatMap(
      ({ my_chat_member: change }) => change?.new_chat_member.status ?? [],
    );
    expect(states).toEqual(['kicked', 'member']);
  });

  it('makes the old token worthless once it is revoked', async () => {
    await api.get('setWebhook', { url: 'https://example.org/hook' });
    const renewed = new BotApiClient(sandbox, bot.revokeToken());
    expect(await api.ask('getMe')).toEqual({ ok: false, error_code: 401, description: 'Unauthorized' });
    expect(await renewed.get('getMe')).toMatchObject({ id: bot.id, username: 'shop_bot' });
    expect(await renewed.get('getWebhookInfo')).toMatchObject({ url: '' });
    expect(bot.token).toMatch(/^\d+:[\w-]{35}$/);
  });

  it('has nothing under a path that is no token', async () => {
    expect(await new BotApiClient(sandbox, 'rubbish').hear('getMe')).toBe('Not Found');
  });
});

describe('messages', () => {
  it('come with entities, and are read without markup', async () => {
    const text =
      '<b>Oltin</b> &amp; <a href="https://a.uz/?a=1&amp;b=2">bu</a> <pre><code class="language-js">x</code></pre>';
    const message = await api.send(chat_id, text, { parse_mode: 'HTML' });
    expect(message.entities).toEqual([
      { type: 'bold', offset: 0, length: 5 },
      { type: 'text_link', offset: 8, length: 2, url: 'https://a.uz/?a=1&b=2' },
      { type: 'pre', offset: 11, length: 1, language: 'js' },
    ]);
    expect(nodira.chatWith(bot).last).toMatchObject({ text: 'Oltin & bu x', html: text, from: 'bot' });
  });

  it('may be 4,096 characters long once the markup is out', async () => {
    const text = `<b>${'😀'.repeat(4_096)}</b>`;
    expect(await api.hear('sendMessage', { chat_id, text, parse_mode: 'HTML' })).toBe('ok');
  });

  it('are edited, and lose their buttons when the edit brings none', async () => {
    const { message_id } = await api.send(chat_id, 'before', { reply_markup: button('go') });
    await api.get('editMessageText', { chat_id, message_id, text: 'after' });
    expect(nodira.chatWith(bot).last).toMatchObject({ text: 'after', buttons: [], edited: true });
  });

  it('are deleted one by one and many at once, but not after two days', async () => {
    let now = new Date('2027-01-01T00:00:00Z');
    const world = await startSandbox({ now: () => now });
    const seller = world.newBot({ username: 'seller_bot', name: 'Seller' });
    const buyer = world.newPerson({ firstName: 'Buyer' });
    await buyer.starts(seller);
    const client = new BotApiClient(world, seller.token);
    const old = await client.send(buyer.id, 'old');
    now = new Date('2027-01-03T00:00:00Z');
    const fresh = await client.send(buyer.id, 'fresh');
    expect(await client.hear('deleteMessage', { chat_id: buyer.id, message_id: old.message_id })).toBe(
      "Bad Request: message can't be deleted for everyone",
    );
    await client.get('deleteMessages', {
      chat_id: buyer.id,
      message_ids: [old.message_id, fresh.message_id, 9],
    });
    expect(buyer.chatWith(seller).last?.text).toBe('old');
    await world.close();
  });

  it('reply to what is there, and to nothing that is not', async () => {
    const { message_id } = await api.send(chat_id, 'question');
    const reply = await api.send(chat_id, 'answer', { reply_parameters: { message_id } });
    expect(reply.reply_to_message?.text).toBe('question');
    const lost = { chat_id, text: 'answer', reply_parameters: { message_id: 99_999 } };
    expect(await api.hear('sendMessage', lost)).toBe('Bad Request: message to be replied not found');
  });

  it('are copied without a trace and forwarded with one', async () => {
    await nodira.sends(bot, 'hello');
    const update = (await api.updates()).at(-1);
    const source = { chat_id, from_chat_id: chat_id, message_id: update?.message?.message_id };
    await api.get('copyMessage', source);
    const forwarded = await api.get<Message>('forwardMessage', source);
    expect(nodira.chatWith(bot).messages.map(({ text }) => text)).toEqual([
      '/start',
      'hello',
      'hello',
      'hello',
    ]);
    expect(forwarded.forward_origin).toMatchObject({ type: 'user', sender_user: { id: nodira.id } });
  });
});

describe('files', () => {
  const upload = (field: string, name = 'receipt.pdf'): FormData => {
    const form = new FormData();
    form.set('chat_id', String(chat_id));
    form.set(field, 'attach://part');
    form.set('part', new File(['%PDF-1.7'], name));
    form.set('reply_markup', JSON.stringify(button('ok')));
    return form;
  };

  it('are uploaded in a multipart body and downloaded by the bot that has them', async () => {
    const { result } = await api.askForm('sendDocument', upload('document'));
    const { document, reply_markup } = result as Message.DocumentMessage;
    expect(document).toMatchObject({ file_name: 'receipt.pdf', file_size: 8 });
    expect(reply_markup).toEqual(button('ok'));
    const file = await api.get<{ file_path: string }>('getFile', { file_id: document.file_id });
    const download = await fetch(`${sandbox.apiRoot}/file/bot${bot.token}/${file.file_path}`);
    expect(await download.text()).toBe('%PDF-1.7');
  });

  it('go by ids that are worthless to another bot, and by one unique id that all share', async () => {
    const other = sandbox.newBot({ username: 'other_bot', name: 'Other' });
    const otherApi = new BotApiClient(sandbox, other.token);
    await nodira.starts(other);
    await nodira.sendsPhoto(bot, { uniqueId: 'same-picture' });
    await nodira.sendsPhoto(other, { uniqueId: 'same-picture' });
    const mine = (await api.updates()).at(-1)?.message?.photo?.at(-1);
    const theirs = (await otherApi.updates()).at(-1)?.message?.photo?.at(-1);
    expect([mine?.file_unique_id, theirs?.file_unique_id]).toEqual(['same-picture', 'same-picture']);
    const foreign = await otherApi.hear('sendPhoto', { chat_id, photo: mine?.file_id });
    expect(foreign).toBe('Bad Request: wrong file identifier/HTTP URL specified');
    expect(await otherApi.hear('getFile', { file_id: mine?.file_id })).toMatch(/^Bad Request: wrong file_id/);
    expect(await otherApi.hear('sendPhoto', { chat_id, photo: theirs?.file_id })).toBe('ok');
  });

  it('are sent again only as what they were', async () => {
    await nodira.sendsDocument(bot, { mimeType: 'image/png', fileName: 'a.png' });
    const document = (await api.updates()).at(-1)?.message?.document?.file_id;
    const error = await api.hear('sendPhoto', { chat_id, photo: document });
    expect(error).toBe("Bad Request: can't use file of type Document as Photo");
  });

  it('are too big to download beyond 20 MB', async () => {
    await nodira.sendsDocument(bot, { mimeType: 'application/pdf', fileName: 'a.pdf', size: 21_000_000 });
    const file_id = (await api.updates()).at(-1)?.message?.document?.file_id;
    expect(await api.hear('getFile', { file_id })).toBe('Bad Request: file is too big');
  });

  it('have captions of at most 1,024 characters', async () => {
    const form = upload('photo', 'a.jpg');
    form.set('caption', 'a'.repeat(1_025));
    const answer = await api.askForm('sendPhoto', form);
    expect(answer.description).toBe('Bad Request: message caption is too long');
  });
});

describe('bodies', () => {
  it('may be url-encoded, with objects in JSON', async () => {
    const form = new URLSearchParams({
      chat_id: String(chat_id),
      text: 'hi',
      disable_notification: 'true',
      reply_markup: JSON.stringify(button('go')),
    });
    expect(await api.askForm('sendMessage', form)).toMatchObject({ ok: true });
    expect(nodira.chatWith(bot).last).toMatchObject({
      silent: true,
      buttons: [[{ text: 'Press', data: 'go' }]],
    });
  });

  it('name an attachment that must be there', async () => {
    const form = new FormData();
    form.set('chat_id', String(chat_id));
    form.set('photo', 'attach://nowhere');
    const answer = await api.askForm('sendPhoto', form);
    expect(answer.description).toBe(`Bad Request: can't find file part "nowhere" in the request`);
  });
});

describe("the bot's own page", () => {
  it('keeps commands by scope and language', async () => {
    const commands = [{ command: 'start', description: 'Boshlash' }];
    await api.get('setMyCommands', { commands, language_code: 'uz' });
    expect(await api.get('getMyCommands', { language_code: 'uz' })).toEqual(commands);
    expect(await api.get('getMyCommands')).toEqual([]);
    const bad = { commands: [{ command: 'Start', description: 'a' }] };
    expect(await api.hear('setMyCommands', bad)).toBe('Bad Request: BOT_COMMAND_INVALID');
  });

  it('answers in the default language where it has no other', async () => {
    await api.get('setMyDescription', { description: 'Shop' });
    await api.get('setMyDescription', { description: 'Магазин', language_code: 'ru' });
    expect(await api.get('getMyDescription', { language_code: 'ru' })).toEqual({ description: 'Магазин' });
    expect(await api.get('getMyDescription', { language_code: 'uz' })).toEqual({ description: 'Shop' });
  });
});
