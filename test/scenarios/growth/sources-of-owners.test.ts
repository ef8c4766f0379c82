import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { comesBy, newSource } from '../../support/growth/sources.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, newPromoCode, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

async function shown(person: SandboxPerson) {
  await platform.quiet();
  const { last } = person.chatWith(platform.mainBot);
  const buttons = (last?.buttons ?? []).flat();
  return {
    text: (last?.text ?? '').replaceAll('\u00A0', ' '),
    data: buttons.map(({ data }) => data).filter((data) => data !== undefined),
    copies: buttons.map(({ copyText }) => copyText).filter(Boolean),
  };
}

const rowOf = (id: number) => platform.database.source.findUniqueOrThrow({ where: { id } });

async function fileOf(person: SandboxPerson, bot: Shop['shop']) {
  await platform.quiet();
  const file = person.chatWith(bot).messages.findLast(({ document }) => document)?.document;
  return new TextDecoder().decode(file?.bytes);
}

test('a source is reached from what brings buyers, has a link to copy, a code and a cost, and is archived at once', async () => {
  const { owner, shop: bot } = shop;
  const { mainBot } = platform;
  await owner.presses(mainBot, `bot:${bot.id}:grow`);
  expect((await shown(owner)).data).toContain(`bot:${bot.id}:sources:0`);
  await owner.presses(mainBot, `bot:${bot.id}:sources:0`);
  expect((await shown(owner)).data).toContain(`bot:${bot.id}:source-new`);
  const { id } = await newSource(platform, shop, 'Блогер Ёқуб');
  const page = await shown(owner);
  expect(page.copies).toEqual([`https://t.me/${bot.username}?start=c_bloger-yoqub`]);
  expect(page.text).toContain('People: 0');
  expect(page.text).toContain('c_bloger-yoqub_123');
  expect(page.data).toEqual(
    expect.arrayContaining([`source:${id}:promos:0`, `source:${id}:cost`, `source:${id}:archive`]),
  );
  const promoId = await newPromoCode(platform, shop, 'BLOGER', { percent: '20' });
  await owner.presses(mainBot, `source:${id}:promos:0`);
  expect((await shown(owner)).data).toEqual(
    expect.arrayContaining([`source:${id}:promo:0`, `source:${id}:promo:${promoId}`]),
  );
  await owner.presses(mainBot, `source:${id}:promo:${promoId}`);
  expect((await shown(owner)).text).toContain('BLOGER');
  await owner.presses(mainBot, `source:${id}:promo:0`);
  expect((await shown(owner)).text).not.toContain('BLOGER');
  await owner.presses(mainBot, `source:${id}:cost`);
  await owner.sends(mainBot, 'dear');
  expect((await shown(owner)).text).toContain('couldn’t read');
  await owner.sends(mainBot, '300 000');
  expect((await shown(owner)).text).toContain('Cost: 300,000 UZS');
  await owner.presses(mainBot, `source:${id}:cost`);
  await owner.sends(mainBot, '-');
  expect((await shown(owner)).text).not.toContain('Cost:');
  await owner.presses(mainBot, `source:${id}:archive`);
  const archived = await shown(owner);
  expect(archived.text).toContain('Archived');
  expect(archived.copies).toEqual([]);
  expect((await newSource(platform, shop, 'Блогер Ёқуб')).slug).toBe('bloger-yoqub-2');
  const trail = await platform.database.auditEntry.findMany({ where: { target: `source:${id}` } });
  expect(trail.map(({ action }) => action)).toEqual([
    'source.added',
    ...Array.from({ length: 4 }, () => 'source.changed'),
    'source.archived',
  ]);
});

test('a name has 1 to 32 characters, and a bot fifty live sources', async () => {
  const { owner, shop: bot } = shop;
  const { mainBot, database } = platform;
  await owner.presses(mainBot, `bot:${bot.id}:source-new`);
  await owner.sends(mainBot, 'x'.repeat(33));
  expect((await shown(owner)).text).toContain('too long');
  await owner.sends(mainBot, '📣📣');
  await platform.quiet();
  const last = await database.source.findFirstOrThrow({ orderBy: { id: 'desc' } });
  expect(last).toMatchObject({ slug: 's1', name: '📣📣' });
  const live = await database.source.count({ where: { botId: last.botId, archivedAt: null } });
  await database.source.createMany({
    data: Array.from({ length: 50 - live }, (_, number) => ({
      botId: last.botId,
      slug: `more-${number}`,
      name: 'More',
      createdAt: platform.clock.now(),
    })),
  });
  await owner.presses(mainBot, `bot:${bot.id}:source-new`);
  await platform.quiet();
  expect(owner.answers(mainBot).at(-1)?.text ?? (await shown(owner)).text).toContain('at most 50');
  await database.source.deleteMany({ where: { slug: { startsWith: 'more-' } } });
});

test('another owner’s source opens and changes nothing, and takes no code of another bot', async () => {
  const { mainBot } = platform;
  const { id } = await newSource(platform, shop, 'Mine');
  const theirs = await openShop(platform);
  const before = await rowOf(id);
  const strange = await newPromoCode(platform, theirs, 'STRANGE', { percent: '20' });
  for (const data of [
    `source:${id}`,
    `source:${id}:promos:0`,
    `source:${id}:promo:${strange}`,
    `source:${id}:cost`,
    `source:${id}:archive`,
  ]) {
    await theirs.owner.presses(mainBot, data);
    await platform.quiet();
    expect(theirs.owner.answers(mainBot).at(-1)?.text, data).toMatch(/no longer available/);
  }
  await shop.owner.presses(mainBot, `source:${id}:promo:${strange}`);
  await platform.quiet();
  expect(await rowOf(id)).toEqual(before);
});

test('payments are exported with their source; a person sees their visits, is told that they go, and they go', async () => {
  const { mainBot, database } = platform;
  const { id } = await newSource(platform, shop, 'Exported');
  const buyer = await newBuyer(platform, shop);
  await comesBy(platform, shop, buyer, 'c_exported_click-1');
  await payFor(platform, shop, buyer);
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:export`);
  await platform.quiet();
  const files = shop.owner.chatWith(mainBot).messages.flatMap(({ document }) => document ?? []);
  expect(files.map(({ bytes }) => new TextDecoder().decode(bytes)).join('\n')).toContain('Exported');
  await buyer.presses(shop.shop, 'mydata');
  expect(JSON.parse(await fileOf(buyer, shop.shop))).toMatchObject({
    sources: [{ slug: 'exported', visits: 1, isNew: false, click: 'click-1' }],
  });
  platform.clock.passes({ days: 181 });
  await platform.app.services.retention.prune();
  expect(await database.sourceVisit.findFirst({ where: { sourceId: id } })).toMatchObject({ click: null });
  await buyer.presses(shop.shop, 'forget');
  await platform.quiet();
  expect(buyer.chatWith(shop.shop).last?.text).toContain('by which ads you came');
  await buyer.presses(shop.shop, 'forget:yes');
  await platform.quiet();
  expect(await database.sourceVisit.count({ where: { sourceId: id } })).toBe(0);
});
