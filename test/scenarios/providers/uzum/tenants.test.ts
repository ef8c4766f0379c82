import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import {
  basic,
  connectUzum,
  newTransId,
  orderByUzum,
  type UzumCaller,
} from '../../../support/providers/uzum-caller.ts';
import { moderatorReadsEnglish, newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
});
afterAll(() => platform.closesClean());

async function sellsByUzum(password?: string): Promise<{ shop: Shop; uzum: UzumCaller }> {
  const shop = await openShop(platform);
  return { shop, uzum: await connectUzum(platform, shop, password === undefined ? {} : { password }) };
}

const newOrder = async (shop: Shop) => orderByUzum(platform, shop, await newBuyer(platform, shop));
const refused = (errorCode: string) => ({ status: 400, json: { errorCode } });

/** Its owner takes the bot out of Getolog, and somebody else puts it in. */
async function changesHands({ owner, shop }: Shop): Promise<Shop> {
  await owner.presses(platform.mainBot, `bot:${shop.id}:remove`);
  await owner.presses(platform.mainBot, `bot:${shop.id}:remove:yes`);
  await platform.moderator.presses(platform.mainBot, `mod:bot:${shop.id}:release`);
  await platform.quiet();
  return openShop(platform, { bot: shop });
}

describe('Two shops at Uzum', () => {
  test('with a password each: one’s opens nothing of the other', async () => {
    const a = await sellsByUzum();
    const b = await sellsByUzum();
    const ofA = await newOrder(a.shop);
    const transId = newTransId();
    const params = { order_id: ofA };
    expect(await a.uzum.call('check', { params }, basic(`uzum:${b.uzum.password}`))).toMatchObject(
      refused('10001'),
    );
    expect(await b.uzum.check(ofA)).toMatchObject(refused('10007'));
    expect((await a.uzum.create(ofA, transId)).status).toBe(200);
    for (const reply of [
      await b.uzum.confirm(transId),
      await b.uzum.reverse(transId),
      await b.uzum.status(transId),
    ]) {
      expect(reply).toMatchObject(refused('10014'));
    }
    // The same number at another bot is another transaction.
    expect((await b.uzum.create(await newOrder(b.shop), transId)).status).toBe(200);
    expect((await a.uzum.status(transId)).json).toMatchObject({ status: 'CREATED' });
  });

  test('and a request’s own fields choose nobody', async () => {
    const a = await sellsByUzum('one password of two');
    const b = await sellsByUzum('one password of two');
    const params = { order_id: await newOrder(b.shop) };
    const { serviceId } = b.uzum;
    expect(await a.uzum.call('check', { params, serviceId })).toMatchObject(refused('10006'));
    expect(await a.uzum.call('check', { params })).toMatchObject(refused('10007'));
  });
});

describe('A bot that changed hands', () => {
  test('answers each owner by their own password: who had it hears what becomes of their money', async () => {
    const { shop: before, uzum: old } = await sellsByUzum();
    const [running, reversed, unpaid] = [
      await newOrder(before),
      await newOrder(before),
      await newOrder(before),
    ];
    const [first, second] = [newTransId(), newTransId()];
    await old.create(running, first);
    await old.create(reversed, second);
    await old.confirm(second);
    await platform.quiet();
    const after = await changesHands(before);
    const fresh = await connectUzum(platform, after);
    const ofNew = await newOrder(after);

    expect((await fresh.check(ofNew)).status).toBe(200);
    expect(await fresh.check(unpaid)).toMatchObject(refused('10007'));
    expect(await fresh.status(first)).toMatchObject(refused('10014'));
    expect(await old.check(ofNew)).toMatchObject(refused('10007'));
    expect(await old.check(unpaid)).toMatchObject(refused('10009'));
    expect((await old.status(first)).json).toMatchObject({ status: 'CREATED' });
    expect((await old.reverse(second)).json).toMatchObject({ status: 'REVERSED' });
    expect((await old.confirm(first)).json).toMatchObject({ status: 'CONFIRMED' });
    const refunds = await platform.database.refund.findMany({ where: { attempt: { paymentId: running } } });
    expect(refunds).toMatchObject([{ reason: 'undeliverable' }]);
    await platform.quiet();
  });

  test('with one password of both: whoever knows the transaction is asked, else who has the bot', async () => {
    const { shop: before, uzum: old } = await sellsByUzum('handed over with the bot');
    const running = newTransId();
    await old.create(await newOrder(before), running);
    const after = await changesHands(before);
    const fresh = await connectUzum(platform, after, {
      password: 'handed over with the bot',
      serviceId: old.serviceId,
    });
    expect((await fresh.check(await newOrder(after))).status).toBe(200);
    expect((await fresh.status(running)).json).toMatchObject({ status: 'CREATED' });
    expect((await fresh.reverse(running)).json).toMatchObject({ status: 'REVERSED' });
  });
});
