import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import {
  buyAccess,
  moderatorReadsEnglish,
  newBuyer,
  openShop,
  payFor,
  type Shop,
} from '../../support/shop.ts';
import { newestFile } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
let desk: ReturnType<Awaited<ReturnType<typeof openPanel>>['of']>;
let botId: number;

const PEOPLE = 1_000;
const PAYMENTS = 3_000;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  const other = await openShop(platform, { owner: shop.owner });
  desk = (await openPanel(platform, shop.owner)).of(shop.shop);
  botId = await writePayments(shop);
  await writePayments(other);
});
afterAll(async () => {
  await platform.closesClean();
});

/** A thousand people and three thousand payments, of every state and method. @returns the bot's id */
async function writePayments({ shop: bot, planId }: Shop): Promise<number> {
  const { database } = platform;
  const { id } = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: BigInt(bot.id) } });
  const { channelId } = await database.plan.findUniqueOrThrow({ where: { id: planId } });
  await database.source.create({
    data: { botId: id, slug: `ad${id}`, name: 'Advertisement', createdAt: platform.clock.now() },
  });
  await database.$executeRaw`
    INSERT INTO end_users (telegram_id, user_bot_id, username, full_name, language, created_at)
    SELECT 9000000 + n, ${id}::int, 'person_' || n, 'Person ' || n, 'en', ${platform.clock.now()}::timestamptz
      FROM generate_series(1, ${PEOPLE}::int) n`;
  await database.$executeRaw`
    INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, status,
                          source_id, created_at, decided_at, approved_at)
    SELECT (SELECT id FROM end_users WHERE user_bot_id = ${id}::int AND telegram_id = 9000001 + n % ${PEOPLE}::int),
           ${id}::int, ${channelId}::int, ${planId}::int, 1, 10000 + n % 7 * 1000,
           (ARRAY['card', 'payme', 'click', 'uzum'])[1 + n % 4],
           (ARRAY['approved', 'rejected', 'cancelled', 'reversed', 'approved'])[1 + n % 5],
           CASE WHEN n % 3 = 0 THEN (SELECT max(id) FROM sources WHERE user_bot_id = ${id}::int) END,
           ${platform.clock.now()}::timestamptz - n * interval '1 hour',
           CASE WHEN n % 5 <> 2 THEN ${platform.clock.now()}::timestamptz END,
           CASE WHEN n % 5 IN (0, 4) THEN ${platform.clock.now()}::timestamptz END
      FROM generate_series(1, ${PAYMENTS}::int) n`;
  return id;
}

/** Every page of the list, one after another; `between` comes after the first. */
async function readAll(filter: string, between?: () => Promise<unknown>): Promise<number[]> {
  const ids: number[] = [];
  for (let cursor = ''; ; ) {
    const { status, body } = await desk.get(`/payments?limit=100&${filter}${cursor}`);
    expect(status, filter).toBe(200);
    ids.push(...body.items.map(({ id }: { id: number }) => id));
    if (cursor === '') await between?.();
    if (body.next === null) return ids;
    cursor = `&cursor=${body.next}`;
  }
}

test('each filter shows its payments once, the newest first, while others come in, and sums what psql sums', async () => {
  const { id: sourceId } = await platform.database.source.findFirstOrThrow({ where: { botId } });
  const buyer = await newBuyer(platform, shop);
  let comesIn: (() => Promise<unknown>) | undefined = () => payFor(platform, shop, buyer);
  for (const [filter, where] of [
    ['', 'true'],
    ['state=rejected', "status = 'rejected'"],
    ['method=payme', "payment_method = 'payme'"],
    [`plan=${shop.planId}&state=reversed`, "status = 'reversed'"],
    [`source=${sourceId}`, `source_id = ${sourceId}`],
    ['min=12 000&max=13000.00', 'amount BETWEEN 12000 AND 13000'],
    ['currency=XTR', "currency = 'XTR'"],
    [
      'from=2026-11-01&to=2026-11-10',
      "created_at >= '2026-11-01 00:00+05' AND created_at < '2026-11-11 00:00+05'",
    ],
    ['q=@person_77', "end_user_id IN (SELECT id FROM end_users WHERE username LIKE 'person\\_77%')"],
    ['state=approved&q=16 000', "status = 'approved' AND amount = 16000"],
  ] as const) {
    const sql = `FROM payments WHERE user_bot_id = ${botId} AND NOT is_test AND (${where})`;
    const expected = await platform.database.$queryRawUnsafe<{ id: number }[]>(
      `SELECT id ${sql} ORDER BY id DESC`,
    );
    expect(await readAll(filter, comesIn), filter).toEqual(expected.map(({ id }) => id));
    comesIn = undefined;
    const [sums] = await platform.database.$queryRawUnsafe<{ count: number; sum: string | null }[]>(
      `SELECT count(*)::int AS count, sum(amount)::text AS sum ${sql}`,
    );
    const { body } = await desk.get(`/payments/totals?${filter}`);
    expect(body, filter).toEqual({
      count: sums?.count,
      sums: sums?.sum ? [{ amount: sums.sum, currency: 'UZS' }] : [],
      more: false,
    });
  }
});

