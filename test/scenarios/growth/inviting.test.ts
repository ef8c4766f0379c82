import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { LANGUAGES } from '../../../src/infra/i18n/i18n.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, newMember, openShop, payFor, type Shop } from '../../support/shop.ts';
import { newestPage, told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await sets('ref:days');
});
afterAll(async () => {
  await platform.closesClean();
});

async function sets(what: string, typed?: string): Promise<void> {
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:${what}`);
  if (typed !== undefined) await shop.owner.sends(platform.mainBot, typed);
  await platform.telegram.quiet();
}

const last = (person: SandboxPerson, bot = shop.shop) => person.chatWith(bot).last;
const owners = () => newestPage(shop.owner, platform.mainBot);

/** Opens the page, and reads what their link ends in. */
async function payloadOf(inviter: SandboxPerson): Promise<string> {
  await inviter.presses(shop.shop, 'invite');
  await platform.telegram.quiet();
  return /\?start=(r_[A-Za-z0-9]{8})\b/.exec(last(inviter)?.text ?? '')?.[1] ?? '';
}

async function comes(firstName: string, payload: string): Promise<SandboxPerson> {
  const friend = platform.telegram.newPerson({ firstName, languageCode: 'en' });
  await friend.starts(shop.shop, { payload });
  await platform.telegram.quiet();
  return friend;
}

async function dataOf(person: SandboxPerson): Promise<string> {
  await person.presses(shop.shop, 'mydata');
  await platform.quiet();
  const file = person.chatWith(shop.shop).messages.findLast(({ document }) => document)?.document;
  return new TextDecoder().decode(file?.bytes);
}

const referralsOf = (friend: SandboxPerson) =>
  platform.database.referral.findMany({ where: { friend: { telegramUserId: friend.id } } });

test('the page has the link to copy and to share, and leads back', async () => {
  const inviter = await newBuyer(platform, shop);
  const payload = await payloadOf(inviter);
  const link = `https://t.me/${shop.shop.username}?start=${payload}`;
  expect(last(inviter)?.text).toContain('you get 7 days');
  // Every count, also where there is nothing yet.
  for (const count of ['Came: 0, bought: 0', 'You’ve earned 0 days', 'next purchase: 0 days']) {
    expect(last(inviter)?.text).toContain(count);
  }
  expect(last(inviter)?.buttons.flat()).toMatchObject([
    { copyText: link },
    { url: `https://t.me/share/url?url=${encodeURIComponent(link)}` },
    { data: 'home' },
  ]);
  expect(await payloadOf(inviter)).toBe(payload);
});

test('a friend is greeted before they have a language, and noted once', async () => {
  const inviter = await newBuyer(platform, shop);
  const friend = await comes('Friend', await payloadOf(inviter));
  expect(last(friend)?.text).toContain('A friend has invited you');
  expect(
    last(friend)
      ?.buttons.flat()
      .map(({ data }) => data),
  ).toContain('lang:en');
  const [row, ...others] = await referralsOf(friend);
  expect(others).toEqual([]);
  expect(row).toMatchObject({ status: 'came', kind: 'days', value: 7, friendPercent: 0 });
  await inviter.reads(shop.shop, 'A friend has come by your link');
});

describe('nobody is brought', () => {
  test('who was here before, by whatever link', async () => {
    const inviter = await newBuyer(platform, shop);
    const payload = await payloadOf(inviter);
    const known = await newBuyer(platform, shop, { firstName: 'Known' });
    await known.starts(shop.shop, { payload });
    expect(last(known)?.text).toContain('you’re here already');
    expect(await referralsOf(known)).toEqual([]);
  });

  test('by their own link, nor to their own bot', async () => {
    const inviter = await newBuyer(platform, shop);
    const payload = await payloadOf(inviter);
    await inviter.starts(shop.shop, { payload });
    expect(last(inviter)?.text).toContain('your own link');
    await shop.owner.starts(shop.shop, { payload });
    expect(last(shop.owner)?.text).toContain('you’re here already');
    await shop.owner.presses(shop.shop, 'invite');
    expect(told(shop.owner, shop.shop)).toContain('your bot → Grow');
    expect(
      await platform.database.referral.count({ where: { inviter: { telegramUserId: inviter.id } } }),
    ).toBe(0);
  });

  test('by a second friend, whose link comes later', async () => {
    const [first, second] = [await newBuyer(platform, shop), await newBuyer(platform, shop)];
    const friend = await comes('Friend', await payloadOf(first));
    const before = await referralsOf(friend);
    await friend.starts(shop.shop, { payload: await payloadOf(second) });
    expect(last(friend)?.text).toContain('you’re here already');
    expect(await referralsOf(friend)).toEqual(before);
  });

  test('by what is no link of anybody’s: they read the plain start', async () => {
    const plain = await comes('Plain', 'hello');
    for (const payload of [
      'r_AAAAAAAA',
      'r_',
      'r_12',
      'r_<b>',
      'g_abc',
      'i_abc',
      'j_1',
      'm_abc',
      'c_',
      'x'.repeat(64),
    ]) {
      const friend = await comes('Friend', payload);
      expect(last(friend)?.text, payload).toBe(last(plain)?.text);
      expect(await referralsOf(friend)).toEqual([]);
    }
  });

  test('by whoever was banned since', async () => {
    const inviter = await newBuyer(platform, shop);
    const payload = await payloadOf(inviter);
    const { id } = await platform.database.endUser.findFirstOrThrow({
      where: { telegramUserId: inviter.id },
    });
    await shop.owner.presses(platform.mainBot, `user:${id}:ban`);
    const friend = await comes('Friend', payload);
    expect(await referralsOf(friend)).toEqual([]);
    expect(last(friend)?.text).not.toContain('invited');
  });
});

