import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { contentOf } from '../../support/database/contents.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, newMember, openShop, payFor, type Shop } from '../../support/shop.ts';

/** Everything in one shop that has an id. */
interface Ids {
  bot: number;
  channel: number;
  strangeChannel: number;
  plan: number;
  endUser: number;
  subscription: number;
  pending: number;
  approved: number;
  chosen: number;
  owner: number;
  removedBot: number;
  tariffPayment: number;
}

/** As an id may look, and nothing has it. */
const MISSING: Ids = {
  bot: 6_999_999_999,
  channel: 999_001,
  strangeChannel: 999_002,
  plan: 999_003,
  endUser: 999_004,
  subscription: 999_005,
  pending: 999_006,
  approved: 999_007,
  chosen: 999_008,
  owner: 999_009,
  removedBot: 6_999_999_998,
  tariffPayment: 999_010,
};

let platform: Platform;
let theirs: Shop & { member: SandboxPerson };
let mine: Shop;
let ids: Ids;
let stranger: SandboxPerson;

beforeAll(async () => {
  platform = await startPlatform();
  const { telegram, mainBot, moderator, database } = platform;
  await moderator.starts(mainBot);
  await moderator.presses(mainBot, 'lang:en');
  for (const [name, value] of [
    ['price1', '10 000'],
    ['card', '8600 1234 5678 9012'],
  ] as const) {
    await moderator.presses(mainBot, `mod:set:${name}`);
    await moderator.sends(mainBot, value);
  }
  const shop = await openShop(platform);
  mine = await openShop(platform);
  const { member, endUserId, subscriptionId, paymentId } = await newMember(platform, shop);
  const waiting = await newBuyer(platform, shop, { firstName: 'Waiting' });
  const pending = await payFor(platform, shop, waiting);
  const chooser = await newBuyer(platform, shop, { firstName: 'Chooser' });
  await chooser.presses(shop.shop, `plan:${shop.planId}`);
  const strangeGroup = chooser.createsGroup('By somebody else', { supergroup: true });
  await chooser.adds(shop.shop, strangeGroup);
  await shop.owner.reads(mainBot, 'Somebody else added');
  const removed = telegram.newBot({ username: 'removed_bot', name: 'Removed' });
  await shop.owner.sends(mainBot, removed.token);
  await shop.owner.reads(mainBot, '@removed_bot is ready');
  await shop.owner.presses(mainBot, `bot:${removed.id}:remove:yes`);
  await shop.owner.presses(mainBot, 'tariff:1');
  await shop.owner.sendsPhoto(mainBot);
  await platform.quiet();
  stranger = await newBuyer(platform, shop, { firstName: 'Stranger' });
  for (const person of [stranger, member]) {
    await person.starts(mainBot);
    await person.presses(mainBot, 'lang:en');
  }
  // The owner of the other shop is anybody here.
  await mine.owner.starts(shop.shop);
  await mine.owner.presses(shop.shop, 'lang:en');
  // Whoever tries their own bot is its end user from then on.
  await mine.owner.presses(mine.shop, 'try');
  await platform.quiet();
  const plan = await database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
  const strange = await database.channel.findFirstOrThrow({
    where: { telegramChatId: BigInt(strangeGroup.id) },
  });
  const chosen = await database.payment.findFirstOrThrow({ where: { status: 'created' } });
  const owner = await database.owner.findUniqueOrThrow({ where: { telegramUserId: shop.owner.id } });
  const tariffPayment = await database.tariffPayment.findFirstOrThrow();
  theirs = { ...shop, member };
  ids = {
    bot: shop.shop.id,
    channel: plan.channelId,
    strangeChannel: strange.id,
    plan: plan.id,
    endUser: endUserId,
    subscription: subscriptionId,
    pending,
    approved: paymentId,
    chosen: chosen.id,
    owner: owner.id,
    removedBot: removed.id,
    tariffPayment: tariffPayment.id,
  };
});
afterAll(async () => {
  await platform.closesClean();
});

/** Owner's buttons in the main bot. */
const OWNERS: ((of: Ids) => string)[] = [
  ({ bot }) => `bot:${bot}`,
  ...[
    'more',
    'grow',
    'set:grace',
    'set:winpercent',
    'flip:unique',
    'plans',
    'card',
    'welcome',
    'welcome:default',
    'pause',
    'resume',
    'check',
    'mute',
    'unmute',
    'remove',
    'remove:yes',
  ].map(
    (part) =>
      ({ bot }: Ids) =>
        `bot:${bot}:${part}`,
  ),
  ...['users:0', 'find', 'stats', 'chart', 'pending', 'export'].map(
    (part) =>
      ({ bot }: Ids) =>
        `bot:${bot}:${part}`,
  ),
  ({ removedBot }) => `bot:${removedBot}`,
  ({ channel }) => `price:${channel}:1`,
  ({ channel }) => `price:${channel}:6`,
  ({ plan }) => `plan-off:${plan}`,
  ({ plan }) => `plan-on:${plan}`,
  ({ channel }) => `chat:${channel}:disconnect`,
  ({ strangeChannel }) => `chat:${strangeChannel}:accept`,
  ({ endUser }) => `user:${endUser}`,
  ({ endUser }) => `user:${endUser}:ban`,
  ({ endUser }) => `user:${endUser}:unban`,
  ({ endUser, plan }) => `user:${endUser}:grant:${plan}`,
  ({ subscription }) => `restore:${subscription}`,
];

