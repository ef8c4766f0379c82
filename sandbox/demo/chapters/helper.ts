import type { SandboxMessage } from '../../world/conversation.ts';
import { enters, newestPayment, usesLink } from '../deeds.ts';
import { linkIn, type Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** An owner takes somebody on who looks at receipts, and has the rest for themselves. */
export async function helper(stage: Stage, cast: Cast): Promise<void> {
  const { mainBot, shop, owner, channel } = cast;
  stage.transcript.tells('Aziz goes on holiday, and takes somebody on who looks at receipts.');
  await owner.writes(mainBot, '/menu');
  await owner.taps(mainBot, /My bots/);
  await owner.taps(mainBot, /aziz_club_bot/);
  await owner.taps(mainBot, /Grow/);
  await owner.taps(mainBot, /Team/);
  await owner.taps(mainBot, /➕ Receipts/);
  const page = await owner.reads(mainBot, 'Send this link to whoever is to help you');
  const [link = ''] = page.buttons.flat().flatMap(({ copyText }) => copyText ?? []);

  const malika = stage.newActor({ firstName: 'Malika', languageCode: 'en' });
  await malika.follows(mainBot, link.split('start=')[1] ?? '', 'Aziz’s link');
  await malika.taps(mainBot, /English/);
  await malika.taps(mainBot, /I’ll help/);
  await owner.reads(mainBot, 'Malika');
  await owner.taps(mainBot, /✅ Agree/);
  await malika.reads(mainBot, 'You’re on the team');
  await enters(cast, malika, /English/);

  const customer = stage.newActor({ firstName: 'Nodir', languageCode: 'en' });
  await enters(cast, customer, /English/);
  await customer.taps(shop, /📢 1 month/);
  await customer.taps(shop, /💳/);
  await customer.sendsPhoto(shop, 'a receipt for 50 000 soʻm');
  const receipt = await newestPayment(stage);
  await malika.reads(shop, `Receipt no. ${receipt}\n`);
  await malika.taps(shop, /^✅ Approve$/);
  const namesHer = ({ text }: SandboxMessage) =>
    text.includes(`Receipt no. ${receipt}\n`) && text.includes('Approved by Malika');
  await owner.reads(shop, namesHer, `that Malika has approved receipt no. ${receipt}`);
  const welcome = await customer.reads(
    shop,
    (message: SandboxMessage) => linkIn(message) !== '',
    'the way in',
  );
  await usesLink(stage, cast, { member: customer, welcome, chat: channel });

  stage.transcript.tells('The card is Aziz’s alone.');
  await malika.forges(mainBot, `bot:${shop.id}:card`);
  await malika.isTold(mainBot, 'no longer available');
}