test('a friend’s first purchase is cheaper, and only that', async () => {
  const { database } = platform;
  await sets('set:friendpercent', '20');
  const { member: inviter } = await newMember(platform, shop);
  const friend = await comes('Friend', await payloadOf(inviter));
  expect(last(friend)?.text).toContain('your first purchase is 20% cheaper');
  await friend.presses(shop.shop, 'lang:en');
  const paymentId = await payFor(platform, shop, friend);
  const { amount } = await database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  expect(String(amount)).toBe('40000');
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await platform.quiet();
  const again = await payFor(platform, shop, friend);
  const second = await database.payment.findUniqueOrThrow({ where: { id: again } });
  expect(String(second.amount)).toBe('50000');
  await sets('set:friendpercent', '0');
});

test('the owner reads beside the receipt, and on their page, who brought the payer', async () => {
  const inviter = await newBuyer(platform, shop, { firstName: 'Zarina' });
  const friend = await comes('Friend', await payloadOf(inviter));
  await friend.presses(shop.shop, 'lang:en');
  const paymentId = await payFor(platform, shop, friend);
  await shop.owner.reads(shop.shop, 'Invited by Zarina');
  await platform.quiet();
  for (const bot of [shop.shop, platform.mainBot]) {
    const copy = shop.owner.chatWith(bot).messages.findLast(({ text }) => text.includes('Receipt no.'));
    if (copy) expect(copy.text).toContain('Invited by Zarina');
  }
  const { id } = await platform.database.endUser.findFirstOrThrow({ where: { telegramUserId: friend.id } });
  await shop.owner.presses(platform.mainBot, `user:${id}`);
  expect(owners()).toContain('Invited by Zarina');
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await shop.owner.reads(shop.shop, /Invited by Zarina.*Approved by you/s);
});

test('beside the receipt of whoever came by themselves nobody is named', async () => {
  const paymentId = await payFor(platform, shop, await newBuyer(platform, shop));
  const { text } = await shop.owner.reads(shop.shop, `Receipt no. ${paymentId}\n`);
  expect(text).not.toContain('Invited by');
});

test('of an inviter who has deleted their data nothing is said, not even that there was one', async () => {
  const { member: inviter } = await newMember(platform, shop, { firstName: 'Gone' });
  const friend = await comes('Friend', await payloadOf(inviter));
  await friend.presses(shop.shop, 'lang:en');
  await inviter.presses(shop.shop, 'forget');
  await inviter.presses(shop.shop, 'forget:yes');
  await platform.quiet();
  const paymentId = await payFor(platform, shop, friend);
  const { text } = await shop.owner.reads(shop.shop, `Receipt no. ${paymentId}\n`);
  expect(text).not.toContain('Invited by');
  const { id } = await platform.database.endUser.findFirstOrThrow({ where: { telegramUserId: friend.id } });
  await shop.owner.presses(platform.mainBot, `user:${id}`);
  expect(owners()).toContain('Friend');
  expect(owners()).not.toContain('Invited by');
  await sets('ref');
  expect(owners()).toContain('Best inviters');
  expect(owners()).not.toContain('—');
});