/** Buttons of receipts, in both bots. */
const RECEIPTS: ((of: Ids) => string)[] = [
  ({ pending }) => `receipt:${pending}`,
  ({ pending }) => `approve:${pending}`,
  ({ pending }) => `review:${pending}`,
  ({ pending }) => `reject:${pending}`,
  ({ pending }) => `reject:${pending}:amount`,
  ({ pending }) => `reject:${pending}:text`,
  ({ approved }) => `approve:${approved}`,
  ({ approved }) => `revert:${approved}`,
  ({ approved }) => `revert:${approved}:yes`,
];

/** Buttons of buyers. */
const BUYERS: ((of: Ids) => string)[] = [
  ({ pending }) => `cancel:${pending}`,
  ({ chosen }) => `cancel:${chosen}`,
  ({ approved }) => `cancel:${approved}`,
  ({ subscription }) => `relink:${subscription}`,
];

/** What belongs to one bot and would be bought at another. */
const PLANS: ((of: Ids) => string)[] = [({ plan }) => `plan:${plan}`, ({ plan }) => `pay:${plan}:card`];

const MODERATORS: ((of: Ids) => string)[] = [
  ...[
    'mod',
    'mod:chart',
    'mod:owners:0',
    'mod:find',
    'mod:payments:all:0',
    'mod:payments:pending:0',
    'mod:tariffs',
    'mod:settings',
    'mod:set:price1',
    'mod:set:card',
    'mod:set:ad-en',
    'mod:audit:0',
  ].map((data) => () => data),
  ({ owner }) => `mod:owner:${owner}`,
  ({ owner }) => `mod:owner:${owner}:ban`,
  ({ owner }) => `mod:owner:${owner}:unban`,
  ({ owner }) => `mod:owner:${owner}:grant:12`,
  ({ tariffPayment }) => `mod:tariff:${tariffPayment}`,
  ({ tariffPayment }) => `mod:tariff-approve:${tariffPayment}`,
  ({ tariffPayment }) => `mod:tariff-reject:${tariffPayment}`,
  ({ removedBot }) => `mod:bot:${removedBot}:release`,
];

/** What counts everybody’s presses, and how the server finds itself, is no matter of tenants. */
const COUNTERS = new Set(['hourly_figures', 'active_people', 'health_probes', 'system_checks']);

async function snapshot(): Promise<object> {
  await platform.quiet();
  const content = await contentOf({ url: platform.databaseUrl });
  // When what waits is tried again is a matter of the time that a test takes, not of what it does.
  content['promises'] = await platform.database.outboxMessage.findMany({
    select: { id: true, kind: true, key: true, payload: true, dueAt: true },
    orderBy: { id: 'asc' },
  });
  return Object.fromEntries(Object.entries(content).filter(([table]) => !COUNTERS.has(table)));
}

/** Presses, and says what the person then sees that was not there before. */
async function sees(person: SandboxPerson, bot: SandboxBot, act: () => Promise<void>): Promise<unknown[]> {
  const look = () => person.chatWith(bot).messages.filter(({ from }) => from === 'bot');
  const before = new Map(look().map((message) => [message.id, JSON.stringify(message)]));
  const answers = person.answers(bot).length;
  await act();
  await platform.quiet();
  const changed = look().filter((message) => before.get(message.id) !== JSON.stringify(message));
  return [
    ...changed.map(({ text, buttons, media }) => ({ text, buttons, media: media?.kind })),
    ...person.answers(bot).slice(answers),
  ];
}

/** A press on what is somebody else's looks exactly like one on what does not exist, and changes nothing. */
async function expectRefused(
  person: SandboxPerson,
  bot: SandboxBot,
  buttons: readonly ((of: Ids) => string)[],
): Promise<void> {
  const before = await snapshot();
  for (const button of buttons) {
    const forged = await sees(person, bot, () => person.presses(bot, button(ids)));
    const missing = await sees(person, bot, () => person.presses(bot, button(MISSING)));
    expect(forged.length, `${button(ids)} is answered`).toBeGreaterThan(0);
    expect(forged, `${button(ids)} is answered in words`).toContainEqual(
      expect.objectContaining({ text: expect.stringMatching(/\S/) }),
    );
    expect(forged, button(ids)).toEqual(missing);
  }
  expect(await snapshot()).toEqual(before);
}

