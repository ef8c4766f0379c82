import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGzip } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { signInitData } from '../../sandbox/world/web-apps.ts';
import { startChromium } from '../../test/support/browser/chromium.ts';
import type { Cores } from '../support/cores.ts';
import type { Database } from '../support/ground.ts';
import type { Server } from '../support/program.ts';
import type { Row } from '../support/report.ts';
import { measured } from '../support/statistics.ts';
import { ownerOf } from './sign-in.ts';

interface Network {
  name: string;
  kilobitsPerSecond: number;
  /** Milliseconds that each request waits for its answer to begin. */
  latency: number;
  /** Seconds. */
  atMost: number;
}

const SLOW: Network = { name: '400 kbit/s, 400 ms', kilobitsPerSecond: 400, latency: 400, atMost: 3.5 };
const FAIR: Network = { name: '1.6 Mbit/s, 150 ms', kilobitsPerSecond: 1_600, latency: 150, atMost: 1.3 };
/** How much slower than this machine a telephone is. */
const SLOWER = 4;

/** When the first receipt of the list has been drawn, in milliseconds since the address was opened. */
const NOTE_FIRST_ROW = `
window.firstRow = new Promise((resolve) => {
  const look = () =>
    document.querySelector('[data-testid^=row-receipt-]')
      ? requestAnimationFrame(() => resolve(performance.now()))
      : requestAnimationFrame(look);
  look();
});`;

/** What one opening found. */
interface Look {
  seconds: number;
  /** Answered before the first one to the API was sent. */
  requests: number;
}

/** How long a telephone that never was here needs until the list of receipts is there, within Telegram. */
export async function firstLook(
  database: Database,
  server: Server,
  { cores, botId, rounds }: { cores: Cores; botId: bigint; rounds: number },
): Promise<Row[]> {
  const proxy = await startProxy(server);
  // A telephone has several cores, whatever else is going on here.
  const started = await cores.onAll(() => startChromium(() => undefined));
  const browser = await chromium.connect(started.wsEndpoint());
  try {
    const address = () => `${proxy.origin}/panel/bots/${botId}/receipts#${launch(database)}`;
    // The server's first answers are compiled, whoever asks.
    await open(browser, address(), null);
    const rows: Row[] = [];
    for (const network of [SLOW, FAIR]) {
      const looks: Look[] = [];
      for (let round = 0; round < rounds; round += 1) looks.push(await open(browser, address(), network));
      const { name, atMost } = network;
      rows.push({
        part: 'p',
        what: `receipts on a cold telephone, ${name}`,
        value: measured(looks.map(({ seconds }) => seconds)),
        unit: 's',
        target: { atMost },
        note: `${Math.max(...looks.map(({ requests }) => requests))} requests before the first to the API`,
      });
    }
    return rows;
  } finally {
    await browser.close();
    await started.close();
    proxy.close();
  }
}

/** What stands before the server everywhere: it compresses what the API answers, as `deploy/nginx` has it. */
async function startProxy({ port }: Server): Promise<{ origin: string; close: () => void }> {
  const proxy = createServer((asked, answer) => {
    const { url, method, headers } = asked;
    const passed = request({ host: '127.0.0.1', port, path: url, method, headers }, (got) => {
      const isJson = got.headers['content-type']?.startsWith('application/json');
      const { 'content-length': _, ...others } = got.headers;
      if (!isJson) return void got.pipe(answer.writeHead(got.statusCode ?? 502, got.headers));
      answer.writeHead(got.statusCode ?? 502, { ...others, 'content-encoding': 'gzip' });
      got.pipe(createGzip({ level: 1 })).pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    origin,
    close() {
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}

/** What Telegram adds to an address: signed anew, as each opening is. */
function launch({ environment }: Database): string {
  const user = JSON.stringify({ id: ownerOf(1), first_name: 'Aziz', language_code: 'uz' });
  const signedAt = String(Math.floor(Date.now() / 1000));
  const initData = signInitData(
    { user, auth_date: signedAt, query_id: 'AAH' },
    environment['BOT_TOKEN'] ?? '',
  );
  return new URLSearchParams({
    tgWebAppData: initData,
    tgWebAppVersion: '9.1',
    tgWebAppPlatform: 'android',
  }).toString();
}

/** @param network null: as fast as this machine */
async function open(browser: Browser, address: string, network: Network | null): Promise<Look> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 780 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: 'uz-UZ',
  });
  await context.addInitScript({ content: NOTE_FIRST_ROW });
  const page = await context.newPage();
  if (network) {
    const { latency, kilobitsPerSecond } = network;
    const bytesPerSecond = (kilobitsPerSecond * 1000) / 8;
    const session = await context.newCDPSession(page);
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency,
      downloadThroughput: bytesPerSecond,
      uploadThroughput: bytesPerSecond,
    });
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  }
  let requests = 0;
  let isAsked = false;
  page.on('request', (request) => {
    isAsked ||= request.url().includes('/panel/api/');
  });
  page.on('requestfinished', () => {
    if (!isAsked) requests += 1;
  });
  await page.goto(address, { waitUntil: 'commit' });
  const ms = await page.evaluate<number>('firstRow');
  await context.close();
  return { seconds: ms / 1000, requests };
}
