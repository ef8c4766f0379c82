import { nextBetween } from '../../../src/shared/calendar.ts';
import type { Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

const NEWS = 'Ten new lessons are in the channel.';

/** An owner writes to everybody who has access. */
export async function news(stage: Stage, { mainBot, shop, owner, subscriber }: Cast): Promise<void> {
  const morning = nextBetween(stage.now(), { from: 10, to: 12 }, 'Asia/Tashkent');
  await stage.comes(morning, 'In the morning Aziz has news for all of them.');
  await owner.writes(mainBot, '/menu');
  await owner.taps(mainBot, /My bots/);
  await owner.taps(mainBot, /aziz_club_bot/);
  await owner.taps(mainBot, /Grow/);
  await owner.taps(mainBot, /Broadcasts/);
  await owner.follows(shop, 'cast', 'the button below the list');
  await owner.writes(shop, NEWS);
  await owner.reads(shop, /people will get it/);
  await owner.taps(shop, /With access/);
  await owner.taps(shop, /▶️ Start/);
  await owner.taps(shop, /Yes, start/);
  await subscriber.reads(shop, NEWS);
  await owner.reads(shop, /Sent: \d+ of \d+/);
  await owner.reads(mainBot, /Broadcast no\. \d+ of .* has been sent/);
}
