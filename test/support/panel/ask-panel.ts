import { signInitData } from '../../../sandbox/world/web-apps.ts';

/** Of somebody who opens it at `at`. */
export function initDataOf(person: { id: number }, { botToken, at }: { botToken: string; at: Date }): string {
  const user = JSON.stringify({ id: person.id, first_name: 'Aziz', language_code: 'uz' });
  const authDate = String(Math.floor(at.getTime() / 1_000));
  return signInitData({ user, auth_date: authDate, query_id: 'AAH' }, botToken);
}

/** What people carried or typed here that the program must keep to itself. */
const secrets = new Set<string>();

export function panelSecrets(): readonly string[] {
  return [...secrets];
}

function remember(path: string, sent: unknown, cookie: string | undefined, answer: unknown): void {
  const { initData, token, code, number } = Object(sent);
  const hash = new URLSearchParams(initData).get('hash');
  const ofSession = path === '/session' ? [token, code, hash, Object(answer).session?.token] : [];
  const carried = [...ofSession, cookie?.split('=')[1], path.endsWith('/settings/card') ? number : null];
  for (const one of carried) if (typeof one === 'string' && one !== '') secrets.add(one);
}

interface Asked {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into what it expects.
  body: any;
  headers: Headers;
  /** The cookie that it set, as a browser sends it back. */
  cookie: string | undefined;
}

export interface PanelRequest {
  body?: unknown;
  headers?: Record<string, string>;
}

/** Asks the panel as its page does. */
export async function askPanel(
  origin: string,
  method: string,
  path: string,
  { body, headers = {} }: PanelRequest = {},
): Promise<Asked> {
  const response = await fetch(`${origin}/panel/api${path}`, {
    method,
    headers: {
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      'sec-fetch-site': 'same-origin',
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = text === '' ? null : JSON.parse(text);
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  remember(path, body, cookie, answer);
  return { status: response.status, body: answer, headers: response.headers, cookie };
}
