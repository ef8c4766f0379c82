import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askPanel } from '../../support/panel/ask-panel.ts';
import { openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, newBuyer, newMember, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let other: Shop;
let panel: Awaited<ReturnType<typeof openPanel>>;
let botId: number;
let channelId: number;

const PEOPLE = 1_000;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  other = await openShop(platform, { owner: shop.owner });
  panel = await openPanel(platform, shop.owner);
  ({ botId, channelId } = await writePeople(shop));
  await writePeople(other);
});
afterAll(async () => {
  await platform.closesClean();
});

/** A thousand people of every state; each third has bought. */
async function writePeople({ shop: bot, planId }: Shop): Promise<{ botId: number; channelId: number }> {
  const { database, clock } = platform;
  const now = clock.now();
  const { id } = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: BigInt(bot.id) } });
  const plan = await database.plan.findUniqueOrThrow({ where: { id: planId } });
  await database.source.create({
    data: { botId: id, slug: `ad${id}`, name: 'Advertisement', createdAt: now },
  });
  await database.$executeRaw`
    INSERT INTO end_users (telegram_id, user_bot_id, username, full_name, language, banned, blocked_at, source_id, created_at)
    SELECT 9000000 + n, ${id}::int, 'person_' || n, 'Person ' || n, (ARRAY['uz', 'en', 'ru'])[1 + n % 3], n % 20 = 0,
           CASE WHEN n % 7 = 0 THEN ${now}::timestamptz END,
           CASE WHEN n % 4 = 0 THEN (SELECT max(id) FROM sources WHERE user_bot_id = ${id}::int) END,
           ${now}::timestamptz - n * interval '1 hour'
      FROM generate_series(1, ${PEOPLE}::int) n`;
  // Of ten people four have access (one of them for ever, one in the grace), two had it, and the rest never.
  await database.$executeRaw`
    INSERT INTO subscriptions (end_user_id, channel_id, started_at, expires_at, grace_until, status, delivered_at)
    SELECT e.id, ${plan.channelId}::int, ${now}::timestamptz - interval '20 days',
           CASE WHEN k = 0 THEN NULL WHEN k IN (1, 4, 5) THEN ${now}::timestamptz - interval '1 day'
                ELSE ${now}::timestamptz + (e.id % 5) * interval '1 day' END,
           CASE WHEN k = 1 THEN ${now}::timestamptz + interval '2 days' END,
           CASE WHEN k IN (4, 5) THEN 'expired' ELSE 'active' END, ${now}::timestamptz
      FROM (SELECT id, (telegram_id % 10)::int AS k FROM end_users
             WHERE user_bot_id = ${id}::int AND telegram_id > 9000000 AND telegram_id % 20 <> 0) e
     WHERE k < 6`;
  await database.$executeRaw`
    INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, status,
                          created_at, decided_at, approved_at)
    SELECT id, user_bot_id, ${plan.channelId}::int, ${planId}::int, 1, 50000, 'card', 'approved',
           ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
      FROM end_users WHERE user_bot_id = ${id}::int AND telegram_id > 9000000 AND telegram_id % 3 = 0`;
  return { botId: id, channelId: plan.channelId };
}

const users = () => panel.of(shop.shop);

/** Every page of the list, one after another; `between` comes after the first. */
async function readAll(filter: string, between?: () => Promise<unknown>): Promise<number[]> {
  const ids: number[] = [];
  for (let cursor = ''; ; ) {
    const { status, body } = await users().get(`/users?limit=100&${filter}${cursor}`);
    expect(status, filter).toBe(200);
    ids.push(...body.items.map(({ id }: { id: number }) => id));
    if (cursor === '') await between?.();
    if (body.next === null) return ids;
    cursor = `&cursor=${body.next}`;
  }
}

async function idsBySql(where: string, order = 'e.id DESC'): Promise<number[]> {
  const rows = await platform.database.$queryRawUnsafe<{ id: number }[]>(
    `SELECT e.id FROM end_users e WHERE e.user_bot_id = ${botId} AND (${where}) ORDER BY ${order}`,
  );
  return rows.map(({ id }) => id);
}

