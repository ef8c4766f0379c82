import { approves, enters, reachesOwner, usesLink } from '../deeds.ts';
import { linkIn, type Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** From a chosen plan to a place inside, with a link that works once. */
export async function firstSale(stage: Stage, cast: Cast): Promise<void> {
  const { mainBot, shop, buyer, channel } = cast;
  const friend = stage.newActor({ firstName: 'Farrux', languageCode: 'uz' });

  await enters(cast, buyer, /English/);
  await buyer.reads(shop, `This bot runs on @${mainBot.username}`);
  await buyer.taps(shop, /📢 1 month/);
  const instructions = await buyer.reads(shop, '8600 1234 5678 9012');
  const copied = instructions.buttons.flat().flatMap(({ copyText }) => copyText ?? []);
  stage.expect(copied.join() === '50000,8600123456789012', 'one tap copies the amount, another the card');
  await buyer.sendsSticker(shop);
  await buyer.reads(shop, 'as a screenshot, photo or PDF');
  await buyer.sendsPhoto(shop, 'the receipt of the transfer');
  await buyer.reads(shop, 'under review');
  await reachesOwner(stage, cast, 1);
  await approves(cast, 1);
  const welcome = await buyer.reads(shop, '🎉 Approved');

  await usesLink(stage, cast, { member: buyer, welcome, chat: channel });
  stage.transcript.tells('The link is revoked. Bobur passes it on to a friend all the same.');
  stage.expect(!(await friend.joins(linkIn(welcome), channel)), 'the link lets nobody else in');
}
