import { Api } from 'grammy';
import { afterEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { readInitData } from '../../../src/panel/session/init-data.ts';

const APP = 'https://getolog.example/panel/';
const HERE = 'http://127.0.0.1:8443/panel/';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

async function begins(options: { opensLoopbackApps?: boolean } = {}) {
  sandbox = await startSandbox(options);
  const bot = sandbox.newBot({ username: 'app_bot', name: 'App' });
  const person = sandbox.newPerson({ firstName: 'Aziz', languageCode: 'uz' });
  await person.starts(bot, { wait: false });
  return { bot, person, api: new Api(bot.token, { apiRoot: sandbox.apiRoot }) };
}

const withApp = (url: string) => ({
  reply_markup: { inline_keyboard: [[{ text: 'Open', web_app: { url } }]] },
});

test('an app opens from a button and from the menu, signed by its bot', async () => {
  const { bot, person, api } = await begins();
  await api.sendMessage(person.id, 'Here', withApp(`${APP}bots/1`));
  await api.setChatMenuButton({ menu_button: { type: 'web_app', text: 'Getolog', web_app: { url: APP } } });
  for (const [button, address] of [
    ['Open', `${APP}bots/1`],
    [undefined, APP],
  ] as const) {
    const [url, fragment] = person.opensPanel(bot, button).split('#');
    expect(url).toBe(address);
    const launch = new URLSearchParams(fragment);
    expect(Object.keys(JSON.parse(launch.get('tgWebAppThemeParams') ?? ''))).toContain('bg_color');
    expect(launch.get('tgWebAppVersion')).toMatch(/^\d+\.\d+$/);
    const data = launch.get('tgWebAppData') ?? '';
    expect(new URLSearchParams(data).get('signature')).toMatch(/^[\w-]{86}$/);
    const check = { botToken: bot.token, now: new Date() };
    const signed = { at: expect.any(Date), hash: new URLSearchParams(data).get('hash') };
    expect(readInitData(data, check)).toEqual({ telegramUserId: BigInt(person.id), signed });
  }
});

test('Telegram opens no app that is not https, and no bot puts one into a group', async () => {
  const { bot, person, api } = await begins();
  await expect(api.sendMessage(person.id, 'Here', withApp(HERE))).rejects.toThrow(
    'Only HTTPS links are allowed',
  );
  const menu_button = { type: 'web_app', text: 'Getolog', web_app: { url: HERE } } as const;
  await expect(api.setChatMenuButton({ menu_button })).rejects.toThrow('Only HTTPS links are allowed');
  expect(() => person.opensPanel(bot, new URL(HERE))).toThrow('Only HTTPS links are allowed');
  expect(() => person.opensPanel(bot)).toThrow('opens no app');
  const group = person.createsGroup('Club');
  await person.adds(bot, group, { wait: false });
  await expect(api.sendMessage(group.id, 'Here', withApp(APP))).rejects.toThrow('BUTTON_TYPE_INVALID');
});

test('of this machine it opens one where it is told that this is fine', async () => {
  const { bot, person, api } = await begins({ opensLoopbackApps: true });
  await api.sendMessage(person.id, 'Here', withApp(HERE));
  expect(person.opensPanel(bot, /Open/)).toContain(`${HERE}#tgWebAppData=`);
  expect(() => person.opensPanel(bot, new URL('http://getolog.example/'))).toThrow('Only HTTPS');
});
