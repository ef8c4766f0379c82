import { initDataOf } from '../panel/ask-panel.ts';
import type { Platform } from '../platform.ts';
import { PLAY_TELEGRAM } from './in-page.ts';
import { opensPage, type PanelPage } from './page.ts';

interface Opening {
  path?: string;
  version?: string;
  /** How long ago Telegram signed it. */
  minutesAgo?: number;
}

/** What a client opens, below the host; each has a signature of its own. */
export function launchOf(
  { mainBot, clock }: Platform,
  person: { id: number },
  { path = '/panel/', version = '8.0', minutesAgo = 0 }: Opening = {},
): string {
  const at = new Date(clock.now().getTime() - minutesAgo * 60_000);
  const tgWebAppData = initDataOf(person, { botToken: mainBot.token, at });
  return `${path}#${new URLSearchParams({ tgWebAppData, tgWebAppVersion: version }).toString()}`;
}

/** On a telephone, by what a client opens. */
export async function opensBy(platform: Platform, address: string): Promise<PanelPage> {
  const panel = await opensPage(platform, { width: 390, height: 780 });
  await panel.page.addInitScript({ content: PLAY_TELEGRAM });
  await panel.goes(address);
  return panel;
}

/** The page begins anew at an address: another fragment alone loads nothing. */
export async function opensAnew({ page, goes }: PanelPage, address: string): Promise<void> {
  await page.goto('about:blank');
  await goes(address);
}

/** Whether Telegram was told last to show its back button. */
export async function hasBack({ posted }: PanelPage): Promise<unknown> {
  const told = (await posted()).filter(({ type }) => type === 'web_app_setup_back_button');
  return told.at(-1)?.data['is_visible'];
}
