import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeRandomShop } from '../../../support/analytics/random-shop.ts';
import { reckonOverview } from '../../../support/analytics/reckoned-overview.ts';
import { reckonFunnel, reckonRetention, reckonSources } from '../../../support/analytics/reckoned-people.ts';
import { reckonRevenue } from '../../../support/analytics/reckoned-revenue.ts';
import { reckonForecast, reckonSpeed } from '../../../support/analytics/reckoned-time.ts';
import { monthOf, monthSpan } from '../../../support/analytics/reckoning.ts';
import { type Records, readRecords } from '../../../support/analytics/shop-records.ts';
import { untilCounted } from '../../../support/analytics/story.ts';
import { openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { Random } from '../../../support/random.ts';
import { openShop } from '../../../support/shop.ts';

const SEEDS = Number(process.env['SEEDS'] ?? 2);
const FIRST_SEED = Number(process.env['SEED'] ?? 1);
const ZONE = 'Asia/Tashkent';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.closesClean());

/** A shop whose whole history is made up by chance, and who asks it. */
async function openRandomShop(random: Random) {
  const { clock, database } = platform;
  const shop = await openShop(platform);
  const { channelId, channel } = await database.plan.findUniqueOrThrow({
    where: { id: shop.planId },
    include: { channel: true },
  });
  const { botId } = channel;
  const ground = { prisma: database, botId, channelId, random, now: clock.now(), zone: ZONE };
  const { groupId, plans, sources } = await writeRandomShop(ground);
  const panel = (await openPanel(platform, shop.owner)).of(shop.shop);
  const ask = async (path: string, query: object) => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) search.set(name, String(value));
    }
    return untilCounted(platform, () => panel.get(`/analytics/${path}?${search.toString()}`));
  };
  return { ask, records: await readRecords(database, botId), chats: [channelId, groupId], plans, sources };
}

type RandomShop = Awaited<ReturnType<typeof openRandomShop>>;

/** Months within the last two years. */
function somePeriod(random: Random, now: Date) {
  const ago = 1 + random.int(18);
  const name = (months: number) => monthSpan(monthOf(now, ZONE), ZONE, -months).name;
  return { from: name(ago), to: name(random.int(ago)) };
}

function someFilter(random: Random, { chats, plans }: RandomShop) {
  return {
    chat: random.chance(30) ? random.pick(chats) : undefined,
    plan: random.chance(20) ? random.pick(plans) : undefined,
    method: random.chance(20) ? random.pick(['card', 'payme', 'stars']) : undefined,
    currency: random.chance(25) ? ('XTR' as const) : ('UZS' as const),
  };
}

const byKey = (one: { key: string }, other: { key: string }) => one.key.localeCompare(other.key);

async function compareSales(random: Random, shop: RandomShop, records: Records, now: Date): Promise<void> {
  const { ask } = shop;
  const asked = { ...somePeriod(random, now), ...someFilter(random, shop) };
  expect(await ask('overview', asked), JSON.stringify(asked)).toEqual(
    reckonOverview(records, asked, now, ZONE),
  );
  const grouped = {
    ...asked,
    by: random.pick(['plan', 'method', 'chat', 'source'] as const),
    step: random.pick(['day', 'month'] as const),
  };
  const revenue = await ask('revenue', grouped);
  const groups = revenue.groups.map((group: { label: string; key: string }) => {
    // It is words.
    const { label, ...others } = group;
    expect(label).not.toBe('');
    return others;
  });
  const reckoned = reckonRevenue(records, grouped, now, ZONE);
  expect({ ...revenue, groups: groups.sort(byKey) }, JSON.stringify(grouped)).toEqual({
    ...reckoned,
    groups: reckoned.groups.sort(byKey),
  });
}

async function comparePeople(random: Random, shop: RandomShop, records: Records, now: Date): Promise<void> {
  const { ask, chats, sources } = shop;
  const period = somePeriod(random, now);
  const filter = { ...someFilter(random, shop), chat: random.pick([undefined, ...chats]) };
  const asked = { ...period, ...filter };
  expect(await ask('retention', asked), JSON.stringify(asked)).toEqual(
    reckonRetention(records, asked, now, ZONE),
  );
  const days = {
    since: `${period.from}-0${1 + random.int(9)}`,
    until: `${period.to}-1${random.int(9)}`,
    source: random.pick([undefined, 0, ...sources]),
  };
  expect(await ask('funnel', days), JSON.stringify(days)).toEqual(reckonFunnel(records, days, now, ZONE));
  const { asOf, items } = reckonSources(records, asked, now, ZONE);
  const byId = (one: { id: number | null }, other: { id: number | null }) => (one.id ?? 0) - (other.id ?? 0);
  const found = await ask('sources', asked);
  expect({ asOf: found.asOf, items: found.items.sort(byId) }, JSON.stringify(asked)).toEqual({
    asOf,
    items: items.sort(byId),
  });
  const window = { days: 1 + random.int(365) };
  expect(await ask('speed', window), JSON.stringify(window)).toEqual(reckonSpeed(records, window, now, ZONE));
  const due = { days: random.pick([30, 90]), ...filter };
  expect(await ask('forecast', due), JSON.stringify(due)).toEqual(reckonForecast(records, due, now, ZONE));
}

const seeds = Array.from({ length: SEEDS }, (_, number) => FIRST_SEED + number);

test.each(seeds)(
  'every report of a shop’s whole life is what the records say line by line, seed %i',
  async (seed) => {
    const random = new Random(seed);
    const shop = await openRandomShop(random);
    const now = platform.clock.now();
    for (let round = 0; round < 8; round += 1) {
      await compareSales(random, shop, shop.records, now);
      await comparePeople(random, shop, shop.records, now);
    }
  },
);
