import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxBot } from '../../../sandbox/sandbox.ts';
import type { App } from '../../../src/app.ts';
import { HOUR_MS } from '../../../src/shared/durations.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';

let platform: Platform;
let second: App;

interface Heard {
  text: string;
  quiet: boolean;
  bot: string;
}

const TROUBLE = /^(?:🔴|📉|✅ <b>)/u;
const LIFE = /^(?:🟢|⚪)/u;

/** What moderators were told by itself so far, in its order. */
function heard(kind = TROUBLE): Heard[] {
  return platform.telegram.calls
    .filter(({ method, params, error, fault }) => {
      return method === 'sendMessage' && kind.test(String(params['text'])) && !error && !fault;
    })
    .map(({ params, bot }) => ({
      text: String(params['text']),
      quiet: params['disable_notification'] === true || params['disable_notification'] === 'true',
      bot,
    }));
}

/** Every process looks. */
async function everybodyLooks(): Promise<void> {
  await Promise.all([platform.app.jobs.watch(), second.jobs.watch()]);
}

async function start(environment: Record<string, string> = {}): Promise<void> {
  platform = await startPlatform({ outages: true, environment });
  second = await platform.startAnother();
  const { moderator, mainBot } = platform;
  await moderator.starts(mainBot);
  await moderator.presses(mainBot, 'lang:en');
  await everybodyLooks();
}

afterEach(async () => {
  expect(platform.telegram.faults).toEqual([]);
  await platform.close();
});

describe('of two processes one tells a moderator', () => {
  beforeEach(() => start());

  test.each([
    ['postgres', 'The database isn’t responding', 'the database wasn’t responding'],
    ['redis', 'Redis isn’t responding', 'Redis wasn’t responding'],
  ] as const)(
    'that %s has been unavailable for five minutes, and when it is back',
    async (server, trouble, over) => {
      await platform[server]?.cut();
      await everybodyLooks();
      platform.clock.passes({ minutes: 4 });
      await everybodyLooks();
      expect(heard()).toEqual([]);
      platform.clock.passes({ minutes: 2 });
      await everybodyLooks();
      await everybodyLooks();
      expect(heard()).toEqual([{ text: expect.stringContaining(trouble), quiet: false, bot: 'getolog_bot' }]);
      platform.clock.passes({ minutes: 40 });
      await everybodyLooks();
      expect(heard()).toHaveLength(1);
      await platform[server]?.restore();
      await eventually(async () => {
        await everybodyLooks();
        expect(heard()).toHaveLength(2);
      });
      expect(heard()[1]).toEqual({
        text: expect.stringContaining(`${over} (46 min)`),
        quiet: true,
        bot: 'getolog_bot',
      });
      await everybodyLooks();
      expect(heard()).toHaveLength(2);
      await platform.moderator.starts(platform.mainBot);
      await platform.quiet();
    },
  );

  test('that Telegram has been unavailable, in one word for the whole when it is back', async () => {
    platform.telegram.becomesUnavailable();
    await everybodyLooks();
    platform.clock.passes({ minutes: 6 });
    await everybodyLooks();
    platform.telegram.comesBack();
    await everybodyLooks();
    await everybodyLooks();
    expect(heard()).toEqual([
      {
        text: expect.stringContaining('Telegram wasn’t responding (6 min)'),
        quiet: true,
        bot: 'getolog_bot',
      },
    ]);
  });

  test('nothing of what is over within five minutes', async () => {
    await platform.redis?.cut();
    await everybodyLooks();
    platform.clock.passes({ minutes: 4 });
    await everybodyLooks();
    await platform.redis?.restore();
    await eventually(async () => expect((await fetch(`${platform.app.origin}/health`)).status).toBe(200));
    await everybodyLooks();
    platform.clock.passes({ minutes: 4 });
    await everybodyLooks();
    expect(heard()).toEqual([]);
  });

  test('of an outage under load once: what was refused in it is no trouble of its own', async () => {
    const { telegram, mainBot, redis, clock } = platform;
    const people = Array.from({ length: 30 }, (_, number) => telegram.newPerson({ firstName: `P${number}` }));
    await redis?.cut();
    await Promise.all(people.map((person) => person.starts(mainBot, { wait: false })));
    await telegram.until(() => mainBot.inbox.webhook?.lastError?.message.includes('503'), { what: 'a 503' });
    await everybodyLooks();
    clock.passes({ minutes: 6 });
    await everybodyLooks();
    await redis?.restore();
    await telegram.quiet({ timeoutMs: 40_000 });
    for (let look = 0; look < 3; look += 1) await everybodyLooks();
    expect(heard().map(({ text }) => text)).toEqual([
      expect.stringContaining('Redis isn’t responding'),
      expect.stringContaining('Redis wasn’t responding'),
    ]);
  });

  test('of several troubles in one message', async () => {
    Object.assign(platform.machine, { disk: 0.91, cpu: 0.97 });
    await everybodyLooks();
    platform.clock.passes({ minutes: 6 });
    Object.assign(platform.machine, { memory: 0.95 });
    await everybodyLooks();
    platform.clock.passes({ minutes: 1 });
    await everybodyLooks();
    expect(heard().map(({ text }) => text)).toEqual([
      expect.stringMatching(/^🔴 <b>The disk is 91% full/),
      expect.stringMatching(/processor is 97% busy/),
      expect.stringMatching(/Memory is 95% used/),
    ]);
    Object.assign(platform.machine, { disk: 0.5, cpu: 0.5, memory: 0.5 });
    await everybodyLooks();
    const last = heard().slice(3);
    expect(last).toHaveLength(1);
    expect(last[0]?.text.match(/Resolved/g)).toHaveLength(3);
    expect(last[0]?.quiet).toBe(true);
  });

  test('of one kind once in half an hour, and of what lasts longer at its end', async () => {
    const isFull = async (full: boolean) => {
      platform.machine.disk = full ? 0.95 : 0.5;
      await everybodyLooks();
      platform.clock.passes({ minutes: 5 });
    };
    for (const full of [true, false, true, false, true]) await isFull(full);
    expect(heard()).toHaveLength(2);
    platform.clock.passes({ minutes: 10 });
    await everybodyLooks();
    expect(heard()).toHaveLength(3);
    await isFull(false);
    expect(heard()).toHaveLength(4);
  });
});

