import { type Browser, chromium, type Locator, type Page, type Request } from 'playwright-core';
import { test as anyTest, expect, inject, onTestFinished } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { Platform } from '../platform.ts';
import { findingsOf } from './axe.ts';
import { COUNT_LOADING, PLAY_TELEGRAM, TELL_REFUSALS, WHAT_STANDS_OUT } from './in-page.ts';

/** A test that needs a browser; skipped where there is none, as was said at the start of the run. */
export const test = inject('browserUrl') === null ? anyTest.skip : anyTest;

/** How wide a screen may be without anything of it being out of sight. */
const WIDTHS = [320, 390, 1280];
/** Keys of texts, places that nothing was put into, and what programs say for nothing. */
const NOBODY_WROTE = /\bpanel\.\w+\.\w+|\{\{\w+\}\}|\b(?:undefined|NaN|Invalid Date)\b|\[object \w+\]/g;
/** Of somebody who waits for a server that shares its cores with a hundred tests. */
const PATIENCE_MS = 60_000;

type Server = Pick<Platform, 'app' | 'mainBot' | 'clock'>;

export interface Device {
  width?: number;
  height?: number;
  theme?: 'light' | 'dark';
}

/** The panel as somebody has it before them. */
export interface PanelPage {
  page: Page;
  /** Whatever has that testid. */
  at(testid: string): Locator;
  /** Opens another address of the panel, `/panel/…`. */
  goes(path: string): Promise<void>;
  /** Waits until everything that it shows is there: a screen stands before what it asked for does. */
  settles(): Promise<void>;
  /** What the page has told Telegram's client so far. */
  posted(): Promise<Posted[]>;
  /** Telegram's client tells the page something. */
  hears(type: string, data?: unknown): Promise<void>;
  /** No error, nothing refused by the page's policy, nothing asked of others, no text that nobody wrote. */
  isClean(options?: { besides?: RegExp }): Promise<void>;
  /** Nothing lies beside the screen, however narrow that is. */
  fits(): Promise<void>;
  /** Everybody can use it, as far as a program can tell. */
  isAccessible(): Promise<void>;
}

interface Posted {
  type: string;
  data: Record<string, unknown>;
}

let connected: Promise<Browser> | undefined;

/** Nobody is signed in. */
export async function opensPage(
  { app, clock }: Omit<Server, 'mainBot'>,
  device: Device = {},
): Promise<PanelPage> {
  connected ??= chromium.connect(inject('browserUrl') ?? '');
  const { width = 1280, height = 800, theme = 'light' } = device;
  const context = await (await connected).newContext({
    viewport: { width, height },
    colorScheme: theme,
    baseURL: app.origin,
  });
  onTestFinished(() => context.close());
  context.setDefaultTimeout(PATIENCE_MS);
  // The product's clock stands still, and so does that of whoever looks.
  await context.clock.setFixedTime(clock.now());
  await context.addInitScript({ content: TELL_REFUSALS });
  return watch(await context.newPage(), app.origin);
}

/** In a browser, by the link that the main bot hands out. */
export async function opensInBrowser(
  server: Server & { app: Platform['app'] },
  person: { id: number },
  { path = '/panel/', ...device }: Device & { path?: string } = {},
): Promise<PanelPage> {
  const opened = await opensPage(server, device);
  const { token } = await server.app.services.panelEntries.offer({ telegramUserId: BigInt(person.id) });
  await opened.goes(`/panel/enter#${token}`);
  await isIn(opened.page);
  if (path !== '/panel/') await opened.goes(path);
  return opened;
}

/** On a telephone, within Telegram; the server allows it to open by http. */
export async function opensInTelegram(
  server: Server,
  person: SandboxPerson,
  { path = '/panel/', ...device }: Device & { path?: string } = {},
): Promise<PanelPage> {
  const opened = await opensPage(server, { width: 390, height: 780, ...device });
  await opened.page.addInitScript({ content: PLAY_TELEGRAM });
  await opened.page.goto(person.opensPanel(server.mainBot, new URL(path, server.app.origin)));
  await isIn(opened.page);
  return opened;
}

/** Whoever is in sees where they may go. */
async function isIn(page: Page): Promise<void> {
  await page.locator('[data-testid^=nav-]').first().waitFor({ state: 'attached' });
}

/** Whatever goes wrong from now on, and how to look at what is there. */
function watch(page: Page, origin: string): PanelPage {
  const wrong: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => wrong.push(`Thrown: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'blob:' && url.origin !== origin) wrong.push(`Asked of another: ${url.href}`);
  });
  // The stream of events stays open for as long as the page does.
  const isAsked = (request: Request) => !request.url().endsWith('/panel/api/events');
  const asked = new Set<Request>();
  page.on('request', (request) => isAsked(request) && asked.add(request));
  page.on('requestfinished', (request) => asked.delete(request));
  page.on('requestfailed', (request) => asked.delete(request));
  const read = <T>(expression: string): Promise<T> => page.evaluate<T>(expression);

  return {
    page,
    at: (testid) => page.getByTestId(testid),
    async goes(path) {
      await page.goto(path);
    },
    async settles() {
      await expect.poll(async () => [asked.size, await read<number>(COUNT_LOADING)]).toEqual([0, 0]);
      expect(await page.getByTestId('state-error').count(), 'errors shown').toBe(0);
    },
    posted: () => read('posted'),
    async hears(type, data = {}) {
      await read(`Telegram.WebView.receiveEvent(${JSON.stringify(type)}, ${JSON.stringify(data)})`);
    },
    async isClean({ besides } = {}) {
      expectNone(wrong.filter((line) => !besides?.test(line)));
      const shown = await page.evaluate<string>('document.body.innerText');
      expectNone(shown.match(NOBODY_WROTE) ?? []);
    },
    async fits() {
      const before = page.viewportSize();
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        await read<number>(COUNT_LOADING);
        expectNone(await read<string[]>(WHAT_STANDS_OUT), `At ${width} px: `);
      }
      if (before) await page.setViewportSize(before);
    },
    async isAccessible() {
      expectNone(await findingsOf(page));
    },
  };
}

/** All of them are told, however long. */
function expectNone(faults: readonly string[], where = ''): void {
  expect(faults, where + faults.join('\n')).toEqual([]);
}
