import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';

let platform: Platform;

beforeEach(async () => {
  platform = await startPlatform({ outages: true });
  await platform.moderator.starts(platform.mainBot);
  await platform.moderator.presses(platform.mainBot, 'lang:en');
  await platform.quiet();
});
afterEach(async () => {
  expect(platform.telegram.faults).toEqual([]);
  await platform.close();
});

async function minutesPass(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    platform.clock.passes({ minutes: 1 });
    await platform.app.jobs.watch();
  }
}

/** The line of one component, as the screen shows it now. */
async function lineOf(name: string): Promise<string> {
  const { moderator, mainBot } = platform;
  await moderator.presses(mainBot, 'mod:health');
  const lines = moderator.chatWith(mainBot).last?.text.replaceAll('\u00A0', ' ').split('\n') ?? [];
  return lines.find((line) => line.includes(name)) ?? '';
}

test('a moderator finds the last 24 hours of each part on the desk, and the way back', async () => {
  const { moderator, mainBot, app } = platform;
  await app.jobs.watch();
  await moderator.sends(mainBot, '/admin');
  await moderator.taps(mainBot, '🩺 System health');
  const text = moderator.chatWith(mainBot).last?.text.replaceAll('\u00A0', ' ');
  const steady = (name: string) => `🟢 ${name}: up 100%, slowest \\d+ ms, no change`;
  expect(text).toMatch(
    new RegExp(
      `^🩺 System health, the last 24 hours\n\n${['Database', 'Redis', 'Telegram', 'Queue'].map(steady).join('\n')}$`,
    ),
  );
  await moderator.taps(mainBot, '🔄 Refresh');
  await moderator.taps(mainBot, '← Back');
  expect(moderator.chatWith(mainBot).last?.text).toContain('Moderator panel');
});

test.each([
  ['redis', 'Redis'],
  ['postgres', 'Database'],
] as const)(
  'how long %s was unavailable, and when it came back, is told, and so is what nobody could write down then',
  async (server, name) => {
    await minutesPass(2);
    await platform[server]?.cut();
    await minutesPass(2);
    await platform[server]?.restore();
    const back = () => fetch(`${platform.app.origin}/health`).then(({ status }) => status);
    await eventually(async () => expect(await back()).toBe(200));
    await eventually(async () => {
      await platform.app.jobs.watch();
      expect(await platform.database.systemCheck.count({ where: { status: 'unhealthy' } })).toBeGreaterThan(
        1,
      );
    });
    await minutesPass(4);
    await platform.telegram.quiet({ timeoutMs: 40_000 });
    expect(await lineOf(name)).toMatch(
      /^🟢 .+: up [67]\d(?:\.\d)?%, slowest \d+ ms, last change 21 November 2026, 14:0\d$/,
    );
    platform.clock.passes({ days: 1 });
    await minutesPass(1);
    expect(await lineOf(name)).toContain('up 100%');
  },
);

test('the worst that any process finds in a minute stands, whoever writes first', async () => {
  const { app, database, telegram } = platform;
  const another = await platform.startAnother();
  await minutesPass(1);
  telegram.becomesUnavailable();
  await another.jobs.watch();
  telegram.comesBack();
  await app.jobs.watch();
  const checks = await database.systemCheck.findMany({ where: { component: 'telegram_api' } });
  expect(checks.at(-1)).toMatchObject({ status: 'unhealthy' });
});

test('to anybody else there is no such screen', async () => {
  const { telegram, mainBot } = platform;
  const person = telegram.newPerson({ firstName: 'Curious' });
  await person.starts(mainBot);
  await person.presses(mainBot, 'lang:en');
  await person.presses(mainBot, 'mod:health');
  const seen = person.chatWith(mainBot).last?.text;
  await person.presses(mainBot, 'mod:nothing-like-that');
  expect(person.chatWith(mainBot).last?.text).toBe(seen);
  expect(JSON.stringify(person.chatWith(mainBot).messages)).not.toContain('System health');
  const actor = { kind: 'moderator', telegramUserId: BigInt(person.id) } as const;
  await expect(platform.app.services.checkHistory.readDay(actor)).rejects.toMatchObject({ code: 'notFound' });
});

test('checks are kept for 30 days', async () => {
  const { app, database, clock } = platform;
  await minutesPass(1);
  const at = clock.now();
  const left = () => database.systemCheck.count({ where: { at } });
  clock.passes({ days: 30 });
  await app.services.retention.prune();
  expect(await left()).toBe(4);
  clock.passes({ minutes: 1 });
  await app.services.retention.prune();
  expect(await left()).toBe(0);
});
