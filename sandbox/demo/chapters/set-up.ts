import type { Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** Everything that the shop needs before it can sell. */
export async function setUp(stage: Stage, { mainBot, shop, owner, channel, group }: Cast): Promise<void> {
  await owner.taps(mainBot, /Set up the bot/);
  const connect = owner.person
    .chatWith(mainBot)
    .last?.buttons.flat()
    .find((button) => button.url?.includes('startchannel'));
  stage.expect(connect !== undefined, 'the bot’s page has a button that connects a channel');
  stage.transcript.tells(`The connect button opens ${connect?.url ?? ''}`);
  await owner.adds(shop, channel);
  await owner.reads(mainBot, 'The channel Aziz Club is connected');
  await owner.adds(shop, group);
  await owner.reads(mainBot, 'The group Aziz Club chat is connected');

  await owner.taps(mainBot, /Set up the bot/);
  await owner.taps(mainBot, /Plans/);
  await owner.taps(mainBot, /📢 1 month/);
  await owner.writes(mainBot, 'abc');
  await owner.reads(mainBot, 'I couldn’t read this price');
  await owner.writes(mainBot, '50 000');
  await owner.reads(mainBot, '• 1 month: 50,000');
  await owner.taps(mainBot, /📢 lifetime/);
  await owner.writes(mainBot, '900.000');
  await owner.reads(mainBot, '• lifetime: 900,000');
  await owner.taps(mainBot, /👥 1 month/);
  await owner.writes(mainBot, '20 000,50');
  await owner.reads(mainBot, '• 1 month: 20,000.50');

  await owner.taps(mainBot, /Back/);
  await owner.taps(mainBot, /Add a card/);
  await owner.writes(mainBot, '8600 1234 5678 9012');
  await owner.reads(mainBot, 'the cardholder’s name');
  await owner.writes(mainBot, 'AZIZ AZIZOV');
  await owner.reads(mainBot, '•••• 9012, AZIZ AZIZOV');
  await owner.starts(shop);
  await owner.reads(shop, 'This is your bot');
}
