import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { SandboxMessage } from '../../../sandbox/world/conversation.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import {
  moderatorReadsEnglish,
  newBuyer,
  newMember,
  openShop,
  payFor,
  type Shop,
} from '../../support/shop.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const buttonsOf = ({ buttons }: SandboxMessage) => buttons.flat().map(({ text }) => text);

/** The message as it stands now. */
function now(person: SandboxPerson, bot: SandboxBot, { id }: SandboxMessage): SandboxMessage {
  const found = person.chatWith(bot).messages.find((message) => message.id === id);
  if (!found) throw new Error('The message is gone.');
  return found;
}

async function newReceipt(of: Shop = shop) {
  const buyer = await newBuyer(platform, of);
  const paymentId = await payFor(platform, of, buyer);
  const receipt = await of.owner.reads(of.shop, `Receipt no. ${paymentId}\n`);
  return { buyer, paymentId, receipt };
}

const REASONS = [
  'The amount is wrong',
  'The receipt can’t be read',
  'The money hasn’t arrived',
  'Sent to a different card',
  '✏️ In my own words',
  '← Back',
];

test('the reasons stand under the receipt itself, and lead back to its own buttons', async () => {
  const { owner, shop: bot } = shop;
  const { buyer, paymentId, receipt } = await newReceipt();
  const before = owner.chatWith(bot).messages.length;
  await owner.taps(bot, '❌ Reject', { message: receipt });
  expect(buttonsOf(now(owner, bot, receipt))).toEqual(REASONS);
  await owner.taps(bot, '← Back', { message: receipt });
  expect(buttonsOf(now(owner, bot, receipt))).toEqual(['✅ Approve', '❌ Reject']);
  await owner.taps(bot, '❌ Reject', { message: receipt });
  await owner.taps(bot, 'The amount is wrong', { message: receipt });
  await buyer.reads(bot, 'Reason: The amount is wrong');
  await platform.quiet();

  // The outcome stands once, and is told over the chat where it was pressed.
  expect(owner.chatWith(bot).messages).toHaveLength(before);
  expect(now(owner, bot, receipt).text).toContain('Rejected by you');
  expect(buttonsOf(now(owner, bot, receipt))).toEqual(['✅ Approve after all']);
  expect(told(owner, bot)).toContain('Rejected by you');
  // A back that comes late finds the buttons of now.
  await owner.presses(bot, `review:${paymentId}`, { message: receipt });
  expect(buttonsOf(now(owner, bot, receipt))).toEqual(['✅ Approve after all']);
});

test('words of one’s own are asked for by the receipt’s number; the receipt tells the outcome, once', async () => {
  const { owner, shop: bot } = shop;
  const { buyer, paymentId, receipt } = await newReceipt();
  await owner.taps(bot, '❌ Reject', { message: receipt });
  await owner.taps(bot, '✏️ In my own words', { message: receipt });
  expect(buttonsOf(now(owner, bot, receipt))).toEqual(['✅ Approve', '❌ Reject']);
  expect(owner.chatWith(bot).last?.text).toContain(`Receipt no. ${paymentId}: write the reason.`);
  await owner.sends(bot, 'x'.repeat(1_000));
  expect(owner.chatWith(bot).last?.text).toContain('too long');
  expect(buttonsOf(owner.chatWith(bot).last as SandboxMessage)).toEqual(['Cancel']);
  await owner.sends(bot, 'That is a picture of a cat');
  await buyer.reads(bot, 'Reason: That is a picture of a cat');
  await platform.quiet();
  expect(now(owner, bot, receipt).text).toContain('Reason: That is a picture of a cat');
  const outcomes = owner.chatWith(bot).messages.filter(({ text }) => text.includes('Reason: That is'));
  expect(outcomes).toHaveLength(1);
  expect(owner.chatWith(bot).last?.text).toBe('✅ Sent. The buyer will read your reason.');
});

test('the same in the main bot, for an owner who never opened their own', async () => {
  const { mainBot } = platform;
  const other = await openShop(platform);
  const { buyer, paymentId } = await newReceipt(other);
  await other.owner.presses(mainBot, `receipt:${paymentId}`);
  const receipt = await other.owner.reads(mainBot, `Receipt no. ${paymentId}\n`);
  await other.owner.taps(mainBot, '❌ Reject', { message: receipt });
  expect(buttonsOf(now(other.owner, mainBot, receipt))).toEqual(REASONS);
  await other.owner.taps(mainBot, 'The money hasn’t arrived', { message: receipt });
  await buyer.reads(other.shop, 'The money hasn’t arrived');
  await platform.quiet();
  expect(now(other.owner, mainBot, receipt).text).toContain('Rejected by you');
});

test('a removal by hand is undone with a word over the chat, and its button is gone', async () => {
  const { mainBot } = platform;
  const { owner, chat } = shop;
  const { member } = await newMember(platform, shop, { firstName: 'Zarina' });
  await owner.bans(member, chat);
  const notice = await owner.reads(mainBot, /Zarina.*removed from .* by hand/);
  const before = owner.chatWith(mainBot).messages.length;
  await owner.taps(mainBot, /Restore the subscription/, { message: notice });
  await platform.quiet();
  expect(told(owner, mainBot)).toContain('✅');
  expect(owner.chatWith(mainBot).messages).toHaveLength(before);
  expect(buttonsOf(now(owner, mainBot, notice))).toEqual(['👤 Zarina']);
});

test('a tariff receipt that is decided where it lies says so over the chat, and tells its outcome itself', async () => {
  const { mainBot, moderator } = platform;
  const { owner } = shop;
  for (const [name, value] of [
    ['price1', '10 000'],
    ['card', '8600 1234 5678 9012'],
    ['holder', 'GETOLOG'],
  ] as const) {
    await moderator.presses(mainBot, `mod:set:${name}`);
    await moderator.sends(mainBot, value);
  }
  await owner.presses(mainBot, 'tariff:1');
  await owner.sendsPhoto(mainBot);
  const receipt = await moderator.reads(mainBot, 'Tariff receipt no. 1');
  const before = moderator.chatWith(mainBot).messages.length;
  await moderator.taps(mainBot, '✅ Approve', { message: receipt });
  await platform.quiet();
  expect(told(moderator, mainBot)).toContain('approved');
  expect(moderator.chatWith(mainBot).messages).toHaveLength(before);
  expect(now(moderator, mainBot, receipt).text).toContain('approved');
});

test('the choice of an own chat has a way back', async () => {
  const { owner, shop: bot } = shop;
  await owner.presses(bot, 'connect');
  expect(owner.chatWith(bot).keyboard.flat()).toEqual(['📢 Choose a channel', '👥 Choose a group', '← Back']);
  await owner.sends(bot, '← Back');
  await platform.quiet();
  expect(owner.chatWith(bot).keyboard).toEqual([]);
  expect(owner.chatWith(bot).last?.text).toContain('This is your bot');
});