test('what is typed is found as it stands, and what is malformed is said to be', async () => {
  await platform.database.$executeRaw`
    UPDATE end_users SET full_name = '100%_sure' WHERE user_bot_id = ${botId} AND username = 'person_5'`;
  for (const q of ['%', '_sure', '100%_', '9000005']) {
    expect((await readAll(`q=${encodeURIComponent(q)}`)).length, q).toBe(PAYMENTS / PEOPLE);
  }
  const [newest] = await readAll('state=cancelled');
  expect(await readAll(`q=${newest}`)).toEqual([newest]);
  for (const filter of [
    'min=abc',
    'state=sold',
    'from=2026-02-30',
    'limit=101',
    'limit=0',
    'cursor=x',
    'page=2',
  ]) {
    const { status, body } = await desk.get(`/payments?${filter}`);
    expect([filter, status, body.error.code]).toEqual([filter, 400, 'request']);
  }
});

test('one payment tells every decision about it, and who made it', async () => {
  const { paymentId } = await buyAccess(platform, shop, { firstName: 'Story' });
  await desk.post(`/receipts/${paymentId}/revert`);
  const { body } = await desk.get(`/payments/${paymentId}`);
  const by = { name: 'Aziz', role: 'owner' };
  expect(body).toMatchObject({
    id: paymentId,
    state: 'reversed',
    payer: { name: 'Story' },
    source: null,
    promo: null,
    attempts: [],
    decisions: [
      { state: 'approved', by },
      { state: 'reversed', by },
    ],
  });
  const stranger = await openShop(platform);
  const theirs = await openPanel(platform, stranger.owner);
  for (const bot of [shop.shop, stranger.shop]) {
    expect((await theirs.of(bot).get(`/payments/${paymentId}`)).status).toBe(404);
  }
  expect((await theirs.of(shop.shop).get('/payments')).status).toBe(404);
  expect((await theirs.of(stranger.shop).get('/payments')).body).toEqual({ items: [], next: null });
});

