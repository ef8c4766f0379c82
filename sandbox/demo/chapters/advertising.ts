import type { SandboxMessage } from '../../world/conversation.ts';
import { approves, newestPayment, reachesOwner, usesLink } from '../deeds.ts';
import { linkIn, type Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** An owner advertises, and sees what came of it. */
export async function advertising(stage: Stage, cast: Cast): Promise<void> {
  const { mainBot, shop, owner, channel } = cast;
  stage.transcript.tells('Aziz buys an advertisement, and wants to know what it brings.');
  await owner.writes(mainBot, '/menu');
  await owner.taps(mainBot, /My bots/);
  await owner.taps(mainBot, /aziz_club_bot/);
  await owner.taps(mainBot, /Grow/);
  await owner.taps(mainBot, /Ad sources/);
  await owner.taps(mainBot, /New source/);
  await owner.writes(mainBot, 'Инстаграм');
  await owner.reads(mainBot, 'start=c_instagram');
  await owner.taps(mainBot, /Cost/);
  await owner.writes(mainBot, '20 000');

  const visitor = stage.newActor({ firstName: 'Jasur', languageCode: 'uz' });
  await visitor.follows(shop, 'c_instagram', 'the advertisement');
  await visitor.taps(shop, /Oʻzbekcha/);
  const customer = stage.newActor({ firstName: 'Sabina', languageCode: 'en' });
  await customer.follows(shop, 'c_instagram_story-1', 'the advertisement');
  await customer.taps(shop, /English/);
  await customer.taps(shop, /📢 1 month/);
  await customer.taps(shop, /💳/);
  await customer.sendsPhoto(shop, 'a receipt for 50 000 soʻm');
  const receipt = await newestPayment(stage);
  await reachesOwner(stage, cast, receipt);
  await approves(cast, receipt);
  const welcome = await customer.reads(
    shop,
    (message: SandboxMessage) => linkIn(message) !== '',
    'the way in',
  );
  await usesLink(stage, cast, { member: customer, welcome, chat: channel });

  await owner.writes(mainBot, '/menu');
  await owner.taps(mainBot, /My bots/);
  await owner.taps(mainBot, /aziz_club_bot/);
  await owner.taps(mainBot, /Grow/);
  await owner.taps(mainBot, /Ad sources/);
  await owner.taps(mainBot, /Инстаграм/);
  await owner.reads(mainBot, /People: 2 · new to the bot: 2[\s\S]*Paid: 1[\s\S]*Turnover ÷ cost: 2\.50/);
}
