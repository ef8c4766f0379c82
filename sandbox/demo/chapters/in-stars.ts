import { enters, usesLink } from '../deeds.ts';
import { linkIn, type Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** Nobody leaves Telegram to pay, and nobody has to remember to renew. */
export async function inStars(stage: Stage, cast: Cast): Promise<void> {
  const { mainBot, shop, owner, channel } = cast;
  stage.transcript.tells(
    'Telegram’s terms want digital goods to be sold for Stars. Aziz offers them as well.',
  );
  await owner.writes(mainBot, '/menu');
  await owner.taps(mainBot, /My bots/);
  await owner.taps(mainBot, /aziz_club_bot/);
  await owner.taps(mainBot, /Payment methods/);
  await owner.taps(mainBot, /Telegram Stars/);
  await owner.taps(mainBot, /Switch on/);
  await owner.writes(mainBot, '/menu');
  await owner.taps(mainBot, /My bots/);
  await owner.taps(mainBot, /aziz_club_bot/);
  await owner.taps(mainBot, /Plans/);
  await owner.taps(mainBot, /⚙️/);
  await owner.taps(mainBot, /Price in Stars/);
  await owner.writes(mainBot, '150');
  await owner.reads(mainBot, /150.⭐/);
  await owner.taps(mainBot, /Offer auto-renewal/);

  const buyer = stage.newActor({ firstName: 'Olim', languageCode: 'en' });
  buyer.person.buysStars(500);
  await enters(cast, buyer, /English/);
  await buyer.taps(shop, /📢 1 month/);
  await buyer.taps(shop, /🔁 150.⭐ every 30 days/);
  await buyer.reads(shop, 'every 30 days (not a calendar month)');
  await stage.plays(buyer.name, 'presses [Pay 150 ⭐], and confirms it in Telegram', async () => {
    const { ok } = await buyer.person.paysBy(shop, /^Pay/);
    stage.expect(ok, 'Telegram takes the Stars');
  });
  const welcome = await buyer.reads(shop, (message) => linkIn(message) !== '', 'the way in');
  await owner.reads(mainBot, /Olim.* paid 150.⭐/);
  await usesLink(stage, cast, { member: buyer, welcome, chat: channel });

  await buyer.writes(shop, '/menu');
  await buyer.taps(shop, /My subscription/);
  await buyer.reads(shop, 'auto-renewal is on');
  await buyer.taps(shop, /Stop auto-renewal/);
  await buyer.reads(shop, 'auto-renewal is off');
  const [renewal] = buyer.person.subscriptions(shop);
  stage.expect(renewal?.state === 'canceled', 'Telegram charges nothing more');
  stage.expect(channel.has(buyer.person), `${buyer.name} stays in until the end of what is paid`);
}
