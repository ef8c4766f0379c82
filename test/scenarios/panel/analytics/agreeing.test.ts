import { afterAll, beforeAll, expect, test } from 'vitest';
import { askReport, buys, soums, timeIs, untilCounted } from '../../../support/analytics/story.ts';
import { askPanel } from '../../../support/panel/ask-panel.ts';
import { openEvents } from '../../../support/panel/event-stream.ts';
import { openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

/** As long as what was counted last counts as fresh: ten seconds, where counting does not take long. */
async function becomesStale(): Promise<void> {
  const [counted] = await platform.database.analyticsFacts.findMany();
  platform.clock.passes({ milliseconds: Math.max(10_000, 300 * (counted?.buildMs ?? 0)) });
}

/** Turnover of today and of the present month as the panel, the bot and the file of payments have it. */
async function turnovers() {
  const { owner, shop: bot } = shop;
  const [overview, days] = [
    await askReport(platform, shop, 'overview'),
    await askReport(platform, shop, 'revenue?by=method&step=day'),
  ];
  const { months } = overview;
  const today = days.series.at(-1);
  await owner.presses(platform.mainBot, `bot:${bot.id}:stats`);
  await platform.quiet();
  const screen = owner.chatWith(platform.mainBot).last?.text.replaceAll(/[\u00A0,]/g, '') ?? '';
  const said = (period: string) => soums(Number(new RegExp(`${period}: (\\d+)`).exec(screen)?.[1]));
  const file = await readPayments();
  const filed = (at: string) =>
    soums(file.filter((row) => row.approvedAt.startsWith(at)).reduce((sum, { amount }) => sum + amount, 0));
  return {
    panel: { today: soums(Number(today.values.card ?? 0)), month: months.at(-1).turnover },
    bot: { today: said('Today'), month: said('This month') },
    file: { today: filed(today.at), month: filed(months.at(-1).month) },
  };
}

async function readPayments() {
  const { headers } = await openPanel(platform, shop.owner);
  const url = `${platform.app.origin}/panel/api/bots/${shop.shop.id}/payments.csv?state=approved`;
  const [head = '', ...lines] = (await (await fetch(url, { headers })).text()).trimEnd().split('\r\n');
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    const cell = (name: string) => cells[names.indexOf(name)] ?? '';
    return { approvedAt: cell('Approved'), amount: Number(cell('Amount')) };
  });
}

const everywhere = (today: number, month: number) => {
  const same = { today: soums(today), month: soums(month) };
  return { panel: same, bot: same, file: same };
};

test('a sale and its reversal are in the panel, the bot and the file alike, and a month that is over is corrected', async () => {
  timeIs(platform, '2026-12-20T12:00:00+05:00');
  const past = await buys(platform, shop, await newBuyer(platform, shop));
  await becomesStale();
  expect(await turnovers()).toEqual(everywhere(50_000, 50_000));

  // A night later than the month ends in UTC, it has not ended where they are not, and has where they are.
  timeIs(platform, '2027-01-01T00:30:00+05:00');
  const present = await buys(platform, shop, await newBuyer(platform, shop));
  expect(await turnovers()).toEqual(everywhere(50_000, 50_000));
  timeIs(platform, '2027-01-02T12:00:00+05:00');
  await buys(platform, shop, await newBuyer(platform, shop));
  expect(await turnovers()).toEqual(everywhere(50_000, 100_000));
  const december = async () => (await askReport(platform, shop, 'overview')).months.at(-2);
  expect(await december()).toMatchObject({ month: '2026-12', turnover: soums(50_000), paying: 1 });

  const panel = (await openPanel(platform, shop.owner)).of(shop.shop);
  expect((await panel.post(`/receipts/${past}/revert`)).status).toBe(200);
  expect((await panel.post(`/receipts/${present}/revert`)).status).toBe(200);
  await becomesStale();
  expect(await turnovers()).toEqual(everywhere(50_000, 50_000));
  expect(await december()).toMatchObject({
    turnover: soums(0),
    sales: { new: 0, renewal: 0, return: 0 },
    paying: 0,
  });
});

test('whoever asks, in whatever process, is told the same, which was counted once', async () => {
  const before = await askReport(platform, shop, 'overview');
  await platform.database.analyticsFacts.deleteMany();
  // Nobody remembers anything.
  await platform.restart();
  const origins = [platform.app.origin, (await platform.startAnother()).origin];
  platform.clock.passes({ days: 2 });

  const { headers } = await openPanel(platform, shop.owner);
  const path = `/bots/${shop.shop.id}/analytics/overview`;
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      untilCounted(platform, () => askPanel(origins[index % 2] ?? '', 'GET', path, { headers })),
    ),
  );
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0].months).toEqual(before.months);
  expect(await countBuilds(origins)).toBe(1);
});

test('while nothing has been counted yet an answer says so, and an open page hears when it has', async () => {
  const stranger = await openShop(platform);
  const { headers, of } = await openPanel(platform, stranger.owner);
  const { get } = of(stranger.shop);
  const stream = await openEvents(platform.app.origin, headers);
  const told = await platform.database.$transaction(
    async (hold) => {
      // Nothing but a count waits for it.
      await hold.$executeRaw`LOCK TABLE source_visits IN ACCESS EXCLUSIVE MODE`;
      const computing = { status: 202, body: { state: 'computing' } };
      expect(await Promise.all([get('/analytics/overview'), get('/analytics/funnel.csv')])).toMatchObject([
        computing,
        computing,
      ]);
      return stream.heard.length;
    },
    { timeout: 60_000 },
  );
  const change = { event: 'changed', data: { bot: String(stranger.shop.id) } };
  await expect.poll(() => stream.heard.slice(told)).toContainEqual(change);
  stream.close();
  expect(await get('/analytics/overview')).toMatchObject({ status: 200 });
});

/** How often facts were counted, in all processes. */
async function countBuilds(origins: readonly string[]): Promise<number> {
  let sum = 0;
  for (const origin of origins) {
    const text = await (await fetch(`${origin}/metrics`)).text();
    for (const [, built] of text.matchAll(/_facts_build\w*_count\{[^}]*outcome="built"[^}]*\} (\d+)/g)) {
      sum += Number(built);
    }
  }
  return sum;
}
