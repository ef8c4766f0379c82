import type { Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** An owner comes, and a forwarded token is a bot seconds later. */
export async function opening(stage: Stage, { mainBot, shop, owner, moderator }: Cast): Promise<void> {
  stage.transcript.tells('Malika runs the platform. Aziz has a channel and wants it to earn money.');
  await moderator.starts(mainBot);
  await moderator.taps(mainBot, /Русский/);

  await owner.starts(mainBot);
  await moderator.reads(mainBot, 'Новый владелец: Aziz');
  await owner.taps(mainBot, /English/);
  await owner.seesButton(mainBot, 'Add a bot');

  await owner.taps(mainBot, /Add a bot/);
  const letter = (token: string) =>
    `Done! Congratulations on your new bot. Use this token to access the HTTP API:\n${token}`;
  const hidden = `${String(shop.id).slice(0, 4)}…:***`;
  await owner.forwards(mainBot, letter(shop.token), letter(hidden));
  await owner.reads(mainBot, `@${shop.username} is ready`);
  const isGone = owner.person
    .chatWith(mainBot)
    .messages.every((message) => message.deleted || !message.text.includes(shop.token));
  stage.expect(isGone, 'the message with the token has left the chat');
  stage.transcript.tells('The forwarded message is gone from the chat: nobody reads the token there again.');
}
