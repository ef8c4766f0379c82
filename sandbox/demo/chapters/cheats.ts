import { enters, reachesOwner } from '../deeds.ts';
import type { Actor, Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** Forged and repeated presses change nothing. */
export async function cheats(stage: Stage, cast: Cast): Promise<void> {
  const { shop, owner } = cast;
  const cheat = stage.newActor({ firstName: 'Said', languageCode: 'uz' });
  await enters(cast, cheat, /Oʻzbekcha/);
  await cheat.taps(shop, /📢 1 oy/);
  await cheat.sendsPhoto(shop, 'a cat');
  await reachesOwner(stage, cast, 8);
  await forgesApproval(stage, cast, cheat);

  await owner.taps(shop, /Reject/);
  await owner.taps(shop, /In my own words/);
  await owner.writes(shop, 'This is a cat.');
  await cheat.reads(shop, 'This is a cat.');
  await owner.reads(shop, /Receipt no\. 8\n.*Bot: .*Rejected by you/s);
  await approvesAgain(stage, cast);
}

/** Somebody who paid nothing makes up the owner's button. */
async function forgesApproval(stage: Stage, { shop }: Cast, cheat: Actor): Promise<void> {
  const payment = await stage.database.payment.findFirstOrThrow({ orderBy: { id: 'desc' } });
  await cheat.forges(shop, `approve:${payment.id}`);
  await cheat.isTold(shop, 'topilmadi');
  const { status } = await stage.database.payment.findUniqueOrThrow({ where: { id: payment.id } });
  stage.expect(status === 'pending', 'a forged approval changes nothing');
  stage.transcript.tells('The payment still waits: only the owner decides.');
}

/** The owner's second telephone still shows the button of the first receipt. */
async function approvesAgain(stage: Stage, { shop, owner, buyer, channel }: Cast): Promise<void> {
  const counts = async () => [
    await stage.database.subscription.count({ where: { endUser: { telegramUserId: buyer.person.id } } }),
    channel.links.length,
  ];
  const before = await counts();
  const first = await stage.database.payment.findFirstOrThrow({ orderBy: { id: 'asc' } });
  const message = await owner.reads(shop, `Receipt no. ${first.id}\n`);
  stage.transcript.tells('Aziz’s other telephone still shows the first receipt as it was.');
  await owner.pressesAgain(shop, { label: '✅ Approve', data: `approve:${first.id}`, message });
  await owner.isTold(shop, 'already been approved');
  await stage.telegram.quiet();
  const after = await counts();
  stage.expect(after.join() === before.join(), 'approving twice gives one subscription and one link');
  stage.expect(before[0] === 1, 'the first receipt’s buyer has one subscription');
}
