import type { SandboxMessage } from '../../world/conversation.ts';
import { approves, reachesOwner } from '../deeds.ts';
import { linkIn, type Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** Somebody inside pays for another month: a new date, and no new link. */
export async function renewal(stage: Stage, cast: Cast): Promise<void> {
  const { shop, buyer, channel } = cast;
  const links = channel.links.length;
  await buyer.writes(shop, '/menu');
  await buyer.taps(shop, /My subscription/);
  await buyer.taps(shop, /🔁 Renew: 1 month/);
  await buyer.sendsPhoto(shop, 'the receipt for one more month');
  await reachesOwner(stage, cast, 5);
  await approves(cast, 5);
  const isNews = (message: SandboxMessage) => message.text.includes('🎉 Approved.') && linkIn(message) === '';
  await buyer.reads(shop, isNews, 'the new date without a link');
  stage.expect(channel.links.length === links, 'whoever is inside needs no new link');
}
