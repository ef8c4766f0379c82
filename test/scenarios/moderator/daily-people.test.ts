import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { listNewcomers } from '../../../src/modules/monitoring/metrics-queries.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, openShop } from '../../support/shop.ts';

let platform: Platform;

/** On a Saturday afternoon in Tashkent. */
beforeEach(async () => {
  platform = await startPlatform();
  await platform.moderator.starts(platform.mainBot);
  await platform.moderator.presses(platform.mainBot, 'lang:en');
});
afterEach(async () => {
  await platform.closesClean();
});

const day = (date: string) => new Date(`${date}T00:00:00Z`);
const rows = () => platform.database.dailyPeople.findMany({ orderBy: { day: 'asc' } });

async function newPeople(count: number): Promise<SandboxPerson[]> {
  const people = Array.from({ length: count }, (_, n) => platform.telegram.newPerson({ firstName: `P${n}` }));
  await Promise.all(people.map((person) => person.starts(platform.mainBot)));
  return people;
}

async function hadActive(counts: Record<string, number>): Promise<void> {
  await platform.database.dailyPeople.createMany({
    data: Object.entries(counts).map(([date, active]) => ({
      day: day(date),
      active,
      newcomers: 0,
      returned: 0,
    })),
  });
}

async function report(): Promise<string> {
  const { app, moderator, mainBot } = platform;
  await app.jobs.dailyReport();
  const find = () =>
    moderator.chatWith(mainBot).messages.filter(({ text }) => text.includes('last 24 hours'));
  await eventually(() => expect(find()).toHaveLength(1));
  return find()[0]?.text.replaceAll('\u00A0', ' ') ?? '';
}

test('who came back after seven days is counted and told, and only the numbers are kept', async () => {
  const { app, clock, database, mainBot } = platform;
  const [faithful] = await newPeople(3);
  await app.metrics.flush();
  clock.passes({ days: 7 });
  await faithful?.sends(mainBot, '/menu');
  // Somebody who is new today is no one who came back.
  await newPeople(1);
  await app.metrics.flush();
  clock.passes({ hours: 10, minutes: 5 });
  await app.jobs.checkSystem();
  expect((await rows()).map((row) => row.day)).not.toContainEqual(day('2026-11-28'));
  clock.passes({ hours: 1 });
  await app.jobs.checkSystem();
  const counted = { day: day('2026-11-28'), active: 2, newcomers: 4, returned: 1 };
  expect((await rows()).at(-1)).toEqual(counted);
  clock.passes({ hours: 9 });
  expect(await report()).toContain('🔁 Back on the 7th day: 25% (1 of 4 new users)');
  clock.passes({ days: 3 });
  await app.jobs.checkSystem();
  expect(await database.activePerson.count()).toBe(0);
  expect(await rows()).toContainEqual(counted);
});

test('whoever was in another bot before is no new person, and whoever is forgotten is nobody', async () => {
  const { database, clock } = platform;
  const shop = await openShop(platform);
  const buyer = await newBuyer(platform, shop);
  const [known] = await newPeople(1);
  clock.passes({ days: 1 });
  const [from, to] = [new Date('2026-11-21T19:00:00Z'), new Date('2026-11-22T19:00:00Z')];
  await known?.starts(shop.shop);
  await buyer.starts(platform.mainBot);
  const gone = await newBuyer(platform, shop);
  const someone = await newBuyer(platform, shop);
  await database.endUser.updateMany({ where: { telegramUserId: gone.id }, data: { telegramUserId: -7 } });
  expect(await listNewcomers(database, from, to)).toEqual([BigInt(someone.id)]);
});

test('the report compares with the week before, and says so plainly when a fifth of the people is gone', async () => {
  const { app, clock } = platform;
  const week = ['14', '15', '16', '17', '18', '19', '20'].map((date) => [`2026-11-${date}`, 100]);
  await hadActive({ ...Object.fromEntries(week), '2026-11-13': 9_000, '2026-11-21': 9_000 });
  await newPeople(1);
  await app.metrics.flush();
  clock.passes({ hours: 20 });
  expect(await report()).toMatch(
    /📉 Active users compared with the week before: ↓ 98% \(100 a day on average\)\. Check/,
  );
});

test('a few more than in the week before are an arrow and no alarm', async () => {
  const { app, clock } = platform;
  await hadActive({ '2026-11-19': 1, '2026-11-20': 3 });
  await newPeople(2);
  await app.metrics.flush();
  clock.passes({ hours: 20 });
  const text = await report();
  expect(text).toContain('👥 Active users compared with the week before: ↑ 50% (2 a day on average)');
  expect(text).not.toContain('7th day');
});

test('days are kept for 400 days', async () => {
  await hadActive({ '2025-10-16': 5, '2025-10-17': 6 });
  await platform.app.jobs.checkSystem();
  expect((await rows()).map(({ active }) => active)).toEqual([6]);
});
