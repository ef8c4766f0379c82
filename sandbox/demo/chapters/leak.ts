import { approves, enters, reachesOwner, usesLink } from '../deeds.ts';
import { linkIn, type Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** A link that somebody passes on before using it. */
export async function leak(stage: Stage, cast: Cast): Promise<void> {
  const { mainBot, shop, owner, channel } = cast;
  const buyer = stage.newActor({ firstName: 'Dilnoza', username: 'dilnoza', languageCode: 'uz' });
  const stranger = stage.newActor({ firstName: 'Eldor', username: 'eldor', languageCode: 'uz' });
  // Her month ends well after that of those before her, however slow the machine is.
  await stage.daysPass(3, 'Three days later.');
  await enters(cast, buyer, /Oʻzbekcha/);
  await buyer.taps(shop, /📢 1 oy/);
  await buyer.sendsPhoto(shop, 'the receipt of the transfer');
  await reachesOwner(stage, cast, 4);
  await approves(cast, 4);
  const welcome = await buyer.reads(shop, 'Tasdiqlandi');

  stage.transcript.tells('Dilnoza has not joined yet, and shows her link to somebody.');
  stage.expect(await stranger.joins(linkIn(welcome), channel), 'the unused link lets whoever comes first in');
  await stage.until(() => !channel.has(stranger.person), 'the stranger is out again');
  stage.transcript.tells('Eldor has paid nothing, so he is out again within a moment.');
  await owner.reads(mainBot, 'through the link of Dilnoza');
  const fresh = await buyer.reads(shop, 'boshqa odam');
  await usesLink(stage, cast, { member: buyer, welcome: fresh, chat: channel });
}