describe('in the main bot', () => {
  test('another owner', () => expectRefused(mine.owner, platform.mainBot, [...OWNERS, ...RECEIPTS]));
  test('a member', () => expectRefused(theirs.member, platform.mainBot, [...OWNERS, ...RECEIPTS]));
  test('somebody with no bot', () => expectRefused(stranger, platform.mainBot, [...OWNERS, ...RECEIPTS]));
  test('a moderator', () => expectRefused(platform.moderator, platform.mainBot, [...OWNERS, ...RECEIPTS]));

  test('an owner gives a plan of another’s, or to somebody of another’s', async () => {
    const { database, mainBot } = platform;
    const buyer = await newBuyer(platform, mine);
    const own = await database.endUser.findFirstOrThrow({ where: { telegramUserId: buyer.id } });
    await expectRefused(mine.owner, mainBot, [
      ({ plan }) => `user:${own.id}:grant:${plan}`,
      ({ endUser }) => `user:${endUser}:grant:${mine.planId}`,
    ]);
  });

  test.each([
    ['an owner', () => theirs.owner],
    ['a member', () => theirs.member],
    ['somebody', () => stranger],
  ])('to %s the moderators’ desk does not exist', async (_name, who) => {
    const { mainBot } = platform;
    const person = who();
    const before = await snapshot();
    const unknown = await sees(person, mainBot, () => person.presses(mainBot, 'nothing:of:the:kind'));
    for (const button of MODERATORS) {
      const seen = await sees(person, mainBot, () => person.presses(mainBot, button(ids)));
      expect(seen, button(ids)).toEqual(unknown);
      // An answer to a question that was never asked sets nothing.
      await person.sends(mainBot, '8600 9999 9999 9999');
    }
    for (const nonsense of ['/nonsense', 'admin']) {
      const any = await sees(person, mainBot, () => person.sends(mainBot, nonsense));
      expect(await sees(person, mainBot, () => person.sends(mainBot, '/admin'))).toEqual(any);
    }
    expect(JSON.stringify(person.chatWith(mainBot).messages)).not.toMatch(/mod:|Moderator/);
    expect(await snapshot()).toEqual(before);
  });
});

describe('in a seller bot', () => {
  test('another owner', () => expectRefused(mine.owner, theirs.shop, [...RECEIPTS, ...BUYERS]));
  test('another end user', () => expectRefused(stranger, theirs.shop, [...RECEIPTS, ...BUYERS]));
  test('a member decides', () => expectRefused(theirs.member, theirs.shop, RECEIPTS));
  test('its owner with what is of another bot', () =>
    expectRefused(mine.owner, mine.shop, [...RECEIPTS, ...BUYERS, ...PLANS]));

  test('an end user with what is of another bot', async () => {
    await theirs.member.starts(mine.shop);
    await theirs.member.presses(mine.shop, 'lang:en');
    await expectRefused(theirs.member, mine.shop, [...RECEIPTS, ...BUYERS, ...PLANS]);
  });

  test.each([
    ['its owner', () => theirs.owner],
    ['an end user', () => stranger],
  ])('to %s buttons of the main bot do not exist', async (_name, who) => {
    const person = who();
    const before = await snapshot();
    const unknown = await sees(person, theirs.shop, () => person.presses(theirs.shop, 'nothing:of:the:kind'));
    for (const button of [...OWNERS, ...MODERATORS]) {
      const seen = await sees(person, theirs.shop, () => person.presses(theirs.shop, button(ids)));
      expect(seen, button(ids)).toEqual(unknown);
    }
    expect(await snapshot()).toEqual(before);
  });
});

test.each([
  '',
  ':',
  'approve:',
  'approve:-1',
  'approve:0',
  'approve:1e3',
  'approve:99999999999',
  'approve:1:yes',
  'bot:99999999999999999999',
  'bot:1 OR 1=1',
  'price:1:99',
  'bots:../..',
  'bots:zzzz',
  'lang:de',
  'pay:1:cash',
  `bot:${'9'.repeat(60)}`,
])('data that nobody made ("%s") is answered and changes nothing', async (data) => {
  const before = await snapshot();
  for (const bot of [platform.mainBot, mine.shop]) {
    const seen = await sees(mine.owner, bot, () => mine.owner.presses(bot, data));
    expect(seen).toContainEqual(expect.objectContaining({ text: expect.stringMatching(/\S/) }));
  }
  expect(await snapshot()).toEqual(before);
});
