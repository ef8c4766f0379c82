import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { Platform } from '../platform.ts';
import { askPanel, initDataOf } from './ask-panel.ts';

type Ground = Pick<Platform, 'app' | 'clock' | 'mainBot'>;

/** Somebody's panel within Telegram, signed in. */
export async function openPanel({ app, clock, mainBot }: Ground, person: SandboxPerson) {
  const initData = initDataOf(person, { botToken: mainBot.token, at: clock.now() });
  const { body } = await askPanel(app.origin, 'POST', '/session', { body: { initData } });
  const headers = { authorization: `Bearer ${body.session.token}` };
  const ask = (method: string, path: string, sent?: unknown) =>
    askPanel(app.origin, method, path, { body: sent, headers });
  return {
    headers,
    get: (path: string) => ask('GET', path),
    post: (path: string, sent?: unknown) => ask('POST', path, sent),
    /** The same below one of their bots. */
    of(bot: SandboxBot) {
      const below = (path: string) => `/bots/${bot.id}${path}`;
      return {
        get: (path: string) => ask('GET', below(path)),
        post: (path: string, sent?: unknown) => ask('POST', below(path), sent),
      };
    },
  };
}
