import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSiteSize } from '../../support/panel/site-size.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

const open = (path: string, init: RequestInit = {}) =>
  fetch(platform.app.origin + path, { redirect: 'manual', ...init });

test('the panel is one page, at every address below it, and asked for anew each time', async () => {
  expect((await open('/panel')).headers.get('location')).toBe('/panel/');
  const bodies = await Promise.all(
    ['/panel/', '/panel/enter', '/panel/bots/1/receipts/2?state=waiting', '/panel/x.y'].map(async (path) => {
      const response = await open(path);
      expect(response.status, path).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      return response.text();
    }),
  );
  expect(new Set(bodies).size).toBe(1);
  expect(bodies[0]).not.toMatch(/<script(?! type="module" crossorigin src)|<style|style=/);
});

test('its files are kept for good, and come compressed as they were built', async () => {
  const page = await (await open('/panel/')).text();
  const [script = ''] = /\/panel\/assets\/[\w-]+\.js/.exec(page) ?? [];
  for (const encoding of ['br', 'gzip']) {
    const response = await open(script, { headers: { 'accept-encoding': encoding } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    await response.arrayBuffer();
  }
});

test('what was not built is not there, and nothing else of the machine is', async () => {
  for (const path of [
    '/panel/assets/none.js',
    '/panel/assets/',
    '/panel/assets/..%2f..%2f..%2fpackage.json',
    '/panel/assets/../../../package.json',
  ]) {
    const response = await open(path);
    expect([200, 404], path).toContain(response.status);
    expect(await response.text(), path).not.toContain('"dependencies"');
  }
  expect((await open('/panel/assets/none.js')).status).toBe(404);
  expect((await open('/panel/', { method: 'POST' })).status).toBe(404);
});

test('it is small: what opens it, each screen, and all of it', async () => {
  const { entry, requests, screens, all } = await readSiteSize();
  expect(entry, 'bytes of the page, what it names, and a language').toBeLessThanOrEqual(60_000);
  expect(requests, 'the page and what it names').toBeLessThanOrEqual(4);
  expect([...screens.keys()]).toEqual(
    expect.arrayContaining(['home', 'receipts', 'users', 'payments', 'owners']),
  );
  const large = [...screens].filter(([, bytes]) => bytes > 20_000);
  expect(large, 'screens that load more than 20 KB of their own').toEqual([]);
  expect(all, 'bytes of everything').toBeLessThanOrEqual(200_000);
});
