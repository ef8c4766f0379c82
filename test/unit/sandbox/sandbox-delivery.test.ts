import { API_CONSTANTS, Bot, InlineKeyboard, InputFile } from 'grammy';
import type { Update, WebhookInfo } from 'grammy/types';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Sandbox, type SandboxBot, type SandboxPerson, startSandbox } from '../../../sandbox/sandbox.ts';
import { BotApiClient, type Receiver, startReceiver } from '../../support/bot-api-client.ts';

let sandbox: Sandbox;
let bot: SandboxBot;
let api: BotApiClient;
let nodira: SandboxPerson;
let bek: SandboxPerson;

beforeEach(async () => {
  sandbox = await startSandbox();
  bot = sandbox.newBot({ username: 'shop_bot', name: 'Shop' });
  api = new BotApiClient(sandbox, bot.token);
  nodira = sandbox.newPerson({ firstName: 'Nodira' });
  bek = sandbox.newPerson({ firstName: 'Bek' });
});
afterEach(() => sandbox.close());

async function listen(answer?: Parameters<typeof startReceiver>[0], more: object = {}): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  onTestFinished(() => receiver.close());
  await api.get('setWebhook', { url: receiver.url, ...more });
  return receiver;
}

const textsOf = (updates: readonly Update[]): (string | undefined)[] =>
  updates.map(({ message }) => message?.text);

