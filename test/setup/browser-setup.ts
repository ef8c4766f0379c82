import type { TestProject } from 'vitest/node';
import { startChromium } from '../support/browser/chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser of this run listens; null: there is none, and none to be had. */
    browserUrl: string | null;
  }
}

/** One browser for the whole run. Without one its tests are skipped, but never where nobody would see that. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  try {
    const browser = await startChromium(say);
    project.provide('browserUrl', browser.wsEndpoint());
    return () => browser.close();
  } catch (error) {
    if (process.env['CI']) throw error;
    say(`Browser tests are skipped. ${error instanceof Error ? error.message : String(error)}`);
    project.provide('browserUrl', null);
    return async () => {};
  }
}
