import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fault } from '../../../sandbox/sandbox.ts';
import { ageRefused, refusedForADay } from '../../support/database/refused.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, newBuyer, newMember, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  expect(platform.telegram.faults).toEqual([]);
  await platform.close();
});

const says = (reason: string): Fault => ({ kind: 'refused', description: `Bad Request: ${reason}` });

const subscriptionOf = (id: number) => platform.database.subscription.findUniqueOrThrow({ where: { id } });

async function monthPasses(): Promise<void> {
  platform.clock.passes({ days: 32 });
  await platform.app.jobs.expire();
}

const removalsTold = ({ owner }: Shop): number =>
  owner.chatWith(platform.mainBot).messages.filter(({ text }) => text.includes('was removed from')).length;

/** Somebody's time is up while Telegram errs about them. */
async function endsWhileTelegramErrs(shop: Shop, fault: Fault) {
  const { telegram, database } = platform;
  const bought = await newMember(platform, shop);
  const allWell = telegram.failAll(
    ({ method, params }) => method === 'getChatMember' && params['user_id'] === bought.member.id,
    fault,
  );
  await monthPasses();
  await eventually(async () => {
    const removal = await database.outboxMessage.findFirstOrThrow({
      where: { kind: 'remove-member', payload: { path: ['subscriptionId'], equals: bought.subscriptionId } },
    });
    expect(removal.attempts).toBeGreaterThan(1);
  });
  return { ...bought, allWell };
}

test.each(['PARTICIPANT_ID_INVALID', 'USER_ID_INVALID', 'user not found', 'member not found'])(
  'nobody is booked as removed because Telegram says %s of them',
  async (reason) => {
    const shop = await openShop(platform);
    const faultsBefore = platform.faults.length;
    const { member, subscriptionId, allWell } = await endsWhileTelegramErrs(shop, says(reason));
    expect(shop.chat.has(member)).toBe(true);
    expect((await subscriptionOf(subscriptionId)).kickedAt).toBeNull();
    expect(removalsTold(shop)).toBe(0);
    allWell();
    await shop.owner.reads(platform.mainBot, 'was removed from');
    expect(shop.chat.has(member)).toBe(false);
    expect((await subscriptionOf(subscriptionId)).kickedAt).not.toBeNull();
    expect(platform.faults.slice(faultsBefore)).toEqual([]);
  },
);

test('a bot that was made a plain member of the group removes nobody, and everybody once it is administrator again', async () => {
  const shop = await openShop(platform, { kind: 'group' });
  const members = [await newMember(platform, shop), await newMember(platform, shop)];
  await shop.owner.demotes(shop.shop, shop.chat);
  await monthPasses();
  const { database } = platform;
  for (const { subscriptionId } of members) {
    const payload = { path: ['subscriptionId'], equals: subscriptionId };
    await eventually(async () => {
      const removal = await database.outboxMessage.findFirstOrThrow({
        where: { kind: 'remove-member', payload },
      });
      expect(removal.attempts).toBeGreaterThan(1);
    });
    expect((await subscriptionOf(subscriptionId)).kickedAt).toBeNull();
  }
  expect(removalsTold(shop)).toBe(0);
  await shop.owner.promotes(shop.shop, shop.chat, ['can_invite_users', 'can_restrict_members']);
  await eventually(() => expect(members.filter(({ member }) => shop.chat.has(member))).toEqual([]));
  await eventually(() => expect(removalsTold(shop)).toBe(2));
});

test('whoever may not write in the group any more is removed like everybody else', async () => {
  const shop = await openShop(platform, { kind: 'group' });
  const { member, subscriptionId } = await newMember(platform, shop);
  await shop.owner.restricts(member, shop.chat);
  await monthPasses();
  await shop.owner.reads(platform.mainBot, 'was removed from');
  expect(shop.chat.has(member)).toBe(false);
  expect((await subscriptionOf(subscriptionId)).kickedAt).not.toBeNull();
});

