import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import type { App } from '../../../../src/app.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';

const SLOW_MS = 550;
/** As many as are judged. */
const PEOPLE = 24;

let platform: Platform;
let second: App;
let people: SandboxPerson[];

beforeEach(async () => {
  platform = await startPlatform();
  second = await platform.startAnother();
  const { moderator, mainBot, telegram } = platform;
  await moderator.starts(mainBot);
  await moderator.presses(mainBot, 'lang:en');
  people = Array.from({ length: PEOPLE }, (_, number) => telegram.newPerson({ firstName: `P${number}` }));
});
afterEach(async () => {
  await platform.closesClean();
});

/** What moderators were told of it, in its order. */
function heard(): { text: string; quiet: boolean }[] {
  return platform.telegram.calls
    .filter(({ method, params }) => {
      return method === 'sendMessage' && /Answers are slow|answers were slow/.test(String(params['text']));
    })
    .map(({ params }) => ({
      text: String(params['text']),
      quiet: String(params['disable_notification']) === 'true',
    }));
}

async function fourMinutesPass(): Promise<void> {
  await Promise.all(people.map((person) => person.starts(platform.mainBot)));
  await platform.app.jobs.watch();
  await second.jobs.watch();
  platform.clock.passes({ minutes: 4 });
}

test('moderators hear once and without a sound that answers are slow for ten minutes, and once that they are quick again', async () => {
  const { telegram, app } = platform;
  const heal = telegram.failAll(
    ({ method, params }) =>
      method === 'sendMessage' && !/answers (?:are|were) slow/i.test(String(params['text'])),
    { kind: 'slow', ms: SLOW_MS },
  );
  for (let times = 0; times < 3; times += 1) await fourMinutesPass();
  expect(heard()).toEqual([]);
  const { metrics } = (await (await fetch(`${app.origin}/health`)).json()) as {
    metrics: Record<string, number>;
  };
  for (const percent of [50, 95, 99])
    expect(metrics[`response_time_p${percent}_ms`]).toBeGreaterThan(SLOW_MS);
  for (let times = 0; times < 2; times += 1) await fourMinutesPass();
  expect(heard()).toEqual([
    { text: expect.stringMatching(/one update in twenty takes over \d{3,4} ms \(12 min\)/), quiet: true },
  ]);
  heal();
  platform.clock.passes({ minutes: 6 });
  for (let looks = 0; looks < 2; looks += 1) {
    await app.jobs.watch();
    await second.jobs.watch();
  }
  expect(heard()).toHaveLength(2);
  expect(heard()[1]?.text).toContain('Resolved</b>: answers were slow');
});
