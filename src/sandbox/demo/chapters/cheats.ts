import type { Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** Forged and repeated presses change nothing. */
export async function cheats(stage: Stage, { shop, owner, channel }: Cast): Promise<void> {
  const cheat = stage.newActor({ firstName: 'Said', languageCode: 'uz' });
  await cheat.starts(shop);
  await cheat.taps(shop, /Oʻzbekcha/);
  await cheat.taps(shop, /1 oy/);
  await cheat.sendsPhoto(shop, 'a cat');
  await owner.reads(shop, 'Said');
  const payment = await stage.books.payment.findFirstOrThrow({ orderBy: { id: 'desc' } });
  await cheat.forges(shop, `approve:${payment.id}`);
  const unchanged = await stage.books.payment.findUniqueOrThrow({ where: { id: payment.id } });
  stage.expect(unchanged.status === 'pending', 'a forged approval changes nothing');
  stage.transcript.tells('The payment still waits: only the owner decides.');

  await owner.taps(shop, /Reject/);
  await owner.taps(shop, /In my own words/);
  await owner.writes(shop, 'This is a cat.');
  await cheat.reads(shop, 'This is a cat.');

  stage.transcript.tells('Aziz presses the first receipt’s approval once more.');
  const before = await stage.books.subscription.count();
  const links = channel.links.length;
  await owner.forges(shop, 'approve:1');
  await stage.telegram.quiet();
  stage.expect(
    (await stage.books.subscription.count()) === before && channel.links.length === links,
    'approving twice gives one subscription and one link',
  );
}
