import { mkdir } from 'node:fs/promises';
import { LANGUAGES, type Language } from '../../../src/shared/languages.ts';
import type { PanelPage } from './page.ts';

/** `npm run screens` draws what is tried here, for whoever looks through the folder. */
const DRAWS = process.env['PICTURES'] === 'all';
const FOLDER = '.cache/screens';
const WIDTHS = { phone: 390, desktop: 1280 } as const;
const LOOKS = [
  ['phone', 'light'],
  ['desktop', 'dark'],
  ['phone', 'dark'],
  ['desktop', 'light'],
] as const;

/**
 * Whole and readable in each language, and usable by everybody in each theme: what assistive tools see is the same at every
 * width and in every language.
 * @param looks how many of narrow and light, wide and dark, and the other way round, are drawn
 * @param speaks shows the same in another language
 */
export async function isWholeInEveryLanguage(
  panel: PanelPage,
  { name, looks, speaks }: { name: string; looks: 2 | 4; speaks: (language: Language) => Promise<void> },
): Promise<void> {
  for (const language of LANGUAGES) {
    await speaks(language);
    for (const [place, [device, theme]] of LOOKS.slice(0, looks).entries()) {
      const isAsked = language === LANGUAGES[0] && place < 2;
      if (!DRAWS && !isAsked) continue;
      await panel.page.setViewportSize({ width: WIDTHS[device], height: 800 });
      await panel.page.emulateMedia({ colorScheme: theme });
      await panel.settles();
      if (isAsked) await panel.isAccessible();
      if (DRAWS) await draw(panel, `${name}-${device}-${theme}-${language}`);
    }
    await panel.settles();
    await panel.isClean();
    await panel.fits();
  }
}

async function draw(panel: PanelPage, name: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await panel.page.screenshot({ path: `${FOLDER}/${name}.png`, fullPage: true });
}
