import { linkIn, type Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** The owner rejects, says why, and the buyer simply sends a better receipt. */
export async function secondThoughts(
  stage: Stage,
  { shop, owner, member: buyer, group }: Cast,
): Promise<void> {
  await buyer.starts(shop);
  await buyer.taps(shop, /Русский/);
  await buyer.taps(shop, /👥 1 месяц/);
  await buyer.sendsPhoto(shop, 'a blurred screenshot');
  await owner.reads(shop, 'Receipt no. 2');
  await owner.taps(shop, /Reject/);
  await owner.taps(shop, /cannot be read/);
  await buyer.reads(shop, 'Чек не читается');
  await buyer.sendsPhoto(shop, 'the receipt, sharp this time');
  await owner.reads(shop, 'Receipt no. 3');
  await owner.taps(shop, /^✅ Approve$/);
  const welcome = await buyer.reads(shop, 'подтвержд');
  stage.expect(await buyer.joins(linkIn(welcome), group), 'the link lets its buyer into the group');
}
