import type { Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** Somebody inside pays for another month: a new date, and no new link. */
export async function renewal(stage: Stage, { shop, owner, buyer, channel }: Cast): Promise<void> {
  const links = channel.links.length;
  await buyer.writes(shop, '/menu');
  await buyer.taps(shop, /My subscription/);
  await buyer.taps(shop, /Renew/);
  await buyer.taps(shop, /📢 1 month/);
  await buyer.sendsPhoto(shop, 'the receipt for one more month');
  await owner.reads(shop, (message) => message.text.includes('Bobur') && message.buttons.flat().length === 2);
  await owner.taps(shop, /^✅ Approve$/);
  await buyer.reads(shop, (message) => message.text.includes('approved') && !message.text.includes('t.me'));
  stage.expect(channel.links.length === links, 'whoever is inside needs no new link');
}
