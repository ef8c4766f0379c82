import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askPanel } from '../../support/panel/ask-panel.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** The whole story of the demo is played before. */
const LIMIT_MS = 300_000;

let temporary: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'getolog-panel-'));
  // Postgres may run as another user, who has to pass through.
  await chmod(temporary, 0o711);
});
afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(temporary, { recursive: true, force: true });
});

test('`npm run panel` prints three links that work as often as they are followed, and leaves nothing behind', {
  timeout: LIMIT_MS,
}, async () => {
  child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/panel/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = untilWritten(child, 'Ctrl-C');
  const links = new Map(
    (await written).split('\n').map((line) => line.split(': ', 2) as [string, string | undefined]),
  );
  const linkOf = (who: string) => new URL(links.get(who) ?? '');
  const { origin } = linkOf('owner');

  for (const [who, role] of [
    ['owner', 'owner'],
    ['moderator', 'moderator'],
  ] as const) {
    expect(linkOf(who).pathname).toBe('/panel/enter');
    const token = linkOf(who).hash.slice(1);
    for (const _time of ['first', 'second']) {
      const answers = () => askPanel(origin, 'POST', '/session', { body: { token } });
      await expect.poll(async () => (await answers()).body.me?.roles).toContain(role);
    }
  }
  const initData = new URLSearchParams(linkOf('phone').hash.slice(1)).get('tgWebAppData');
  for (const _time of ['first', 'second']) {
    const { status, body } = await askPanel(origin, 'POST', '/session', { body: { initData } });
    expect([status, body.session?.kind]).toEqual([200, 'miniApp']);
    expect(body.me.bots[0].waiting).toBeGreaterThan(3);
  }

  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect((await readdir(temporary)).filter((name) => !/^tsx-\d+$/.test(name))).toEqual([]);
});

function untilWritten(process: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    process.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (output.includes(text)) resolve(output);
    });
    process.once('exit', (code) => reject(new Error(`It ended with ${code}: ${output}`)));
  });
}