const HAS = 'EXISTS (SELECT FROM subscriptions s WHERE s.end_user_id = e.id';

test('each filter shows its people once, the newest first, while others come in', async () => {
  const source = await platform.database.source.findFirstOrThrow({ where: { botId } });
  const now = platform.clock.now().toISOString();
  const soon = new Date(platform.clock.now().getTime() + 2 * 86_400_000).toISOString();
  const buyers = `NOT e.banned AND e.telegram_id <> ${shop.owner.id}`;
  let comesIn: (() => Promise<unknown>) | undefined = () => newBuyer(platform, shop, { firstName: 'Late' });
  for (const [filter, where] of [
    ['', 'NOT e.banned'],
    ['state=live', `${buyers} AND ${HAS} AND s.status = 'active')`],
    ['state=ended', `${buyers} AND ${HAS}) AND NOT ${HAS} AND s.status = 'active')`],
    ['state=never', `${buyers} AND NOT ${HAS})`],
    ['state=grace', `${buyers} AND ${HAS} AND s.status = 'active' AND s.grace_until IS NOT NULL)`],
    ['state=banned', 'e.banned'],
    ['state=closed', 'NOT e.banned AND e.blocked_at IS NOT NULL'],
    [`chat=${channelId}&language=ru`, `NOT e.banned AND e.language = 'ru' AND ${HAS})`],
    [
      `plan=${shop.planId}`,
      "NOT e.banned AND EXISTS (SELECT FROM payments p WHERE p.end_user_id = e.id AND p.status = 'approved')",
    ],
    [`source=${source.id}`, `NOT e.banned AND e.source_id = ${source.id}`],
    [
      `state=live&endsBefore=${soon}`,
      `${buyers} AND ${HAS} AND s.status = 'active' AND coalesce(s.grace_until, s.expires_at) < '${soon}')`,
    ],
    [`endsBefore=${now}`, 'false'],
    ['q=@person_77', "NOT e.banned AND e.username LIKE 'person\\_77%'"],
  ] as const) {
    const expected = await idsBySql(where);
    expect(await readAll(filter, comesIn), filter).toEqual(expected);
    comesIn = undefined;
  }
  expect((await readAll(`chat=${2_147_483_647}`)).length).toBe(0);
});

test('sorted by what ends soonest, everybody is there once: first those of whom something ends', async () => {
  // Of those who have access, some have it to a second chat, which ends sooner or later than that to the first.
  const second = await platform.database.channel.create({
    data: { botId, telegramChatId: -100_777n, type: 'channel', title: 'Second' },
  });
  await platform.database.$executeRaw`
    INSERT INTO subscriptions (end_user_id, channel_id, started_at, expires_at, status, delivered_at)
    SELECT end_user_id, ${second.id}::int, started_at, ${platform.clock.now()}::timestamptz + interval '60 hours', 'active', delivered_at
      FROM subscriptions WHERE channel_id = ${channelId}::int AND status = 'active' AND end_user_id % 6 = 0`;
  const ends = `(SELECT min(coalesce(s.grace_until, s.expires_at)) FROM subscriptions s
                  WHERE s.end_user_id = e.id AND s.status = 'active')`;
  const order = `${ends} IS NULL, ${ends}, CASE WHEN ${ends} IS NULL THEN -e.id ELSE e.id END`;
  expect(await readAll('sort=ending')).toEqual(await idsBySql('NOT e.banned', order));
  expect(await readAll('sort=ending&state=closed')).toEqual(
    await idsBySql('NOT e.banned AND e.blocked_at IS NOT NULL', order),
  );
  const buyers = `NOT e.banned AND e.telegram_id <> ${shop.owner.id}`;
  for (const [filter, where] of [
    ['state=live', `${HAS} AND s.status = 'active')`],
    ['state=ended', `${HAS}) AND NOT ${HAS} AND s.status = 'active')`],
    ['state=never', `NOT ${HAS})`],
    [`state=live&chat=${second.id}`, `${HAS} AND s.status = 'active' AND s.channel_id = ${second.id})`],
  ] as const) {
    expect(await readAll(`sort=ending&${filter}`), filter).toEqual(
      await idsBySql(`${buyers} AND ${where}`, order),
    );
  }
});