test('the disk of a moderator who reads Russian is full in Russian, and the monitoring bot says so', async () => {
  const token = await startWithMonitoringBot();
  const { moderator, mainBot, machine, app } = platform;
  await moderator.starts(mainBot);
  await moderator.presses(mainBot, 'lang:ru');
  machine.disk = 0.9;
  await app.jobs.watch();
  // Nobody has opened the monitoring bot yet.
  expect(heard().map(({ bot, text }) => [bot, text.slice(0, 20)])).toEqual([
    ['getolog_bot', expect.stringContaining('Диск')],
  ]);
  await moderator.starts(token.bot);
  machine.disk = 0.5;
  await app.jobs.watch();
  expect(heard()[1]?.bot).toBe('getolog_watch_bot');
});

async function startWithMonitoringBot(): Promise<{ bot: SandboxBot }> {
  platform = await startPlatform();
  const bot = platform.telegram.newBot({ username: 'getolog_watch_bot', name: 'Getolog watch' });
  await platform.restart({ MONITORING_BOT_TOKEN: bot.token });
  return { bot };
}

test('more than one update in twenty that failed is told, and when they come out again', async () => {
  platform = await startPlatform();
  const { moderator, mainBot, telegram, app, clock } = platform;
  await moderator.starts(mainBot);
  await moderator.presses(mainBot, 'lang:en');
  const people = Array.from({ length: 24 }, (_, number) => telegram.newPerson({ firstName: `P${number}` }));
  await Promise.all(people.map((person) => person.starts(mainBot)));
  await app.jobs.watch();
  expect(heard()).toEqual([]);
  await platform.database.$executeRaw`ALTER TABLE user_admins RENAME COLUMN full_name TO full_name_gone`;
  await Promise.all(people.slice(0, 6).map((person) => person.sends(mainBot, '/start')));
  await platform.database.$executeRaw`ALTER TABLE user_admins RENAME COLUMN full_name_gone TO full_name`;
  await app.jobs.watch();
  expect(heard()[0]?.text).toMatch(/% of updates failed<\/b> in the last 5 minutes \(6 of 3\d\)/);
  clock.passes({ minutes: 6 });
  await app.jobs.watch();
  expect(heard()[1]?.text).toContain('too many updates failed');
  platform.faults.length = 0;
});

