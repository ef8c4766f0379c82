import { linkIn, type Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** From a chosen plan to a place inside, with a link that works once. */
export async function firstSale(stage: Stage, { mainBot, shop, owner, buyer, channel }: Cast): Promise<void> {
  const friend = stage.newActor({ firstName: 'Farrux', languageCode: 'uz' });

  await buyer.starts(shop);
  await buyer.taps(shop, /English/);
  await owner.reads(mainBot, 'Bobur');
  await buyer.taps(shop, /📢 1 month/);
  await buyer.sendsSticker(shop);
  await buyer.sendsPhoto(shop, 'the receipt of the transfer');
  await owner.reads(shop, 'Receipt no.');
  await owner.taps(shop, /^✅ Approve$/);
  await owner.reads(shop, 'Approved by you');
  const welcome = await buyer.reads(shop, 'Your payment is approved');

  const link = linkIn(welcome);
  stage.expect(await buyer.joins(link, channel), 'the link lets its buyer in');
  await owner.reads(mainBot, 'Bobur (@bobur) joined');
  await stage.telegram.quiet();
  stage.transcript.tells('Bobur passes the link on to a friend.');
  stage.expect(!(await friend.joins(link, channel)), 'the link lets nobody else in');
}
