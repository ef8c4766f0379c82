import { readFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestRedis } from '../../support/database/database.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, openShop } from '../../support/shop.ts';

/** As the operator's guide gives it: what comes after the password. */
async function documentedRights(): Promise<string[]> {
  const page = await readFile(new URL('../../../docs/stores.md', import.meta.url), 'utf8');
  const rights = /ACL SETUSER getolog on '><password>' (.+)/.exec(page)?.[1];
  if (rights === undefined) throw new Error('The guide names no rights');
  return rights.split(' ').map((right) => right.replaceAll("'", ''));
}

let admin: Redis;
let platform: Platform;
const user = `getolog-${process.pid}`;

beforeAll(async () => {
  const { url } = await createTestRedis();
  admin = new Redis(url);
  await admin.call('ACL', 'SETUSER', user, 'on', '>word', ...(await documentedRights()));
  const limited = new URL(url);
  limited.username = user;
  limited.password = 'word';
  platform = await startPlatform({ environment: { REDIS_URL: limited.href } });
});
afterAll(async () => {
  await platform.close();
  await admin.call('ACL', 'DELUSER', user);
  admin.disconnect();
});

test('a user of Redis with the rights that the guide names is enough for a sale and the panel, and may do no more', async () => {
  const shop = await openShop(platform);
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.sendsPhoto(shop.shop);
  await shop.owner.reads(shop.shop, 'Receipt no.');
  await shop.owner.taps(shop.shop, /Approve/);
  await buyer.reads(shop.shop, '🎉 Approved');
  const { panelEntries } = platform.app.services;
  const { code } = await panelEntries.offer({ telegramUserId: BigInt(shop.owner.id) });
  expect(await panelEntries.take({ code })).toEqual({ telegramUserId: BigInt(shop.owner.id) });
  for (const round of Object.values(platform.app.jobs)) await round();
  const { body } = await readHealth(platform);
  expect(body).toMatchObject({ status: 'healthy' });
  const denied = (await admin.call('ACL', 'LOG')) as unknown[];
  expect(denied.filter((entry) => String(entry).includes(user))).toEqual([]);
  expect(platform.faults).toEqual([]);

  const limited = admin.duplicate({ username: user, password: 'word' });
  await expect(limited.flushall()).rejects.toThrow('NOPERM');
  await expect(limited.config('SET', 'maxmemory', '1')).rejects.toThrow('NOPERM');
  await expect(limited.get('somebody-elses')).rejects.toThrow('NOPERM');
  limited.disconnect();
});

async function readHealth({ app }: Platform): Promise<{ body: unknown }> {
  const response = await fetch(`${app.origin}/health`);
  return { body: await response.json() };
}
