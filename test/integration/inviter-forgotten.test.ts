import { afterAll, beforeAll, expect, test } from 'vitest';
import { Prisma } from '../../src/infra/prisma-client/client.ts';
import { endUserActor } from '../support/actors.ts';
import { whileHeld } from '../support/database/held-row.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { type BundleShop, nextNumber, openBundleShop } from './ledger/bundle-shop.ts';

let platform: Platform;
let shop: BundleShop;

beforeAll(async () => {
  platform = await startPlatform({ environment: { ROLE: 'web', LOG_LEVEL: 'warn' } });
  shop = await openBundleShop(platform);
  const { botId } = shop.scope;
  await platform.database.botSettings.update({ where: { botId }, data: { referral: 'days' } });
});
afterAll(() => platform.close());

function comes(inviteCode: string | null = null) {
  const person = { username: null, fullName: 'Racer', languageCode: 'en' };
  const link = inviteCode === null ? null : { inviteCode, sourceSlug: null };
  const telegramUserId = BigInt(nextNumber());
  return platform.app.services.endUsers.visit(shop.scope, { ...person, telegramUserId }, null, { link });
}

test.each([
  // As forgetting does with whoever has bought nothing.
  ['leaves for good', (id: number) => Prisma.sql`DELETE FROM end_users WHERE id = ${id}`],
  [
    'is banned',
    (id: number) => Prisma.sql`
    WITH locked AS (SELECT id FROM end_users WHERE id = ${id} FOR UPDATE)
    UPDATE end_users e SET banned = true FROM locked WHERE e.id = locked.id`,
  ],
])('whoever comes by a link while its inviter %s is let in, brought by nobody', async (_, goes) => {
  const { database, app } = platform;
  const inviter = await comes();
  const { code } = await app.services.invitations.open(shop.scope, endUserActor(inviter));
  let arrival: ReturnType<typeof comes> | undefined;
  await whileHeld(database, goes(inviter.id), async (line) => {
    arrival = comes(code);
    await line.joins(arrival, 1);
  });
  const friend = await arrival;
  expect(friend?.id).toBeGreaterThan(inviter.id);
  expect(await database.referral.count({ where: { friendId: friend?.id ?? 0 } })).toBe(0);
});