test('fewer active people than the day before are told without a sound', async () => {
  platform = await startPlatform();
  const { moderator, mainBot, app, clock, database } = platform;
  await moderator.starts(mainBot);
  await moderator.presses(mainBot, 'lang:en');
  const hour = new Date(clock.now().getTime() - 30 * HOUR_MS);
  await database.activePerson.createMany({
    data: Array.from({ length: 60 }, (_, person) => ({ hour, person: BigInt(person) })),
  });
  await app.jobs.checkSystem();
  expect(heard().filter(({ text }) => text.includes('in a day'))).toEqual([
    { text: expect.stringMatching(/down \d+% in a day.*after 60/), quiet: true, bot: 'getolog_bot' },
  ]);
});

test('moderators hear that the platform stops and starts, once for all its processes, without a sound', async () => {
  platform = await startPlatform();
  const { moderator, mainBot, telegram } = platform;
  await moderator.starts(mainBot);
  await moderator.presses(mainBot, 'lang:en');
  const before = heard(LIFE).length;
  await platform.restart();
  await platform.startAnother();
  await telegram.until(() => heard(LIFE).length === before + 2, { what: 'a word at start' });
  expect(
    heard(LIFE)
      .slice(before)
      .map(({ text, quiet }) => [text, quiet]),
  ).toEqual([
    ['⚪ Getolog is stopping.', true],
    ['🟢 Getolog has started.', true],
  ]);
});

test('who was active, and what went wrong, stands in the database by the hour and names nobody', async () => {
  platform = await startPlatform();
  const { telegram, mainBot, database, clock } = platform;
  const [first, other] = [telegram.newPerson({ firstName: 'A' }), telegram.newPerson({ firstName: 'B' })];
  await first.starts(mainBot);
  await first.presses(mainBot, 'lang:en');
  await other.starts(mainBot);
  clock.passes({ hours: 1 });
  await first.sends(mainBot, '/menu');
  await platform.restart();
  await first.sends(mainBot, '/menu');
  await platform.restart();
  const rows = await database.hourlyMetrics.findMany({ orderBy: { hour: 'asc' } });
  expect(rows).toEqual([
    { hour: new Date('2026-11-21T09:00:00Z'), updates: 3, failed: 0, unavailable: 0, faults: 0 },
    { hour: new Date('2026-11-21T10:00:00Z'), updates: 2, failed: 0, unavailable: 0, faults: 0 },
  ]);
  const people = await database.activePerson.findMany();
  expect(people).toHaveLength(3);
  expect(people.map(({ person }) => person)).not.toContain(BigInt(first.id));
  const day = await platform.app.metrics.readDay(
    new Date('2026-11-21T00:00:00Z'),
    new Date('2026-11-22T00:00:00Z'),
  );
  expect(day).toEqual({ updates: 5, errors: 0, unavailable: 0, activeUsers: 2 });
  clock.passes({ days: 4 });
  await platform.app.jobs.checkSystem();
  expect(await database.activePerson.count()).toBe(0);
});

test('a message that nobody delivers is late, and then no more', async () => {
  platform = await startPlatform();
  const { moderator, mainBot, clock, database } = platform;
  await moderator.starts(mainBot);
  await moderator.presses(mainBot, 'lang:en');
  await platform.quiet();
  await platform.restart({ ROLE: 'web' });
  const { app } = platform;
  await app.jobs.watch();
  const payload = { to: { kind: 'owner', ownerId: 1 }, notice: { kind: 'ownerBanned' }, quiet: false };
  const { id } = await database.outboxMessage.create({
    data: { kind: 'small-notice', key: 'nobody', payload, dueAt: clock.now() },
  });
  clock.passes({ minutes: 4 });
  await app.jobs.watch();
  expect(heard()).toEqual([]);
  clock.passes({ minutes: 1 });
  await app.jobs.watch();
  expect(heard().map(({ text }) => text)).toEqual([
    expect.stringContaining('oldest job has been waiting for 5 min'),
  ]);
  expect(await (await fetch(`${app.origin}/health`)).json()).toMatchObject({ status: 'degraded' });
  await database.outboxMessage.update({ where: { id }, data: { doneAt: clock.now() } });
  await app.jobs.watch();
  expect(heard()[1]?.text).toContain('the queue was late');
});
