import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { moderatorReadsEnglish, openShop, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
let ownerId: number;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await moderatorReadsEnglish(platform);
  ({ id: ownerId } = await platform.database.owner.findFirstOrThrow({
    where: { telegramUserId: BigInt(shop.owner.id) },
  }));
});
afterAll(async () => {
  await platform.closesClean();
});

const inPanel = async () => {
  const { body } = await (await openPanel(platform, platform.moderator)).get(`/mod/owners/${ownerId}`);
  return body.bots[0].team as { name: string; role: string }[];
};

async function inBot(): Promise<string> {
  await platform.moderator.presses(platform.mainBot, `mod:owner:${ownerId}`);
  await platform.quiet();
  return told(platform.moderator, platform.mainBot) ?? '';
}

test('moderators see below each bot of an owner who helps there, and whoever stopped no more', async () => {
  const { managerId } = await newManager(platform, shop, 'receipts', { firstName: 'Malika' });
  await newManager(platform, shop, 'all', { firstName: 'Jasur' });
  expect(await inPanel()).toMatchObject([
    { name: 'Malika', role: 'receipts' },
    { name: 'Jasur', role: 'all' },
  ]);
  expect(await inBot()).toMatch(/🟢 @\w+\n👤 Malika.*: receipts\n👤 Jasur.*: everything/);
  await shop.owner.presses(platform.mainBot, `mgr:${managerId}:remove:yes`);
  expect(await inPanel()).toMatchObject([{ name: 'Jasur', role: 'all' }]);
  expect(await inBot()).not.toContain('Malika');
});

test('of a crowd they see how many it is', async () => {
  const other = await openShop(platform, { owner: shop.owner });
  const bots = await platform.database.sellerBot.findMany({ where: { ownerId }, orderBy: { id: 'asc' } });
  await platform.database.botManager.createMany({
    data: [...Array(21).keys()].map((n) => ({
      botId: bots[1]?.id ?? 0,
      telegramUserId: 900_000 + n,
      fullName: 'N'.repeat(64),
      role: 'support',
      status: 'active',
      addedAt: platform.clock.now(),
    })),
  });
  const text = await inBot();
  expect(text).toContain(`@${other.shop.username} · 👥 21`);
  expect(text).toContain(`@${shop.shop.username} · 👥 1`);
});
