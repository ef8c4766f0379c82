import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { BotApiClient } from '../../support/bot-api-client.ts';
import { openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { moderatorReadsEnglish, newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { sellForStars } from '../../support/stars/selling.ts';
import { invoice } from '../../support/stars/star-shop.ts';

/** Another program sells coffee through the same bot. */
let platform: Platform;
let shop: Shop;
let coffees = 0;
let chargeId: string;

beforeAll(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
  await sellForStars(platform, shop);
});
afterAll(() => platform.closesClean());
beforeEach(async () => {
  const buyer = await newBuyer(platform, shop);
  buyer.buysStars(1_000);
  coffees += 1;
  const api = new BotApiClient(platform.telegram, shop.shop.token);
  const link = await api.get<string>('createInvoiceLink', invoice({ payload: `coffee-${coffees}` }));
  const paid = await buyer.pays(link, { isAsked: false });
  if (!paid.ok) throw new Error(paid.reason);
  chargeId = paid.chargeId;
  await platform.quiet();
});

const refundOf = () =>
  platform.database.refund.findFirstOrThrow({ where: { attempt: { providerTxnId: chargeId } } });
const told = (text: string) =>
  shop.owner.chatWith(platform.mainBot).messages.filter((message) => message.text.includes(text));

async function hoursPass(hours: number): Promise<void> {
  platform.clock.passes({ hours });
  await platform.app.jobs.sweep();
  await platform.quiet();
}

test('their owner is reminded after an hour and a day, and a moderator after three', async () => {
  const { id } = await refundOf();
  const waits = () => told('are still open that came to').length;
  for (const [hours, times] of [
    [1, 1],
    [22, 1],
    [1, 2],
    [47, 2],
  ] as const) {
    await hoursPass(hours);
    expect({ hours, times: waits() }).toEqual({ hours, times });
  }
  await hoursPass(1);
  await platform.moderator.reads(platform.mainBot, 'have been open for 72 hours that came to');
  await platform.moderator.presses(platform.mainBot, 'mod:conns:0');
  await platform.moderator.reads(platform.mainBot, 'for no order here, since');
  await shop.owner.presses(platform.mainBot, `refund:${id}:done`);
  await platform.quiet();
  const before = waits();
  await hoursPass(24);
  expect(waits()).toBe(before);
});

test('the panel’s home counts them, and the list that it leads to shows them with what can be done', async () => {
  const { id } = await refundOf();
  const panel = await openPanel(platform, shop.owner);
  const desk = panel.of(shop.shop);
  const { body: home } = await panel.get('/home');
  const counted = home.attention.find(({ kind }: { kind: string }) => kind === 'refunds');
  const { body: list } = await desk.get('/refunds');
  expect(list.items).toHaveLength(counted.count);
  expect(list.items).toMatchObject([
    {
      id,
      state: 'open',
      provider: 'stars',
      amount: { amount: '150', currency: 'XTR' },
      payer: null,
      plan: null,
      chats: [],
      paymentId: null,
      number: chargeId,
      reason: 'foreign',
      can: ['send', 'done'],
    },
  ]);
  expect((await desk.post(`/refunds/${id}/credit`, {})).status).toBeGreaterThanOrEqual(400);
  expect((await desk.post(`/refunds/${id}/send`, {})).status).toBe(204);
  await platform.quiet();
  expect(await refundOf()).toMatchObject({ status: 'done' });
  expect((await desk.get('/refunds')).body.items).toEqual([]);
});
