import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { ordersInStars, sellForStars } from '../../support/stars/selling.ts';

const NOT_NOW = {
  ok: false,
  reason: 'refused',
  text: expect.stringContaining('couldn’t be checked right now'),
};

let platform: Platform;
let shop: Shop;
let buyer: SandboxPerson;
beforeEach(async () => {
  platform = await startPlatform({ outages: true });
  shop = await openShop(platform);
  await sellForStars(platform, shop);
  buyer = await newBuyer(platform, shop);
  buyer.buysStars(1_000);
});
afterEach(async () => {
  expect(platform.telegram.faults).toEqual([]);
  expect(platform.faults.filter((fault) => !String(fault).includes('Alert: '))).toEqual([]);
  await platform.close();
});

const answersTo = (bot = shop.shop) =>
  platform.telegram.calls.filter(
    ({ method, bot: by }) => method === 'answerPreCheckoutQuery' && by === bot.username,
  );

test('Postgres is away: nobody is let pay, which is said at once; when it is back the same invoice is paid', async () => {
  const { link } = await ordersInStars(platform, shop, buyer);
  await platform.postgres?.cut();
  expect(await buyer.pays(link)).toMatchObject(NOT_NOW);
  expect(buyer.stars).toBe(1_000);
  await platform.postgres?.restore();
  // Asked again it answers again, and does not mind that nobody listens any more.
  await eventually(() => expect(answersTo().length).toBeGreaterThan(1));
  await eventually(async () => expect(await buyer.pays(link)).toMatchObject({ ok: true }));
  await platform.quiet();
  expect(buyer.chatWith(shop.shop).messages.filter(holdsLink)).toHaveLength(1);
  expect(buyer.stars).toBe(850);
});

test('Postgres says nothing more: whoever wants to pay hears a word before Telegram gives up', async () => {
  const { link } = await ordersInStars(platform, shop, buyer);
  platform.postgres?.stall();
  const startedAt = performance.now();
  expect(await buyer.pays(link)).toMatchObject(NOT_NOW);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  await platform.postgres?.cut();
  await platform.postgres?.restore();
  await eventually(async () => expect(await buyer.pays(link)).toMatchObject({ ok: true }));
});

test('Redis is away: nobody waits for it who wants to pay', async () => {
  const { link } = await ordersInStars(platform, shop, buyer);
  await platform.redis?.cut();
  const paying = buyer.pays(link, { wait: false });
  expect(await paying).toMatchObject({ ok: true });
  await platform.redis?.restore();
  await eventually(() => expect(buyer.chatWith(shop.shop).messages.some(holdsLink)).toBe(true));
});

test('the payment comes while Postgres is away: Telegram tells of it again, and nothing is lost', async () => {
  const { paymentId, link } = await ordersInStars(platform, shop, buyer);
  await platform.postgres?.cut();
  await buyer.pays(link, { isAsked: false, wait: false });
  await platform.postgres?.restore();
  await eventually(() => expect(buyer.chatWith(shop.shop).messages.some(holdsLink)).toBe(true));
  const attempts = await platform.database.paymentAttempt.findMany({ where: { paymentId } });
  expect(attempts).toMatchObject([{ state: 'paid', settled: true }]);
});
