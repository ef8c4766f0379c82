import { linkIn, type Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** A link that somebody passes on before using it. */
export async function leak(stage: Stage, { mainBot, shop, owner, channel }: Cast): Promise<void> {
  const buyer = stage.newActor({ firstName: 'Dilnoza', username: 'dilnoza', languageCode: 'uz' });
  const stranger = stage.newActor({ firstName: 'Eldor', username: 'eldor', languageCode: 'uz' });
  await buyer.starts(shop);
  await buyer.taps(shop, /Oʻzbekcha/);
  await buyer.taps(shop, /📢 1 oy/);
  await buyer.sendsPhoto(shop, 'the receipt of the transfer');
  await owner.reads(shop, 'Dilnoza');
  await owner.taps(shop, /^✅ Approve$/);
  const welcome = await buyer.reads(shop, 'tasdiqlandi');

  stage.transcript.tells('Dilnoza has not joined yet, and shows her link to somebody.');
  stage.expect(await stranger.joins(linkIn(welcome), channel), 'the unused link lets whoever comes first in');
  await stage.telegram.until(() => !channel.has(stranger.person), { what: 'the stranger to be out again' });
  stage.transcript.tells('Eldor has paid nothing, so he is out again within a moment.');
  await owner.reads(mainBot, 'through the link of Dilnoza');
  const fresh = await buyer.reads(shop, 'boshqa odam');
  stage.expect(await buyer.joins(linkIn(fresh), channel), 'the new link lets its buyer in');
  await owner.reads(mainBot, 'Dilnoza (@dilnoza) joined');
}