test('what is typed is found as it stands, and what is malformed is said to be', async () => {
  await platform.database.$executeRaw`
    UPDATE end_users SET full_name = '100%_sure' WHERE user_bot_id = ${botId} AND username = 'person_5'`;
  for (const q of ['%', '_sure', '100%_', '9000005']) {
    expect((await readAll(`q=${encodeURIComponent(q)}`)).length, q).toBe(1);
  }
  for (const filter of [
    'state=gone',
    'limit=0',
    'limit=101',
    'cursor=x',
    'page=2',
    'endsBefore=soon',
    'chat=a',
  ]) {
    const { status, body } = await users().get(`/users?${filter}`);
    expect([filter, status, body.error.code]).toEqual([filter, 400, 'request']);
  }
});

test('somebody is shown with all that they had, paid and came by', async () => {
  const { endUserId, paymentId, member } = await newMember(platform, shop, { firstName: 'Story' });
  const { status, body } = await users().get(`/users/${endUserId}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id: endUserId,
    telegramId: String(member.id),
    name: 'Story',
    banned: false,
    closedBot: false,
    state: 'live',
    until: expect.stringMatching(/^2\d{3}-/),
    spent: { amount: '50000.00', currency: 'UZS' },
    source: null,
    invitedBy: null,
    payments: [{ id: paymentId, state: 'approved' }],
    subscriptions: [
      {
        chat: { id: channelId, type: 'channel' },
        status: 'active',
        until: body.until,
        graceUntil: null,
        joinedAt: expect.any(String),
        endedAt: null,
      },
    ],
  });
});

test('time is given once, however often the same is asked, and refused in words', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Gift' });
  const { id } = await platform.database.endUser.findFirstOrThrow({
    where: { telegramUserId: BigInt(buyer.id), botId },
  });
  const path = `/bots/${shop.shop.id}/users/${id}/grant`;
  const grants = (key: string | undefined, body: unknown = { planId: shop.planId }) =>
    askPanel(platform.app.origin, 'POST', path, {
      body,
      headers: { ...panel.headers, ...(key === undefined ? {} : { 'idempotency-key': key }) },
    });
  for (const key of [undefined, 'once']) {
    const { status, body } = await grants(key);
    expect([status, body.error.code]).toEqual([400, 'request']);
  }
  expect((await grants(randomUUID(), { planId: shop.planId, months: 12 })).status).toBe(400);
  expect((await grants(randomUUID(), { planId: other.planId })).status).toBe(404);
  const key = randomUUID();
  const asked = await Promise.all(Array.from({ length: 5 }, () => grants(key)));
  expect(asked.map(({ status }) => status)).toEqual([204, 204, 204, 204, 204]);
  expect(await platform.database.timeEntry.count({ where: { endUserId: id } })).toBe(1);
  await buyer.reads(shop.shop, holdsLink);
  await users().post(`/users/${id}/ban`);
  // As the first time, whatever has become of them since.
  expect((await grants(key)).status).toBe(204);
  const { status, body } = await grants(randomUUID());
  expect([status, body.error.code, body.error.current.state]).toEqual([409, 'endUserBanned', 'banned']);
  expect((await users().post(`/users/${id}/unban`)).status).toBe(204);
  expect(await platform.database.timeEntry.count({ where: { endUserId: id } })).toBe(1);
});

test('somebody is kept out and let in again, and a way in is sent anew', async () => {
  const { endUserId, member } = await newMember(platform, shop, { firstName: 'Door' });
  await member.leaves(shop.chat);
  await platform.quiet();
  expect((await users().post(`/users/${endUserId}/link`)).status).toBe(204);
  await member.reads(shop.shop, holdsLink);
  const sent = { action: 'link.sent-again', target: `end-user:${endUserId}` };
  const lines = await platform.database.auditEntry.findMany({ where: sent });
  expect(lines).toMatchObject([{ actor: `owner:${shop.owner.id}` }]);
  expect((await users().post(`/users/${endUserId}/ban`)).status).toBe(204);
  const { body: banned } = await users().get(`/users/${endUserId}`);
  expect([banned.state, banned.banned, banned.subscriptions[0].status]).toEqual(['banned', true, 'kicked']);
  expect(banned.subscriptions[0].endedAt).not.toBeNull();
  expect((await users().post(`/users/${endUserId}/link`)).body.error.code).toBe('endUserBanned');
  expect((await users().post(`/users/${endUserId}/unban`)).status).toBe(204);
  const { status, body } = await users().post(`/users/${endUserId}/link`);
  expect([status, body.error.code, body.error.current.id]).toEqual([409, 'endUserHasNoAccess', endUserId]);
});

test('many at once are each done by themselves, in order', async () => {
  const [one = 0, two = 0, three = 0] = await readAll('state=never');
  const theirs = await platform.database.endUser.findFirstOrThrow({
    where: { bot: { telegramBotId: BigInt(other.shop.id) } },
  });
  await users().post(`/users/${two}/ban`);
  const before = await platform.database.timeEntry.count();
  const sends = (body: unknown, key?: string) =>
    askPanel(platform.app.origin, 'POST', `/bots/${shop.shop.id}/users/bulk`, {
      body,
      headers: { ...panel.headers, ...(key ? { 'idempotency-key': key } : {}) },
    });
  const ids = [one, two, theirs.id, three];
  const grant = { ids, action: 'grant', planId: shop.planId };
  const key = randomUUID();
  for (let time = 0; time < 2; time += 1) {
    const { status, body } = await sends(grant, key);
    expect(status).toBe(200);
    expect(
      body.results.map((result: { id: number; error?: { code: string } }) => [result.id, result.error?.code]),
    ).toEqual([
      [one, undefined],
      [two, 'endUserBanned'],
      [theirs.id, 'notFound'],
      [three, undefined],
    ]);
    const shown = body.results.map((result: { error?: { current?: object } }) => result.error?.current);
    expect(shown).toEqual([
      undefined,
      expect.objectContaining({ id: two, banned: true }),
      undefined,
      undefined,
    ]);
  }
  expect(await platform.database.timeEntry.count()).toBe(before + 2);
  expect((await sends(grant)).status).toBe(400);
  expect((await sends({ ids, action: 'ban', planId: 1 })).status).toBe(400);
  expect((await sends({ ids: [], action: 'ban' })).status).toBe(400);
  expect((await sends({ ids: Array.from({ length: 101 }, (_, n) => n + 1), action: 'ban' })).status).toBe(
    400,
  );
  const { body } = await sends({ ids: [three, one], action: 'ban' });
  expect(body.results).toEqual([
    { id: three, ok: true },
    { id: one, ok: true },
  ]);
});

test('nobody else sees or changes anybody, nor does another bot of the same owner', async () => {
  const { endUserId } = await newMember(platform, shop, { firstName: 'Safe' });
  const stranger = await openShop(platform);
  const theirs = await openPanel(platform, stranger.owner);
  for (const place of [theirs.of(shop.shop), theirs.of(stranger.shop), panel.of(other.shop)]) {
    expect((await place.get(`/users/${endUserId}`)).status).toBe(404);
    for (const change of ['ban', 'unban', 'link']) {
      const { status, body } = await place.post(`/users/${endUserId}/${change}`);
      expect([status, body.error.code, body.error.current]).toEqual([404, 'notFound', undefined]);
    }
  }
  expect((await theirs.of(shop.shop).get('/users')).status).toBe(404);
  expect((await theirs.of(shop.shop).post('/users/bulk', { ids: [endUserId], action: 'ban' })).status).toBe(
    404,
  );
  const { body } = await theirs.of(stranger.shop).post('/users/bulk', { ids: [endUserId], action: 'ban' });
  expect(body.results[0].error.code).toBe('notFound');
  expect((await users().get(`/users/${endUserId}`)).body.state).toBe('live');
});
