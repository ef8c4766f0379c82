import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { buyAccess, holdsLink, newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
let helper: SandboxPerson;
let helperId: number;
let cashier: SandboxPerson;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  ({ manager: helper, managerId: helperId } = await newManager(platform, shop, 'support'));
  cashier = (await newManager(platform, shop, 'receipts', { firstName: 'Jasur' })).manager;
});
afterAll(async () => {
  await platform.closesClean();
});

const textsOf = (person: SandboxPerson) => person.chatWith(shop.shop).messages.map(({ text }) => text);

test('a question reaches the owner and whoever helps with questions; each may answer, and is asked again', async () => {
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, 'support');
  await buyer.sends(shop.shop, 'When does the course begin?');
  await shop.owner.reads(shop.shop, 'When does the course begin?');
  const asked = await helper.reads(shop.shop, 'When does the course begin?');
  await platform.quiet();
  expect(textsOf(cashier)).not.toContain('When does the course begin?');
  await helper.sends(shop.shop, 'On Monday', { replyTo: asked });
  const answer = await buyer.reads(shop.shop, 'On Monday');
  await buyer.sends(shop.shop, 'Thank you, and the second one?', { replyTo: answer });
  await helper.reads(shop.shop, 'Thank you, and the second one?');
});

test('whoever helps asks the others as a buyer themselves, and answers their answer', async () => {
  await helper.presses(shop.shop, 'support');
  await helper.sends(shop.shop, 'May I buy with a discount?');
  const asked = await shop.owner.reads(shop.shop, 'May I buy with a discount?');
  await platform.quiet();
  expect(textsOf(helper).filter((text) => text === 'May I buy with a discount?')).toHaveLength(1);
  await shop.owner.sends(shop.shop, 'Of course', { replyTo: asked });
  const answer = await helper.reads(shop.shop, 'Of course');
  await helper.sends(shop.shop, 'Very kind', { replyTo: answer });
  await shop.owner.reads(shop.shop, 'Very kind');
});

test('from a buyer’s page whoever helps with questions, or owns the bot, sends them the link again', async () => {
  const { mainBot, database } = platform;
  const { member, endUserId } = await buyAccess(platform, shop, { firstName: 'Doniyor' });
  for (const [person, actor] of [
    [helper, `manager:${helper.id}`],
    [shop.owner, `owner:${shop.owner.id}`],
  ] as const) {
    const before = member.chatWith(shop.shop).messages.filter(holdsLink).length;
    await person.presses(mainBot, `user:${endUserId}`);
    const page = person.chatWith(mainBot).messages.findLast(({ text }) => text.includes('Doniyor'));
    const button = page?.buttons.flat().find(({ text }) => text === '🔗 Send the link again');
    await person.presses(mainBot, button?.data ?? '');
    expect(told(person, mainBot)).toBe('🔗 The link is on its way to them.');
    await platform.quiet();
    expect(member.chatWith(shop.shop).messages.filter(holdsLink).length).toBeGreaterThan(before);
    const line = { action: 'link.sent-again', actor, target: `end-user:${endUserId}` };
    expect(await database.auditEntry.findMany({ where: line })).toHaveLength(1);
    platform.clock.passes({ minutes: 1 });
  }
});

test('of whoever has no access there is nothing to send, and an old button says why', async () => {
  const { mainBot, database } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Umid' });
  const where = { telegramUserId: BigInt(buyer.id), bot: { telegramBotId: BigInt(shop.shop.id) } };
  const { id } = await database.endUser.findFirstOrThrow({ where });
  await helper.presses(mainBot, `user:${id}`);
  const page = helper.chatWith(mainBot).last;
  expect(page?.text).toContain('Umid');
  expect(page?.buttons.flat().map(({ text }) => text)).toEqual(['← Back']);
  await helper.presses(mainBot, `user:${id}:link`);
  expect(told(helper, mainBot)).toContain('there is no link to send');
  expect(await database.auditEntry.count({ where: { target: `end-user:${id}` } })).toBe(0);
});

test('who helps no more answers nobody, and what was under way goes to those who do', async () => {
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, 'support');
  await buyer.sends(shop.shop, 'Is it you?');
  const asked = await helper.reads(shop.shop, 'Is it you?');
  await helper.sends(shop.shop, 'It is', { replyTo: asked });
  const answer = await buyer.reads(shop.shop, 'It is');
  await helper.presses(platform.mainBot, `mgr:${helperId}:leave`);
  await helper.sends(shop.shop, 'Send the money to me', { replyTo: asked });
  await helper.reads(shop.shop, 'wasn’t passed on');
  await buyer.sends(shop.shop, 'Shall I?', { replyTo: answer });
  await shop.owner.reads(shop.shop, 'Shall I?');
  await platform.quiet();
  expect(textsOf(buyer)).not.toContain('Send the money to me');
  expect(textsOf(helper)).not.toContain('Shall I?');
});
