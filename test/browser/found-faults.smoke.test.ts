import { afterAll, beforeAll, expect } from 'vitest';
import { opensPage, type PanelPage, test } from '../support/browser/page.ts';
import { type Platform, startPlatform } from '../support/platform.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

const NOT_YET_IN = { besides: /status of 401/ };

/** The page that everybody sees first, with something in it that must not be. */
async function spoiledBy(script: string): Promise<PanelPage> {
  const panel = await opensPage(platform);
  await panel.goes('/panel/');
  await panel.at('screen-enter').waitFor();
  await panel.isClean(NOT_YET_IN);
  // As of a page's own accord: what goes wrong in it is the page's to tell.
  await panel.page.evaluate(`setTimeout(() => { ${script} })`);
  return panel;
}

test.each([
  ['an error of a script', `throw new Error('broken')`, 'broken'],
  ['what a script complains of', `console.error('broken')`, 'broken'],
  [
    'a script that is not the page’s own',
    `document.createElement('script').src = 'https://elsewhere.example/x.js'`,
    'require-trusted-types-for',
  ],
  ['a style within the page', `document.body.setAttribute('style', 'color: red')`, 'style-src'],
  ['what is asked of others', `void fetch('https://elsewhere.example/').catch(() => {})`, 'connect-src'],
  ['the key of a text', `document.body.append('panel.screen.home')`, 'panel.screen.home'],
  ['a place that nothing was put into', `document.body.append('{{count}} receipts')`, '{{count}}'],
])('found: %s', async (_what, script, told) => {
  const panel = await spoiledBy(script);
  await expect.poll(() => panel.isClean(NOT_YET_IN).catch(String)).toContain(told);
});

test('found: what reaches beyond a narrow screen, and what cannot be used by everybody', async () => {
  const panel = await spoiledBy(`
    const wide = document.createElement('button');
    wide.className = 'planted';
    wide.style.width = '350px';
    document.querySelector('main').append(wide);
  `);
  await panel.page.locator('.planted').waitFor();
  await expect(panel.fits()).rejects.toThrow('At 320 px');
  await expect(panel.isAccessible()).rejects.toThrow('button-name');
});
