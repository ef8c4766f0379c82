import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { newBuyer, openShop, payFor, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let folder: string;

beforeAll(async () => {
  platform = await startPlatform();
  folder = await mkdtemp(join(tmpdir(), 'bot-api-'));
});
afterAll(async () => {
  await platform.closesClean();
  await rm(folder, { recursive: true });
});

/** A shop whose owner has closed its bot: receipts come through the main bot, with their files brought there. */
async function shopWithoutOwner(): Promise<Shop> {
  const shop = await openShop(platform);
  await shop.owner.blocks(shop.shop);
  return shop;
}

test('a file that Telegram has not ready for now reaches the owner when it has', async () => {
  const { telegram, mainBot } = platform;
  const shop = await shopWithoutOwner();
  telegram.failNext(
    'getFile',
    {
      kind: 'refused',
      description: 'Bad Request: wrong file_id or the file is temporarily unavailable',
    },
    2,
  );
  await payFor(platform, shop, await newBuyer(platform, shop));
  const receipt = await shop.owner.reads(mainBot, ({ photo }) => photo !== undefined);
  expect(receipt.text).toContain('Bobur');
});

test('a server of one’s own names a path on this machine: the file is read from there', async () => {
  const { telegram, mainBot } = platform;
  const shop = await shopWithoutOwner();
  telegram.keepsFilesIn(folder);
  await payFor(platform, shop, await newBuyer(platform, shop));
  await shop.owner.reads(mainBot, ({ photo }) => photo !== undefined);
  telegram.keepsFilesIn(undefined);
  expect(await readdir(folder)).not.toEqual([]);
});

test('a file out of reach is told to the owner once, who sees it in their own bot', async () => {
  const { telegram, mainBot, database, app } = platform;
  const shop = await shopWithoutOwner();
  const tooBig = telegram.failAll('getFile', {
    kind: 'refused',
    description: 'Bad Request: file is too big',
  });
  const paymentId = await payFor(platform, shop, await newBuyer(platform, shop));
  const told = await shop.owner.reads(mainBot, '20\u00A0MB');
  expect(told.buttons.flat().map(({ url }) => url)).toContain(`https://t.me/${shop.shop.username}`);
  await eventually(async () => {
    await app.jobs.sweep();
    const request = await database.outboxMessage.findFirstOrThrow({
      where: { kind: 'review-request', payload: { path: ['paymentId'], equals: paymentId } },
    });
    expect(request.attempts).toBeGreaterThan(1);
  });
  const all = shop.owner.chatWith(mainBot).messages.filter(({ text }) => text.includes('20\u00A0MB'));
  expect(all).toHaveLength(1);
  await shop.owner.starts(shop.shop);
  await shop.owner.reads(shop.shop, ({ photo }) => photo !== undefined);
  tooBig();
});
