import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxBot } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { openShop } from '../../support/shop.ts';

let platform: Platform;
let alarm: SandboxBot;

beforeAll(async () => {
  platform = await startPlatform();
  alarm = platform.telegram.newBot({ username: 'alarm_bot', name: 'Alarm' });
  await platform.restart({ MONITORING_BOT_TOKEN: alarm.token, METRICS_TOKEN: 'word' });
  const { moderator, mainBot } = platform;
  await moderator.starts(alarm, { wait: false });
  await moderator.starts(mainBot);
  await moderator.presses(mainBot, 'lang:en');
});
afterAll(() => platform.close());

async function health(): Promise<unknown> {
  const response = await fetch(`${platform.app.origin}/health`, {
    headers: { authorization: 'Bearer word' },
  });
  return { code: response.status, ...((await response.json()) as object) };
}

test('where Telegram refuses a webhook, the owner and the moderators read why, once', async () => {
  const { telegram, mainBot, moderator } = platform;
  const heal = telegram.failAll(({ method, bot }) => method === 'setWebhook' && bot.startsWith('club_'), {
    kind: 'refused',
    description: 'Bad Request: bad webhook: IP address 10.0.0.5 is reserved',
  });
  const opening = openShop(platform);
  const isTold = (text: string) => text.includes('IP address 10.0.0.5 is reserved');
  await moderator.reads(mainBot, (message) => isTold(message.text));
  heal();
  const { owner } = await opening;
  const read = owner.chatWith(mainBot).messages.filter(({ text }) => isTold(text));
  expect(read).toHaveLength(1);
});

test('a main bot whose token was revoked is degraded, and the moderators hear of it through the monitoring bot', async () => {
  const { mainBot, moderator, app, clock } = platform;
  expect(await health()).toMatchObject({ code: 200, status: 'healthy' });
  mainBot.revokeToken();
  clock.passes({ minutes: 1 });
  await app.jobs.watch();
  await moderator.reads(alarm, 'no longer accepts the main bot');
  expect(platform.log.some((line) => /"level":50.*mainBotRefused/.test(line))).toBe(true);
  await expect.poll(health, { timeout: 60_000 }).toMatchObject({
    code: 200,
    status: 'degraded',
    components: { telegram_api: { status: 'degraded' } },
  });
});
