import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { Platform } from '../platform.ts';
import { askPanel, initDataOf } from './ask-panel.ts';

type Ground = Pick<Platform, 'app' | 'clock' | 'mainBot'>;

/** Somebody's panel within Telegram, signed in. */
export async function openPanel({ app, clock, mainBot }: Ground, person: SandboxPerson) {
  const initData = initDataOf(person, { botToken: mainBot.token, at: clock.now() });
  const { body } = await askPanel(app.origin, 'POST', '/session', { body: { initData } });
  return panelWith(app.origin, { authorization: `Bearer ${body.session.token}` });
}

/** The same in a browser. */
export async function openBrowserPanel({ app }: Ground, { id }: SandboxPerson) {
  const { code } = await app.services.panelEntries.offer({ telegramUserId: BigInt(id) });
  const { cookie = '' } = await askPanel(app.origin, 'POST', '/session', { body: { code } });
  return panelWith(app.origin, { cookie });
}

function panelWith(origin: string, headers: Record<string, string>) {
  const ask = (method: string, path: string, sent?: unknown) =>
    askPanel(origin, method, path, { body: sent, headers });
  const below = (before: string) => ({
    get: (path: string) => ask('GET', `${before}${path}`),
    post: (path: string, sent?: unknown) => ask('POST', `${before}${path}`, sent),
    put: (path: string, sent?: unknown) => ask('PUT', `${before}${path}`, sent),
    delete: (path: string, sent?: unknown) => ask('DELETE', `${before}${path}`, sent),
  });
  return {
    headers,
    ...below(''),
    /** The same below one of their bots. */
    of: (bot: Pick<SandboxBot, 'id'>) => below(`/bots/${bot.id}`),
  };
}