test('a file holds exactly what the filter shows, as the bot writes it, and comes into the chat where it is wanted there', async () => {
  const { owner, shop: bot } = shop;
  await platform.database.$executeRaw`
    UPDATE end_users SET full_name = '=1+1' WHERE user_bot_id = ${botId} AND username = 'person_7'`;
  await owner.presses(platform.mainBot, `bot:${bot.id}:export`);
  const files = owner.chatWith(platform.mainBot).messages.flatMap(({ document }) => document ?? []);
  const whole = new TextDecoder().decode(
    files.find(({ fileName }) => fileName?.endsWith('payments.csv'))?.bytes,
  );
  const [head, ...lines] = whole.split('\r\n');
  const shown = new Set((await readAll('state=rejected&method=click')).map(String));
  const expected = [head, ...lines.filter((line) => shown.has(line.split(',')[0] ?? '')), ''].join('\r\n');
  expect(shown.size).toBeGreaterThan(100);
  expect(expected).toContain("'=1+1");

  const url = `${platform.app.origin}/panel/api/bots/${bot.id}/payments.csv?state=rejected&method=click`;
  const { headers } = await openPanel(platform, owner);
  const answer = await fetch(url, { headers });
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toBe(
    `attachment; filename="${bot.username}-payments.csv"`,
  );
  expect(await answer.text()).toBe(expected);
  expect((await fetch(url, { headers: { ...headers, 'sec-fetch-site': 'cross-site' } })).status).toBe(403);

  const wanted = { what: 'payments', filter: { state: 'rejected', method: 'click' } };
  expect((await desk.post('/exports', wanted)).status).toBe(202);
  await platform.quiet();
  expect(newestFile(owner, platform.mainBot)).toEqual({
    name: `${bot.username}-payments.csv`,
    text: expected,
  });
  expect((await desk.post('/exports', { what: 'everything' })).status).toBe(400);
  // Whom they looked for is not to be read in what stays behind.
  expect((await desk.post('/exports', { what: 'payments', filter: { q: 'Gulbahor' } })).status).toBe(202);
  await platform.quiet();
  const kept = await platform.database.outboxMessage.findMany({ where: { kind: 'send-export' } });
  expect(kept.length).toBeGreaterThan(1);
  expect(JSON.stringify(kept.map(({ payload }) => payload))).not.toMatch(/Gulbahor|click/);
});

test('a file of people holds exactly those whom the filter shows', async () => {
  const { owner, shop: bot } = shop;
  await platform.database.endUser.updateMany({
    where: { botId, username: 'person_771' },
    data: { banned: true },
  });
  await owner.presses(platform.mainBot, `bot:${bot.id}:export`);
  const [head, ...lines] = newestFile(owner, platform.mainBot).text.split('\r\n');
  const of = (pattern: RegExp) => [head, ...lines.filter((line) => pattern.test(line)), ''].join('\r\n');
  const { headers } = await openPanel(platform, owner);
  const url = `${platform.app.origin}/panel/api/bots/${bot.id}/users.csv`;
  const file = async (search: string) => (await fetch(url + search, { headers })).text();
  // Banned people are found under their own filter alone.
  expect(await file('?q=@person_77')).toBe(of(/,person_77(?!1,)\d*,/));
  expect(await file('?q=@person_77&sort=ending')).toBe(of(/,person_77(?!1,)\d*,/));
  expect(await file('?state=banned')).toBe(of(/,person_771,/));
  expect((await desk.post('/exports', { what: 'users', filter: { state: 'banned' } })).status).toBe(202);
  await platform.quiet();
  expect(newestFile(owner, platform.mainBot)).toEqual({
    name: `${bot.username}-people.csv`,
    text: of(/,person_771,/),
  });
});

test('what comes by Stars every month is listed as what came by Stars once', async () => {
  const { database } = platform;
  const first = await database.payment.findFirstOrThrow({ where: { botId, status: 'approved' } });
  const ids: number[] = [];
  for (const paymentMethod of ['stars', 'starsub']) {
    const { endUserId, channelId, planId, durationMonths, createdAt, approvedAt, decidedAt } = first;
    const of = { endUserId, botId, channelId, planId, durationMonths, createdAt, approvedAt, decidedAt };
    const data = { ...of, status: 'approved', paymentMethod, currency: 'XTR', amount: 150 };
    ids.unshift((await database.payment.create({ data })).id);
  }
  expect(await readAll('method=stars')).toEqual(ids);
  const { body } = await desk.get('/payments/totals?method=stars');
  expect(body).toMatchObject({ count: 2, sums: [{ amount: '300', currency: 'XTR' }] });
  const { body: one } = await desk.get(`/payments/${ids[0]}`);
  expect([one.method, one.amount]).toEqual(['stars', { amount: '150', currency: 'XTR' }]);
  const user = await desk.get(`/users/${first.endUserId}`);
  expect(user.body.payments.slice(0, 2).map(({ method }: { method: string }) => method)).toEqual([
    'stars',
    'stars',
  ]);
  await moderatorReadsEnglish(platform);
  const moderator = await openPanel(platform, platform.moderator);
  const watched = await moderator.get(`/mod/payments?method=stars&bot=${shop.shop.id}`);
  expect(watched.body.items).toMatchObject(ids.map((id) => ({ id, method: 'stars' })));
});
