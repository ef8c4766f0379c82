import type { SandboxMessage } from '../../world/conversation.ts';
import { approves, newestPayment, reachesOwner, usesLink } from '../deeds.ts';
import { linkIn, type Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** Buyers bring buyers, and get something for it. */
export async function friends(stage: Stage, cast: Cast): Promise<void> {
  const { mainBot, shop, owner, subscriber, channel } = cast;
  stage.transcript.tells('Aziz wants his buyers to bring their friends.');
  await owner.writes(mainBot, '/menu');
  await owner.taps(mainBot, /My bots/);
  await owner.taps(mainBot, /aziz_club_bot/);
  await owner.taps(mainBot, /Grow/);
  await owner.taps(mainBot, /Invitations/);
  await owner.taps(mainBot, /^Days$/);
  await owner.taps(mainBot, /Friend’s discount/);
  await owner.writes(mainBot, '10');
  await owner.reads(mainBot, '7 days for each friend who buys');

  await subscriber.writes(shop, '/menu');
  await subscriber.taps(shop, /Doʻstni taklif qilish/);
  const page = await subscriber.reads(shop, 'start=r_');
  const payload = /start=(r_\w+)/.exec(page.text)?.[1] ?? '';
  const friend = stage.newActor({ firstName: 'Лола', languageCode: 'ru' });
  await friend.follows(shop, payload, `${subscriber.name}’s link`);
  await friend.reads(shop, 'Вас пригласил друг');
  await owner.reads(mainBot, 'Лола');
  await subscriber.reads(shop, 'Havolangiz orqali doʻstingiz keldi');
  await friend.taps(shop, /Русский/);
  await friend.taps(shop, /📢 1 месяц/);
  await friend.taps(shop, /💳/);
  await friend.sendsPhoto(shop, 'a receipt for 45 000 сум');
  const receipt = await newestPayment(stage);
  await reachesOwner(stage, cast, receipt);
  await owner.reads(shop, `Invited by ${subscriber.name}`);
  await approves(cast, receipt);
  const welcome = await friend.reads(shop, (message: SandboxMessage) => linkIn(message) !== '', 'the way in');
  await usesLink(stage, cast, { member: friend, welcome, chat: channel });
  await subscriber.reads(shop, 'Doʻstingiz obuna sotib oldi');
  await owner.reads(mainBot, 'has bought a subscription in');
}
