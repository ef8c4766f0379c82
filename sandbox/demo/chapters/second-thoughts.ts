import { approves, enters, reachesOwner, usesLink } from '../deeds.ts';
import type { Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** The owner rejects, says why, and the buyer simply sends a better receipt. */
export async function secondThoughts(stage: Stage, cast: Cast): Promise<void> {
  const { shop, owner, member: buyer, group } = cast;
  await enters(cast, buyer, /Русский/);
  await buyer.taps(shop, /👥 1 месяц/);
  await buyer.sendsPhoto(shop, 'a blurred screenshot');
  await reachesOwner(stage, cast, 2);
  await owner.taps(shop, /Reject/);
  await owner.taps(shop, /can’t be read/);
  await buyer.reads(shop, 'Чек не читается');
  await owner.seesButton(shop, 'Approve after all');
  await buyer.sendsPhoto(shop, 'the receipt, sharp this time');
  await reachesOwner(stage, cast, 3);
  await approves(cast, 3);
  const welcome = await buyer.reads(shop, 'Подтверждено');
  await usesLink(stage, cast, { member: buyer, welcome, chat: group });
}