test('their data has their link and whom they brought, without who that is; forgetting ends both', async () => {
  const inviter = await newBuyer(platform, shop, { firstName: 'Leaving' });
  const payload = await payloadOf(inviter);
  const friend = await comes('Unnamed', payload);
  await friend.presses(shop.shop, 'lang:en');
  const [data, friends] = [await dataOf(inviter), await dataOf(friend)];
  expect(JSON.parse(friends)).toMatchObject({ person: { broughtBy: { kind: 'days' } }, brought: [] });
  for (const secret of ['Leaving', String(inviter.id)]) expect(friends).not.toContain(secret);
  expect(data).toContain(payload.slice(2));
  expect(JSON.parse(data).brought).toMatchObject([{ kind: 'days', value: 7, status: 'came' }]);
  expect(data).not.toContain('Unnamed');
  expect(data).not.toContain(String(friend.id));
  await inviter.presses(shop.shop, 'forget');
  expect(last(inviter)?.text).toContain('Your link to invite friends stops working');
  await inviter.presses(shop.shop, 'forget:yes');
  await platform.quiet();
  expect(await referralsOf(friend)).toMatchObject([{ status: 'void' }]);
  const late = await comes('Late', payload);
  expect(await referralsOf(late)).toEqual([]);
});

test('the owner’s page says exactly who came, who bought and what that brought', async () => {
  const other = await openShop(platform, { title: 'Counted' });
  const setsThere = (what: string) => other.owner.presses(platform.mainBot, `bot:${other.shop.id}:${what}`);
  await setsThere('ref:percent');
  const inviter = await newBuyer(platform, other, { firstName: 'Best' });
  await inviter.presses(other.shop, 'invite');
  await platform.telegram.quiet();
  const payload = /\?start=(r_\w{8})/.exec(last(inviter, other.shop)?.text ?? '')?.[1] ?? '';
  for (const firstName of ['One', 'Two', 'Three']) {
    const friend = platform.telegram.newPerson({ firstName, languageCode: 'en' });
    await friend.starts(other.shop, { payload });
    await friend.presses(other.shop, 'lang:en');
    if (firstName === 'Three') continue;
    const id = await payFor(platform, other, friend);
    await other.owner.presses(other.shop, `approve:${id}`);
  }
  await platform.quiet();
  await setsThere('ref');
  const page = last(other.owner, platform.mainBot)?.text;
  expect(page).toContain('Came: 3, bought: 2, turnover: 100,000\u00a0UZS');
  expect(page).toContain('given: 2');
  expect(page).toContain('no purchase yet: 1');
  expect(page).toMatch(/Best \(.*\): 2 bought, 3 came/);
  expect(page).toContain('20% off the next purchase');
  await inviter.reads(other.shop, 'your next purchase is 20% cheaper');
});

test('numbers have their ranges, and lead back to the page', async () => {
  await sets('set:refdays', '91');
  expect(owners()).toContain('from 1 to 90');
  await shop.owner.sends(platform.mainBot, '30');
  await platform.telegram.quiet();
  expect(owners()).toContain('30 days for each friend who buys');
  await sets('set:refpercent', '4');
  expect(owners()).toContain('from 5 to 50');
  await sets('set:friendpercent', '51');
  expect(owners()).toContain('from 0 to 50');
  await sets('set:refdays', '7');
});

test('nobody sets what another owner gives', async () => {
  const other = await openShop(platform);
  for (const press of ['ref', 'ref:off', 'set:refdays']) {
    await other.owner.presses(platform.mainBot, `bot:${shop.shop.id}:${press}`);
    expect(told(other.owner, platform.mainBot)).toContain('no longer available');
  }
  expect(await platform.database.botSettings.count({ where: { referral: 'days' } })).toBe(1);
});

test.each(LANGUAGES)('in %s the page is whole', async (languageCode) => {
  const inviter = await newBuyer(platform, shop, { languageCode });
  expect(await payloadOf(inviter)).toMatch(/^r_/);
  expect(last(inviter)?.text).not.toMatch(/\{\{|invite\./);
});

test('while it is off there is no button, and an old one says so', async () => {
  const inviter = await newBuyer(platform, shop);
  const payload = await payloadOf(inviter);
  await inviter.sends(shop.shop, '/menu');
  expect(
    last(inviter)
      ?.buttons.flat()
      .map(({ data }) => data),
  ).toContain('invite');
  await sets('ref:off');
  await inviter.sends(shop.shop, '/menu');
  expect(
    last(inviter)
      ?.buttons.flat()
      .map(({ data }) => data),
  ).not.toContain('invite');
  await inviter.presses(shop.shop, 'invite');
  expect(told(inviter, shop.shop)).toContain('switched off');
  const friend = await comes('Friend', payload);
  expect(await referralsOf(friend)).toEqual([]);
  await sets('ref:days');
});
