import { approves, enters, reachesOwner, usesLink } from '../deeds.ts';
import type { Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** An approval by mistake is taken back. */
export async function putRight(stage: Stage, cast: Cast): Promise<void> {
  const { mainBot, shop, owner, group } = cast;
  const trickster = stage.newActor({ firstName: 'Timur', username: 'timur', languageCode: 'ru' });
  await enters(cast, trickster, /Русский/);
  await trickster.taps(shop, /👥 1 месяц/);
  await trickster.sendsPhoto(shop, 'a receipt for somebody else’s purchase');
  await reachesOwner(stage, cast, 6);
  await approves(cast, 6);
  const welcome = await trickster.reads(shop, 'Подтверждено');
  await usesLink(stage, cast, { member: trickster, welcome, chat: group });
  stage.transcript.tells('Aziz looks at his account: this money never came.');
  await owner.taps(shop, /Undo the approval/);
  await owner.taps(shop, /Yes, undo it/);
  await trickster.reads(shop, 'доступ закрыт');
  await stage.until(() => !group.has(trickster.person), 'the trickster is out');
  await owner.reads(mainBot, /Timur.*was removed/);
}
