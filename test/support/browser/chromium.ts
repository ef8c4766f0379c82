import { type BrowserServer, chromium } from 'playwright-core';
import { type DebianProgram, findDebianProgram } from '../../../src/infra/embedded/debian-program.ts';

const CHROMIUM: DebianProgram = {
  name: 'Chromium',
  onPath: ['chromium-headless-shell', 'chromium', 'google-chrome'],
  package: 'chromium-headless-shell',
  file: 'usr/lib/chromium/chromium-headless-shell',
  libraryFolders: ['pulseaudio'],
  whatToDo: 'Install chromium-headless-shell (or chromium, or google-chrome).',
};

/** Also on a machine whose cores have a hundred test files to run. */
const START_LIMIT_MS = 120_000;

/**
 * A browser that many processes can open pages in.
 *
 * @throws Error that says what to do when there is none and none can be fetched
 */
export async function startChromium(say: (line: string) => void): Promise<BrowserServer> {
  const { command, env } = await findDebianProgram(CHROMIUM, '.cache', say);
  return chromium.launchServer({
    executablePath: command,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    timeout: START_LIMIT_MS,
  });
}
