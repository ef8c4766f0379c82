import { createHmac, randomBytes } from 'node:crypto';
import { unixTime } from '../defined.ts';
import { callersBug } from '../server/api-error.ts';
import { toUser } from './accounts.ts';
import type { Dialog, StoredMessage } from './messages.ts';
import type { World } from './world.ts';

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const VERSION = '9.1';
const THEME = {
  bg_color: '#ffffff',
  text_color: '#000000',
  hint_color: '#707579',
  link_color: '#3390ec',
  button_color: '#3390ec',
  button_text_color: '#ffffff',
  secondary_bg_color: '#f4f4f5',
  header_bg_color: '#ffffff',
  accent_text_color: '#3390ec',
  section_bg_color: '#ffffff',
  section_header_text_color: '#707579',
  subtitle_text_color: '#707579',
  destructive_text_color: '#e53935',
};

/** Telegram opens https alone; `allowsLoopback` as its test servers do. @throws what the Bot API answers */
export function checkWebApp(url: string, what: string, allowsLoopback: boolean): void {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  const isFine = protocol === 'https:' || (allowsLoopback && protocol === 'http:' && LOOPBACK.test(hostname));
  if (!isFine) throw callersBug(`${what} Web App URL '${url}' is invalid: Only HTTPS links are allowed`);
}

/** What an app is told of whoever opened it, signed as Telegram signs it. */
export function signInitData(fields: Readonly<Record<string, string>>, botToken: string): string {
  const signed = { signature: randomBytes(64).toString('base64url'), ...fields };
  const text = Object.entries(signed)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('\n');
  const key = createHmac('sha256', 'WebAppData').update(botToken).digest();
  const hash = createHmac('sha256', key).update(text).digest('hex');
  return new URLSearchParams({ ...signed, hash }).toString();
}

/**
 * Opens an app by the button of that label, else by the bot's menu button, or by an address.
 * @returns what the client opens: in the fragment is everything that it hands to the app
 */
export function openWebApp(world: World, dialog: Dialog, button: string | RegExp | URL | undefined): string {
  const { person, bot } = dialog;
  const url = button instanceof URL ? button.href : findWebApp(dialog, button);
  checkWebApp(url, 'opened', world.opensLoopbackApps);
  const { is_bot: _, ...user } = toUser(person);
  const data = signInitData(
    {
      query_id: `AAH${randomBytes(12).toString('base64url')}`,
      user: JSON.stringify({ ...user, allows_write_to_pm: true }),
      auth_date: String(unixTime(world.now())),
    },
    bot.token,
  );
  const launch = new URLSearchParams({
    tgWebAppData: data,
    tgWebAppVersion: VERSION,
    tgWebAppPlatform: 'android',
    tgWebAppThemeParams: JSON.stringify(THEME),
  });
  return `${url}#${launch.toString()}`;
}

/** Where the button leads, on the newest message that has it. */
function findWebApp(dialog: Dialog, label: string | RegExp | undefined): string {
  const { person, bot } = dialog;
  if (label === undefined) {
    const menu = bot.profile.menuButtons.get(person.id) ?? bot.profile.menuButtons.get('everybody');
    if (menu?.type === 'web_app') return menu.web_app.url;
    throw new Error(`The menu button of @${bot.username} opens no app.`);
  }
  const matches = (text: string): boolean => (typeof label === 'string' ? text === label : label.test(text));
  const buttonOf = ({ markup, isDeleted }: StoredMessage) =>
    isDeleted ? undefined : markup?.inline_keyboard.flat().find(({ text }) => matches(text));
  const button = dialog.messages.map(buttonOf).findLast((found) => found !== undefined);
  if (button && 'web_app' in button) return button.web_app.url;
  throw new Error(
    `${person.firstName} finds no button ${String(label)} of @${bot.username} that opens an app.`,
  );
}
