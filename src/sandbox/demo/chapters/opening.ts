import type { Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** An owner comes, and a forwarded token is a bot seconds later. */
export async function opening(stage: Stage, { mainBot, shop, owner, moderator }: Cast): Promise<void> {
  stage.transcript.tells('Malika runs the platform. Aziz has a channel and wants it to earn money.');
  await moderator.starts(mainBot);
  await moderator.taps(mainBot, /Русский/);

  await owner.starts(mainBot);
  await owner.taps(mainBot, /English/);
  await moderator.reads(mainBot, 'Aziz');

  await owner.taps(mainBot, /Add a bot/);
  const letter = `Done! Congratulations on your new bot. Use this token to access the HTTP API:\n${shop.token}`;
  await owner.forwards(mainBot, letter, 'BotFather’s message with the token');
  await owner.reads(mainBot, 'is ready');
  const isGone = owner.person
    .chatWith(mainBot)
    .messages.every((message) => message.deleted || !message.text.includes(shop.token));
  stage.expect(isGone, 'the message with the token has left the chat');
  stage.transcript.tells('The forwarded message is gone from the chat: nobody reads the token there again.');
}