/** Something to wait for, and its release. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('a webhook', () => {
  it('is called with its secret, and has answered when the actor is done', async () => {
    const receiver = await listen(undefined, { secret_token: 'very-secret' });
    await nodira.starts(bot);
    expect(textsOf(receiver.updates)).toEqual(['/start']);
    expect(receiver.headers[0]?.['x-telegram-bot-api-secret-token']).toBe('very-secret');
    expect(await api.get('getWebhookInfo')).toMatchObject({
      url: receiver.url,
      pending_update_count: 0,
      max_connections: 40,
    });
  });

  it('is called again until it answers 2xx, and holds up its own chat only', async () => {
    const receiver = await listen((update, attempt) =>
      update.message?.text === 'first' && attempt < 3 ? 503 : 200,
    );
    const done = Promise.all([
      nodira.sends(bot, 'first'),
      nodira.sends(bot, 'second'),
      bek.sends(bot, 'aside'),
    ]);
    await done;
    const texts = textsOf(receiver.updates);
    expect(texts.filter((text) => text !== 'aside')).toEqual(['first', 'first', 'first', 'second']);
    expect(texts.indexOf('aside')).toBeLessThan(texts.lastIndexOf('first'));
    const info = await api.get<WebhookInfo>('getWebhookInfo');
    expect(info.last_error_message).toBe('Wrong response from the webhook: 503');
  });

  it('is served in parallel across chats, in order within one', async () => {
    const held = gate();
    let inHand = 0;
    let most = 0;
    const receiver = await listen(async () => {
      inHand += 1;
      most = Math.max(most, inHand);
      if (receiver.updates.length === 2) held.open();
      await held.opened;
      inHand -= 1;
      return 200;
    });
    await Promise.all([nodira.sends(bot, 'a'), nodira.sends(bot, 'b'), bek.sends(bot, 'c')]);
    expect(most).toBe(2);
    expect(textsOf(receiver.updates)).toEqual(['a', 'c', 'b']);
  });

  it('never has more in hand than it allows', async () => {
    let inHand = 0;
    let most = 0;
    await listen(
      async () => {
        inHand += 1;
        most = Math.max(most, inHand);
        await new Promise((resolve) => setImmediate(resolve));
        inHand -= 1;
        return 200;
      },
      { max_connections: 1 },
    );
    await Promise.all([nodira.starts(bot), bek.starts(bot)]);
    expect(most).toBe(1);
  });

  it('that is down gets everything once it is up', async () => {
    const receiver = await startReceiver();
    await receiver.close();
    await api.get('setWebhook', { url: receiver.url });
    await nodira.sends(bot, 'early', { wait: false });
    await sandbox.until(() => bot.inbox.webhook?.lastError !== undefined, { what: 'the first failure' });
    expect(await api.get('getWebhookInfo')).toMatchObject({
      pending_update_count: 1,
      last_error_message: 'Connection refused',
    });
    const again = await startReceiver(() => 200, Number(new URL(receiver.url).port));
    onTestFinished(() => again.close());
    await sandbox.quiet();
    expect(textsOf(again.updates)).toEqual(['early']);
  });

  it('is told only of what it allows, and remembers that', async () => {
    const receiver = await listen(undefined, { allowed_updates: ['callback_query'] });
    await api.get('setWebhook', { url: receiver.url });
    await nodira.starts(bot);
    expect(receiver.updates).toEqual([]);
    await api.get('setWebhook', { url: receiver.url, allowed_updates: [] });
    await nodira.starts(bot);
    expect(textsOf(receiver.updates)).toEqual(['/start']);
  });

  it('may drop what waits', async () => {
    await nodira.starts(bot);
    await nodira.sends(bot, 'hello');
    const receiver = await listen(undefined, { drop_pending_updates: true });
    await nodira.sends(bot, 'again');
    expect(textsOf(receiver.updates)).toEqual(['again']);
  });

  it('gets updates with rising ids', async () => {
    const receiver = await listen();
    for (const text of ['a', 'b', 'c']) await nodira.sends(bot, text);
    const ids = receiver.updates.map(({ update_id }) => update_id);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(new Set(ids).size).toBe(3);
  });
});

describe('polling', () => {
  const WEBHOOK_IS_SET =
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

  it('waits for what comes, and confirms by offset', async () => {
    const polling = api.get<Update[]>('getUpdates', { timeout: 30 });
    await sandbox.until(() => bot.inbox.hasListener, { what: 'the poll' });
    await nodira.starts(bot, { wait: false });
    const [update] = await polling;
    expect(update?.message?.text).toBe('/start');
    expect(await api.updates()).toHaveLength(1);
    expect(await api.get('getUpdates', { offset: (update?.update_id ?? 0) + 1 })).toEqual([]);
    expect(bot.inbox.pending).toEqual([]);
  });

  it('lets an actor go on once its update is confirmed', async () => {
    const polling = api.get<Update[]>('getUpdates', { timeout: 30 });
    await sandbox.until(() => bot.inbox.hasListener, { what: 'the poll' });
    let isDone = false;
    const acting = nodira.starts(bot).then(() => {
      isDone = true;
    });
    const [update] = await polling;
    expect(isDone).toBe(false);
    await api.get('getUpdates', { offset: (update?.update_id ?? 0) + 1 });
    await acting;
  });

  it('by an offset far ahead of all updates confirms nothing, as after a quiet week in which ids begin anew', async () => {
    await nodira.starts(bot, { wait: false });
    const [first] = await api.updates();
    const offset = (first?.update_id ?? 0) + 1;
    expect(await api.get('getUpdates', { offset })).toEqual([]);
    bot.countsUpdatesAnew(5_000);
    await nodira.sends(bot, 'after a week', { wait: false });
    for (let time = 0; time < 2; time += 1) {
      expect(await api.get<Update[]>('getUpdates', { offset })).toMatchObject([{ update_id: 5_000 }]);
    }
    expect(await api.get('getUpdates', { offset: 5_001 })).toEqual([]);
    expect(bot.inbox.pending).toEqual([]);
  });

  it('by two at once ends the first', async () => {
    const first = api.hear('getUpdates', { timeout: 30 });
    await sandbox.until(() => bot.inbox.hasListener, { what: 'the first poll' });
    const second = api.hear('getUpdates', { timeout: 30 });
    expect(await first).toBe(
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    );
    await nodira.starts(bot, { wait: false });
    expect(await second).toBe('ok');
  });

  it('is refused while a webhook is set, and ended by one', async () => {
    const polling = api.hear('getUpdates', { timeout: 30 });
    await sandbox.until(() => bot.inbox.hasListener, { what: 'the poll' });
    await listen();
    expect(await polling).toBe('Conflict: terminated by setWebhook request');
    expect(await api.ask('getUpdates')).toEqual({ ok: false, error_code: 409, description: WEBHOOK_IS_SET });
    await api.get('deleteWebhook');
    expect(await api.hear('getUpdates')).toBe('ok');
  });
});

describe('trouble on demand', () => {
  const chat_id = (): number => nodira.id;
  const say = (text: string): Promise<string> => api.hear('sendMessage', { chat_id: chat_id(), text });
  const heard = (): string[] =>
    nodira.chatWith(bot).messages.flatMap(({ from, text }) => (from === 'bot' ? [text] : []));

  beforeEach(() => nodira.starts(bot));

  it('says 429 with how long to wait, as often as ordered', async () => {
    sandbox.failNext('sendMessage', { kind: 'tooManyRequests', retryAfter: 3 }, 2);
    expect(await api.ask('sendMessage', { chat_id: chat_id(), text: 'a' })).toEqual({
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 3',
      parameters: { retry_after: 3 },
    });
    expect([await say('b'), await say('c')]).toEqual(['Too Many Requests: retry after 3', 'ok']);
    expect(heard()).toEqual(['c']);
    expect(sandbox.faults).toEqual([]);
  });

  it('meets the calls that a question picks, until it is called off', async () => {
    const end = sandbox.failAll(({ bot: name, params }) => name === 'shop_bot' && params['text'] === 'bad', {
      kind: 'serverError',
    });
    expect([await say('bad'), await say('good'), await say('bad')]).toEqual([
      'Bad Gateway',
      'ok',
      'Bad Gateway',
    ]);
    end();
    expect(await say('bad')).toBe('ok');
  });

  it('cuts the connection before anything is done', async () => {
    sandbox.failNext('sendMessage', { kind: 'dropBefore' });
    await expect(say('lost')).rejects.toThrow('fetch failed');
    expect(heard()).toEqual([]);
  });

  it('cuts the connection after it was done', async () => {
    sandbox.failNext('sendMessage', { kind: 'dropAfter' });
    await expect(say('done')).rejects.toThrow('fetch failed');
    expect(heard()).toEqual(['done']);
    expect(sandbox.calls.at(-1)).toMatchObject({
      method: 'sendMessage',
      fault: 'dropAfter',
      result: { text: 'done' },
    });
  });

  it('keeps a refusal to itself too when the connection is cut after it', async () => {
    sandbox.failNext('sendMessage', { kind: 'dropAfter' });
    await expect(say('')).rejects.toThrow('fetch failed');
    expect(sandbox.calls.at(-1)?.error?.description).toBe('Bad Request: message text is empty');
    expect(sandbox.faults).toHaveLength(1);
  });

  it('holds an answer back until released', async () => {
    const release = gate();
    sandbox.failNext('sendMessage', { kind: 'hold', until: release.opened });
    const saying = say('held');
    await nodira.reads(bot, 'held');
    let isQuiet = false;
    const quiet = sandbox.quiet().then(() => {
      isQuiet = true;
    });
    expect(await api.hear('getMe')).toBe('ok');
    expect(isQuiet).toBe(false);
    release.open();
    expect(await saying).toBe('ok');
    await quiet;
  });

  it('acts only when released', async () => {
    const release = gate();
    let hasCome = false;
    const isSaying = ({ method }: { method: string }): boolean => {
      hasCome = method === 'sendMessage';
      return hasCome;
    };
    sandbox.failNext(isSaying, { kind: 'late', until: release.opened });
    const saying = say('late');
    await sandbox.until(() => hasCome, { what: 'the call to come' });
    expect(await say('quick')).toBe('ok');
    expect(heard()).toEqual(['quick']);
    release.open();
    expect(await saying).toBe('ok');
    expect(heard()).toEqual(['quick', 'late']);
  });

  it('is slow', async () => {
    sandbox.failNext('sendMessage', { kind: 'slow', ms: 30 });
    const startedAt = performance.now();
    expect(await say('late')).toBe('ok');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
  });

  it('takes Telegram away, polls and all, and brings it back', async () => {
    const [last] = await api.get<Update[]>('getUpdates', { offset: -1, timeout: 30 });
    const offset = (last?.update_id ?? 0) + 1;
    const waiting = expect(api.hear('getUpdates', { offset, timeout: 30 })).rejects.toThrow('fetch failed');
    await sandbox.until(() => bot.inbox.pending.length === 0 && bot.inbox.hasListener, { what: 'the poll' });
    sandbox.becomesUnavailable();
    await waiting;
    await expect(say('nobody')).rejects.toThrow('fetch failed');
    sandbox.comesBack();
    expect(await say('back')).toBe('ok');
    expect(heard()).toEqual(['back']);
  });
});

describe('what the sandbox remembers', () => {
  it('is every call with its outcome, and no token', async () => {
    await nodira.starts(bot);
    await api.hear('sendMessage', { chat_id: nodira.id, text: 'hello' });
    await api.hear('sendMessage', { chat_id: 5, text: 'nobody' });
    expect(sandbox.calls).toMatchObject([
      { method: 'sendMessage', bot: 'shop_bot', params: { text: 'hello' }, result: { text: 'hello' } },
      { method: 'sendMessage', error: { code: 400, description: 'Bad Request: chat not found' } },
    ]);
    expect(JSON.stringify(sandbox.calls)).not.toContain(bot.token.split(':')[1]);
  });

  it('is not waited for once it is closed', async () => {
    const waiting = expect(sandbox.until(() => false, { what: 'nothing' })).rejects.toThrow('was closed');
    await sandbox.close();
    await waiting;
    sandbox = await startSandbox();
  });
});

describe("grammY's own client", () => {
  it('polls, answers, uploads and downloads here as it does at Telegram', async () => {
    const grammy = new Bot(bot.token, { client: { apiRoot: sandbox.apiRoot } });
    grammy.command('start', (ctx) =>
      ctx.reply('<b>Salom</b>', {
        parse_mode: 'HTML',
        reply_markup: new InlineKeyboard().text('Sotib olish', 'buy'),
      }),
    );
    grammy.callbackQuery('buy', async (ctx) => {
      await ctx.answerCallbackQuery({ text: 'Mana' });
      await ctx.replyWithPhoto(new InputFile(Buffer.from('picture'), 'card 1.jpg'), { caption: 'Karta' });
    });
    const polling = grammy.start({ allowed_updates: API_CONSTANTS.ALL_UPDATE_TYPES });
    await sandbox.until(() => bot.inbox.hasListener, { what: 'the poll' });
    await nodira.starts(bot);
    await nodira.taps(bot, 'Sotib olish');
    expect(nodira.answers(bot)).toEqual([{ text: 'Mana', alert: false }]);
    const photo = nodira.chatWith(bot).last?.photo;
    expect(Buffer.from(photo?.bytes ?? []).toString()).toBe('picture');
    await grammy.stop();
    await polling;
    expect(sandbox.faults).toEqual([]);
  });
});
