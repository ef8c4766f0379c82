import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeError } from '../../../src/infra/observability/error-record.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, newBuyer, openShop } from '../../support/shop.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform({ outages: true });
});
afterEach(() => platform.close());

const MESSAGE = 'My neighbour Gulnora must not know about this';

test('whatever fails, no log line and no report holds a token, a card, a link, a receipt or a message', async () => {
  const { telegram, mainBot, database, log, faults } = platform;
  const { owner, shop, chat, planId } = await openShop(platform);
  const buyer = await newBuyer(platform, { shop });

  for (const fault of [
    { kind: 'serverError' } as const,
    { kind: 'tooManyRequests', retryAfter: 1 } as const,
    { kind: 'dropBefore' } as const,
    { kind: 'dropAfter' } as const,
  ]) {
    telegram.failNext('sendMessage', fault);
    telegram.failNext('editMessageText', fault);
    telegram.failNext('createChatInviteLink', fault);
    await buyer.sends(shop, MESSAGE);
  }
  await buyer.presses(shop, `plan:${planId}`);
  await buyer.sendsPhoto(shop);
  await owner.reads(shop, 'Receipt no.');
  const payment = await database.payment.findFirstOrThrow();
  await owner.presses(shop, `approve:${payment.id}`);
  await buyer.reads(shop, holdsLink);

  // A fault of ours: a table that is not there.
  await database.$executeRawUnsafe('ALTER TABLE open_questions RENAME TO open_questions_gone');
  await buyer.sends(shop, MESSAGE);
  await owner.sends(mainBot, '8600 1234 5678 9012');
  expect(faults.length).toBeGreaterThan(0);
  await database.$executeRawUnsafe('ALTER TABLE open_questions_gone RENAME TO open_questions');

  await platform.quiet();
  await platform.postgres?.cut();
  await buyer.sends(shop, MESSAGE, { wait: false });
  await telegram.until(() => shop.inbox.webhook?.lastError?.message.includes('503') ?? false, {
    what: 'Telegram to be told that Postgres is unavailable',
  });
  await platform.postgres?.restore();
  const oldToken = shop.token;
  shop.revokeToken();
  await buyer.sends(shop, MESSAGE, { wait: false });
  await owner.sends(mainBot, oldToken);

  const everything = [...log, ...faults.map((fault) => JSON.stringify(describeError(fault)))].join('\n');
  const { receiptFileId, receiptUniqueId } = await database.payment.findFirstOrThrow();
  const secrets = [
    ...[mainBot.token, shop.token, oldToken].flatMap((token) => [token, token.split(':')[1]]),
    '8600 1234 5678 9012',
    '8600123456789012',
    ...chat.links.map(({ link }) => link),
    ...chat.links.map(({ link }) => link.split('+')[1]),
    receiptFileId,
    receiptUniqueId,
    platform.encryptionKey,
    'Gulnora',
    'AZIZ AZIZOV',
  ];
  for (const secret of secrets) {
    expect(secret).toBeTruthy();
    expect(everything).not.toContain(secret);
  }
});
