import { openPanel } from '../panel/signed-in.ts';
import { type Platform, round } from '../platform.ts';
import { newBuyer, openShop, type Shop } from '../shop.ts';
import { buys, timeIs } from './story.ts';

/**
 * Five people in the winter of 2027, all at noon, up to 1 April: a month for 50 000, a year for 480 000, for ever for 900 000.
 * One renews once and leaves, one has a year, one is there for ever, one's money comes to nothing, one leaves and comes back.
 */
export async function tellExample(platform: Platform): Promise<Shop> {
  const shop = await openShop(platform);
  const { database, mainBot } = platform;
  const { channelId } = await database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
  const offers = async (months: number, price: string) => {
    await shop.owner.presses(mainBot, `price:${channelId}:${months}`);
    await shop.owner.sends(mainBot, price);
    await platform.quiet();
    const where = { channelId, durationMonths: months };
    return (await database.plan.findFirstOrThrow({ where })).id;
  };
  const year = await offers(12, '480 000');
  const forEver = await offers(0, '900 000');
  const noonOf = (day: string) => timeIs(platform, `${day}T12:00:00+05:00`);
  const comes = () => newBuyer(platform, shop);

  noonOf('2027-01-10');
  const a = await comes();
  await buys(platform, shop, a);
  noonOf('2027-01-20');
  await buys(platform, shop, await comes(), year);
  noonOf('2027-02-05');
  await buys(platform, shop, await comes(), forEver);
  noonOf('2027-02-09');
  await buys(platform, shop, a);
  noonOf('2027-02-15');
  const undone = await buys(platform, shop, await comes());
  noonOf('2027-02-20');
  const panel = (await openPanel(platform, shop.owner)).of(shop.shop);
  const { status } = await panel.post(`/receipts/${undone}/revert`);
  if (status !== 200) throw new Error(`The approval was not undone: ${status}`);
  noonOf('2027-02-25');
  const e = await comes();
  await buys(platform, shop, e);
  noonOf('2027-03-10');
  await round(platform);
  noonOf('2027-03-25');
  await round(platform);
  noonOf('2027-03-28');
  await buys(platform, shop, e);
  noonOf('2027-04-01');
  return shop;
}
