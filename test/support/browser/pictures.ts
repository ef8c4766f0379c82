import { mkdir } from 'node:fs/promises';
import type { Language } from '../../../src/shared/languages.ts';
import type { PanelPage } from './page.ts';

const FOLDER = '.cache/screens';
const WIDTHS = { phone: 390, desktop: 1280 } as const;
const LOOKS = [
  ['phone', 'light'],
  ['desktop', 'dark'],
  ['phone', 'dark'],
  ['desktop', 'light'],
] as const;

/**
 * Whole, usable by everybody and drawn for whoever looks through `.cache/screens`: narrow and light, wide and dark, and the
 * other way round where `looks` says four. What assistive tools see is the same at every width.
 */
export async function isWholeInPictures(
  panel: PanelPage,
  { name, language, looks }: { name: string; language: Language; looks: 2 | 4 },
): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const [place, [device, theme]] of LOOKS.slice(0, looks).entries()) {
    await panel.page.setViewportSize({ width: WIDTHS[device], height: 800 });
    await panel.page.emulateMedia({ colorScheme: theme });
    await panel.settles();
    const path = `${FOLDER}/${name}-${device}-${theme}-${language}.png`;
    await panel.page.screenshot({ path, fullPage: true });
    if (place < 2) await panel.isAccessible();
  }
  await panel.isClean();
  await panel.fits();
}
