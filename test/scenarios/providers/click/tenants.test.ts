import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import {
  attemptIn,
  type ClickCaller,
  connectClick,
  orderByClick,
} from '../../../support/providers/click-caller.ts';
import {
  holdsLink,
  moderatorReadsEnglish,
  newBuyer,
  newMember,
  openShop,
  type Shop,
} from '../../../support/shop.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
});
afterAll(() => platform.closesClean());

async function sellsByClick(given?: Parameters<typeof connectClick>[2]) {
  const shop = await openShop(platform);
  return { shop, click: await connectClick(platform, shop, given) };
}

const newOrder = async (shop: Shop) => orderByClick(platform, shop, await newBuyer(platform, shop));

/** Its owner takes the bot out of Getolog, and somebody else puts it in. */
async function changesHands({ owner, shop }: Shop): Promise<Shop> {
  await owner.presses(platform.mainBot, `bot:${shop.id}:remove`);
  await owner.presses(platform.mainBot, `bot:${shop.id}:remove:yes`);
  await platform.moderator.presses(platform.mainBot, `mod:bot:${shop.id}:release`);
  await platform.quiet();
  return openShop(platform, { bot: shop });
}

describe('Two shops at Click', () => {
  test('with the same numbers and another secret each: one’s secret opens nothing of the other', async () => {
    const given = { serviceId: '555' };
    const a = await sellsByClick({ ...given, secret: 'the secret of A' });
    const b = await sellsByClick({ ...given, secret: 'the secret of B' });
    const ofA = await newOrder(a.shop);
    const ofB = await newOrder(b.shop);
    expect(await a.click.prepare(a.click.of(ofB))).toMatchObject({ error: -5 });
    const signedByA = a.click.formOf('prepare', a.click.of(ofB))['sign_string'] ?? '';
    expect(await b.click.prepare(b.click.of(ofB, { sign_string: signedByA }))).toMatchObject({ error: -1 });
    expect(await a.click.prepare(a.click.of(ofA))).toMatchObject({ error: 0 });
  });

  test('with one secret of both: each sees its own orders', async () => {
    const given = { serviceId: '556', secret: 'one secret of two' };
    const a = await sellsByClick(given);
    const b = await sellsByClick(given);
    const ofA = await newOrder(a.shop);
    const prepared = attemptIn(await a.click.prepare(a.click.of(ofA)));
    const complete = a.click.of(ofA, { merchant_prepare_id: prepared });
    expect(await b.click.complete(complete)).toMatchObject({ error: -5 });
    expect(await a.click.complete(complete)).toMatchObject({ error: 0 });
    await platform.quiet();
  });
});

describe('A bot that changed hands', () => {
  test('answers each owner by their own secret: who had it hears what becomes of their money', async () => {
    const { shop: before, click: old } = await sellsByClick();
    const running = await newOrder(before);
    const paidBefore = await newOrder(before);
    const prepareId = attemptIn(await old.prepare(old.of(running)));
    const paid = old.of(paidBefore, {
      merchant_prepare_id: attemptIn(await old.prepare(old.of(paidBefore))),
    });
    await old.complete(paid);
    await platform.quiet();
    const after = await changesHands(before);
    const fresh = await connectClick(platform, after);
    const ofNew = await newOrder(after);

    expect(await old.prepare(old.of(running, { click_trans_id: '1002' }))).toMatchObject({ error: -9 });
    expect(await old.prepare(old.of(ofNew))).toMatchObject({ error: -5 });
    expect(await fresh.prepare(fresh.of(running))).toMatchObject({ error: -5 });
    expect(await fresh.prepare(fresh.of(ofNew))).toMatchObject({ error: 0 });

    expect(await old.complete(old.of(running, { merchant_prepare_id: prepareId }))).toMatchObject({
      error: 0,
    });
    const refund = await platform.database.refund.findFirstOrThrow({
      where: { attemptId: Number(prepareId) },
      include: { attempt: true },
    });
    expect(refund).toMatchObject({ reason: 'undeliverable', status: 'open' });
    expect(await old.complete({ ...paid, error: '-5017' })).toMatchObject({ error: -9 });
    await platform.quiet();
    const payment = await platform.database.payment.findUniqueOrThrow({ where: { id: paidBefore } });
    expect(payment.status).toBe('reversed');
  });

  test('by one secret of both owners: a transaction is theirs who know it, any other the present owner’s', async () => {
    const given = { serviceId: '557', secret: 'handed over with the bot' };
    const { shop: before, click: old } = await sellsByClick(given);
    const running = await newOrder(before);
    const prepareId = attemptIn(await old.prepare(old.of(running, { click_trans_id: '3001' })));
    const after = await changesHands(before);
    const fresh = await connectClick(platform, after, given);

    const known = fresh.of(running, { click_trans_id: '3001', merchant_prepare_id: prepareId });
    expect(await fresh.complete({ ...known, error: '-5017' })).toMatchObject({ error: -9 });
    const attempt = await platform.database.paymentAttempt.findUniqueOrThrow({
      where: { id: Number(prepareId) },
    });
    expect(attempt.state).toBe('cancelled');
    const ofNew = fresh.of(await newOrder(after), { click_trans_id: '3002' });
    expect(await fresh.prepare(ofNew)).toMatchObject({ error: 0 });
  });
});

