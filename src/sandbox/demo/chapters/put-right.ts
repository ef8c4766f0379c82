import { linkIn, type Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** An approval by mistake is taken back. */
export async function putRight(stage: Stage, { mainBot, shop, owner, group }: Cast): Promise<void> {
  const trickster = stage.newActor({ firstName: 'Timur', username: 'timur', languageCode: 'ru' });
  await trickster.starts(shop);
  await trickster.taps(shop, /Русский/);
  await trickster.taps(shop, /👥 1 месяц/);
  await trickster.sendsPhoto(shop, 'a receipt for somebody else’s purchase');
  await owner.reads(shop, 'Timur');
  await owner.taps(shop, /^✅ Approve$/);
  const welcome = await trickster.reads(shop, 'подтвержд');
  stage.expect(await trickster.joins(linkIn(welcome), group), 'the link lets its holder in');
  stage.transcript.tells('Aziz looks at his account: this money never came.');
  await owner.reads(shop, (message) => message.text.includes('Timur') && message.text.includes('Approved'));
  await owner.taps(shop, /Undo the approval/);
  await owner.taps(shop, /Yes, undo it/);
  await trickster.reads(shop, 'доступ закрыт');
  await stage.telegram.until(() => !group.has(trickster.person), { what: 'the trickster to be out' });
  await owner.reads(mainBot, /Timur.*was removed/);
}
