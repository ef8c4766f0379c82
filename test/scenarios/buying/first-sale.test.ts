import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.close());

test('an owner sells the first place in a channel', async () => {
  const { telegram, mainBot, database } = platform;
  const owner = telegram.newPerson({ firstName: 'Aziz', languageCode: 'en' });
  const buyer = telegram.newPerson({ firstName: 'Bobur', languageCode: 'en' });
  const shop = telegram.newBot({ username: 'aziz_club_bot', name: 'Aziz Club' });
  const channel = owner.createsChannel('Aziz Club');

  await owner.starts(mainBot);
  await owner.taps(mainBot, /English/);
  await owner.taps(mainBot, /Add a bot/);
  await owner.forwards(
    mainBot,
    `Done! Use this token to access the HTTP API:\n${shop.token}\nKeep it secret`,
  );
  await owner.reads(mainBot, 'is ready');
  await owner.adds(shop, channel);
  const connected = await owner.reads(mainBot, 'is connected to');
  expect(connected.text).toMatch(/set a price.*No card yet/s);
  await owner.taps(mainBot, /Set up the bot/);
  await owner.taps(mainBot, /Plans/);
  await owner.taps(mainBot, /1 month/);
  await owner.sends(mainBot, '50 000');
  await owner.taps(mainBot, /Back/);
  await owner.taps(mainBot, /Add a card/);
  await owner.sends(mainBot, '8600 1234 5678 9012');
  await owner.sends(mainBot, 'AZIZ AZIZOV');
  await owner.starts(shop);

  await buyer.starts(shop);
  await buyer.taps(shop, /English/);
  await buyer.taps(shop, /1 month/);
  await buyer.sendsPhoto(shop);
  await owner.reads(shop, 'Receipt no.');
  await owner.taps(shop, /Approve/);
  await buyer.reads(shop, '🎉 Approved');
  const link = channel.links.at(-1)?.link ?? '';
  await buyer.joins(link);
  await owner.reads(mainBot, 'joined');
  await platform.quiet();
  expect(channel.has(buyer)).toBe(true);
  expect(await database.subscription.count({ where: { status: 'active' } })).toBe(1);
  expect(telegram.faults).toEqual([]);
  expect(platform.faults).toEqual([]);
});