describe('An account', () => {
  let shop: Shop;
  let click: ClickCaller;
  beforeAll(async () => {
    ({ shop, click } = await sellsByClick());
  });

  test('that was switched off, or is not for buyers: what was chosen before is paid', async () => {
    const orders = [await newOrder(shop), await newOrder(shop)];
    const where = { id: click.accountId };
    await platform.database.merchantAccount.update({ where, data: { enabled: false } });
    expect(await click.prepare(click.of(orders[0] ?? 0))).toMatchObject({ error: 0 });
    await platform.database.merchantAccount.update({ where, data: { enabled: true, liveAt: null } });
    expect(await click.prepare(click.of(orders[1] ?? 0))).toMatchObject({ error: 0 });
  });

  test('that was removed, or has no keys yet, is none', async () => {
    const paymentId = await newOrder(shop);
    const where = { id: click.accountId };
    const { encryptedSecrets } = await platform.database.merchantAccount.findUniqueOrThrow({ where });
    await platform.database.merchantAccount.update({ where, data: { encryptedSecrets: null } });
    expect(await click.prepare(click.of(paymentId))).toMatchObject({ error: -1 });
    await platform.database.merchantAccount.update({
      where,
      data: { encryptedSecrets, removedAt: platform.clock.now() },
    });
    expect(await click.prepare(click.of(paymentId))).toMatchObject({ error: -1 });
  });
});

test('A member who pays by Click gets time from their present end, and no new way in', async () => {
  const { shop, click } = await sellsByClick();
  const { member, subscriptionId } = await newMember(platform, shop);
  platform.clock.passes({ days: 10 });
  const where = { where: { id: subscriptionId } };
  const before = await platform.database.subscription.findUniqueOrThrow(where);
  const links = () => member.chatWith(shop.shop).messages.filter(holdsLink).length;
  const linksBefore = links();

  const paymentId = await orderByClick(platform, shop, member);
  const prepareId = attemptIn(await click.prepare(click.of(paymentId)));
  await click.complete(click.of(paymentId, { merchant_prepare_id: prepareId }));
  await platform.quiet();

  const after = await platform.database.subscription.findUniqueOrThrow(where);
  const oldEnd = before.expiresAt ?? new Date(0);
  const days = ((after.expiresAt?.getTime() ?? 0) - oldEnd.getTime()) / 86_400_000;
  expect(days).toBeGreaterThanOrEqual(28);
  expect(days).toBeLessThanOrEqual(31);
  expect(links()).toBe(linksBefore);
});

test('Whoever tries secrets is held back for a minute, and nobody else with them', async () => {
  const { shop, click } = await sellsByClick();
  const other = await sellsByClick();
  const paymentId = await newOrder(shop);
  const wrong = click.of(paymentId, { sign_string: 'a'.repeat(32) });
  for (let tries = 0; tries < 15; tries += 1) {
    expect(await click.prepare(click.of(paymentId))).toMatchObject({ error: 0 });
    expect(await click.prepare(wrong)).toMatchObject({ status: 200, error: -1 });
    expect(await click.complete({ ...wrong, merchant_prepare_id: '1' })).toMatchObject({ error: -1 });
  }
  expect((await click.prepare(wrong)).status).toBe(429);
  expect((await click.complete(wrong)).status).toBe(429);
  expect(await other.click.prepare(other.click.of(await newOrder(other.shop)))).toMatchObject({ error: 0 });
});
