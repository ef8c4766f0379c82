import { expect, test } from 'vitest';
import { createBotRegistry, type RegisteredBot } from '../../../src/telegram/bots/bot-registry.ts';

const bot = {} as RegisteredBot;

/** Builds that end when the test says so. */
function slowBuilds() {
  const builds: { end: (bot: RegisteredBot | null) => void; fail: (error: Error) => void }[] = [];
  const build = () =>
    new Promise<RegisteredBot | null>((resolve, reject) => builds.push({ end: resolve, fail: reject }));
  return { builds, registry: createBotRegistry(build) };
}

test('ten first updates at once share one build', async () => {
  const { builds, registry } = slowBuilds();
  const waiting = Array.from({ length: 10 }, () => registry.get(7n));
  expect(builds).toHaveLength(1);
  builds[0]?.end(bot);
  expect(await Promise.all(waiting)).toEqual(Array(10).fill(bot));
});

test('a build that fails is forgotten, and tried again by the next update', async () => {
  const { builds, registry } = slowBuilds();
  const first = registry.get(7n);
  builds[0]?.fail(new Error('the database is unavailable'));
  await expect(first).rejects.toThrow('the database is unavailable');
  const second = registry.get(7n);
  builds[1]?.end(bot);
  expect(await second).toBe(bot);
});

test('a change during a build makes the next update build anew, and the old build does not undo it', async () => {
  const { builds, registry } = slowBuilds();
  const before = registry.get(7n);
  registry.invalidate(7n);
  const after = registry.get(7n);
  expect(builds).toHaveLength(2);
  const newer = {} as RegisteredBot;
  builds[1]?.end(newer);
  expect(await after).toBe(newer);
  builds[0]?.fail(new Error('too late'));
  await expect(before).rejects.toThrow('too late');
  expect(await registry.get(7n)).toBe(newer);
  expect(builds).toHaveLength(2);
});

test('nobody’s bot is remembered as such until something changes', async () => {
  const { builds, registry } = slowBuilds();
  const unknown = registry.get(7n);
  builds[0]?.end(null);
  expect(await unknown).toBeNull();
  expect(await registry.get(7n)).toBeNull();
  expect(builds).toHaveLength(1);
  registry.invalidate(7n);
  void registry.get(7n);
  expect(builds).toHaveLength(2);
});
