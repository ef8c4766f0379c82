import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';

const OWNERS = 230;

let platform: Platform;
let panel: Awaited<ReturnType<typeof openPanel>>;
beforeAll(async () => {
  platform = await startPlatform();
  await platform.moderator.sends(platform.mainBot, '/start');
  // Every third is banned, every fifth has a tariff, and every seventh asked to be forgotten.
  await platform.database.$executeRaw`
    INSERT INTO user_admins (telegram_id, username, full_name, language, banned, created_at)
    SELECT CASE WHEN n % 7 = 0 THEN -n ELSE 800000000 + n END, 'owner_' || n, 'Owner 100% ' || n, 'uz', n % 3 = 0, now()
      FROM generate_series(1, ${OWNERS}::int) n`;
  await platform.database.$executeRaw`
    INSERT INTO admin_subscriptions (user_admin_id, plan, started_at, expires_at, amount_paid, status)
    SELECT id, '1month', now(), ${new Date(platform.clock.now().getTime() + 86_400_000)}, 0, 'active'
      FROM user_admins WHERE username LIKE 'owner\_%' AND substr(username, 7)::int % 5 = 0`;
  panel = await openPanel(platform, platform.moderator);
});
afterAll(async () => {
  await platform.closesClean();
});

/** Every page of a list. */
async function all(path: string): Promise<{ id: number; username: string | null }[]> {
  const items = [];
  let cursor = '';
  do {
    const { status, body } = await panel.get(`${path}&limit=25${cursor}`);
    expect(status).toBe(200);
    items.push(...body.items);
    cursor = body.next === null ? '' : `&cursor=${body.next}`;
  } while (cursor !== '');
  return items;
}

const numbers = (keeps: (n: number) => boolean) =>
  Array.from({ length: OWNERS }, (_, index) => index + 1)
    .filter((n) => n % 7 !== 0 && keeps(n))
    .map((n) => `owner_${n}`)
    .reverse();

const usernames = async (filter: string) =>
  (await all(`/mod/owners?q=owner_${filter}`)).map(({ username }) => username);

test('owners are listed page by page, each once and none who is forgotten, by every filter', async () => {
  expect(await usernames('')).toEqual(numbers(() => true));
  expect(await usernames('&state=banned')).toEqual(numbers((n) => n % 3 === 0));
  expect(await usernames('&state=active&tariff=paid')).toEqual(numbers((n) => n % 3 !== 0 && n % 5 === 0));
  expect(await usernames('&tariff=free&lastSale=never')).toEqual(numbers((n) => n % 5 !== 0));
  expect(await usernames('&lastSale=older')).toEqual([]);
});

test('what is searched for stands for itself, and what is malformed is told', async () => {
  expect(await all(`/mod/owners?q=${encodeURIComponent('100% 1')}&state=banned`)).not.toHaveLength(0);
  expect(await all('/mod/owners?q=owner%25')).toEqual([]);
  for (const query of ['state=x', 'limit=0', 'limit=101', 'cursor=x', 'page=2']) {
    const { status, body } = await panel.get(`/mod/owners?${query}`);
    expect([status, body.error.code], query).toEqual([400, 'request']);
  }
  expect((await panel.get('/mod/owners/99999')).status).toBe(404);
  expect((await panel.get('/mod/owners/abc')).status).toBe(404);
});