test('whom Telegram refuses to remove for a day is given to the owner, once, and goes on being tried', async () => {
  const { mainBot, database, faults } = platform;
  const shop = await openShop(platform);
  const faultsBefore = faults.length;
  const { member, subscriptionId, allWell } = await endsWhileTelegramErrs(shop, says('SOMETHING_NEW'));
  expect(faults.slice(faultsBefore)).toHaveLength(1);

  await refusedForADay(platform, 'remove-member');
  const told = await shop.owner.reads(mainBot, 'remove them by hand');
  expect(told.text).toContain(shop.chat.title);
  await refusedForADay(platform, 'remove-member');
  const removal = await database.outboxMessage.findFirstOrThrow({
    where: { kind: 'remove-member', payload: { path: ['subscriptionId'], equals: subscriptionId } },
  });
  expect(removal.doneAt).toBeNull();
  expect(faults.slice(faultsBefore)).toHaveLength(1);

  allWell();
  // The try before may have been the one that came through.
  await eventually(async () => {
    await ageRefused(platform, 'remove-member');
    expect(removalsTold(shop)).toBe(1);
  });
  expect(shop.chat.has(member)).toBe(false);
  const asked = shop.owner
    .chatWith(mainBot)
    .messages.filter(({ text }) => text.includes('remove them by hand'));
  expect(asked).toHaveLength(1);
});

test('whoever paid gets their way in although Telegram errs about them', async () => {
  const { telegram } = platform;
  const shop = await openShop(platform);
  const buyer = await newBuyer(platform, shop);
  const allWell = telegram.failAll('getChatMember', says('user not found'));
  const paymentId = await payFor(platform, shop, buyer);
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await buyer.reads(shop.shop, holdsLink);
  allWell();
});

test('the ban of an account that is no more is given to the owner, and is no fault of ours', async () => {
  const { mainBot, faults } = platform;
  const shop = await openShop(platform);
  const { member, endUserId } = await newMember(platform, shop);
  const faultsBefore = faults.length;
  await shop.owner.presses(mainBot, `user:${endUserId}:ban`);
  await eventually(() => expect(shop.chat.isBanned(member)).toBe(true));
  await platform.quiet();
  member.deletesAccount();
  await shop.owner.presses(mainBot, `user:${endUserId}:unban`);
  await eventually(async () => {
    const ban = await platform.database.outboxMessage.findFirst({
      where: { kind: 'settle-ban', doneAt: null, refusedAt: { not: null } },
    });
    expect(ban).not.toBeNull();
  });
  await refusedForADay(platform, 'settle-ban');
  await shop.owner.reads(mainBot, 'change the ban of');
  expect(faults.slice(faultsBefore)).toEqual([]);
});

test('a small notice that Telegram refuses for a day ends, and the owner knows that it never came', async () => {
  const { telegram, mainBot, database, clock, app, faults } = platform;
  const shop = await openShop(platform);
  const { member } = await newMember(platform, shop, { firstName: 'Refused' });
  const faultsBefore = faults.length;
  const allWell = telegram.failAll(
    ({ method, params }) => method === 'sendMessage' && Number(params['chat_id']) === member.id,
    says('SOMETHING_NEW'),
  );
  clock.passes({ days: 28 });
  await app.jobs.warn();
  const warning = () =>
    database.outboxMessage.findFirstOrThrow({ where: { kind: 'small-notice', refusedAt: { not: null } } });
  await eventually(async () => expect((await warning()).attempts).toBeGreaterThan(1));
  await refusedForADay(platform, 'small-notice');
  await eventually(async () => expect((await warning()).outcome).toBe('failed'));
  await shop.owner.reads(mainBot, /to Refused .* isn’t getting through/);
  expect(faults.slice(faultsBefore)).toHaveLength(1);
  allWell();
});

test('a limit on making links silences nothing else that the bot has to say', async () => {
  const { telegram } = platform;
  const shop = await openShop(platform);
  const [buyer, asker] = [await newBuyer(platform, shop), await newBuyer(platform, shop)];
  const paymentId = await payFor(platform, shop, buyer);
  telegram.failNext('createChatInviteLink', { kind: 'tooManyRequests', retryAfter: 600 });
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await telegram.until(
    () =>
      telegram.calls.some(({ method, error }) => method === 'createChatInviteLink' && error?.code === 429),
    { what: 'the limit' },
  );
  await asker.presses(shop.shop, 'support');
  await asker.sends(shop.shop, 'Is anybody there?');
  await shop.owner.reads(shop.shop, 'Is anybody there?');
});

test('an owner whose token cannot be taken out of the chat is asked to do it', async () => {
  const { telegram, mainBot } = platform;
  const owner = telegram.newPerson({ firstName: 'Late', languageCode: 'en' });
  const bot = telegram.newBot({ username: 'late_club_bot', name: 'Late club' });
  await owner.starts(mainBot);
  await owner.presses(mainBot, 'lang:en');
  telegram.failNext('deleteMessage', says("message can't be deleted for everyone"));
  await owner.sends(mainBot, bot.token);
  const told = await owner.reads(mainBot, 'delete your message yourself');
  expect(told.text).not.toContain('deleted it');
});
