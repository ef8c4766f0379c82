import { mkdir } from 'node:fs/promises';
import type { Language } from '../../../src/shared/languages.ts';
import type { PanelPage } from './page.ts';

const FOLDER = '.cache/screens';
const WIDTHS = { phone: 390, desktop: 1280 } as const;
const LOOKS = [
  ['phone', 'light'],
  ['phone', 'dark'],
  ['desktop', 'light'],
  ['desktop', 'dark'],
] as const;

/** Whole, usable by everybody and drawn for whoever looks through `.cache/screens`: light and dark, narrow and wide. */
export async function isWholeInPictures(
  panel: PanelPage,
  { name, language }: { name: string; language: Language },
): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const [device, theme] of LOOKS) {
    await panel.page.setViewportSize({ width: WIDTHS[device], height: 800 });
    await panel.page.emulateMedia({ colorScheme: theme });
    await panel.settles();
    const path = `${FOLDER}/${name}-${device}-${theme}-${language}.png`;
    await panel.page.screenshot({ path, fullPage: true });
    await panel.isAccessible();
  }
  await panel.isClean();
  await panel.fits();
}
