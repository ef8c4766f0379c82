import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { becomes, copiesOf, newDraft } from '../../../support/growth/broadcasts.ts';
import { openWriter } from '../../../support/growth/panel-broadcasts.ts';
import { newSource } from '../../../support/growth/sources.ts';
import { callsOf, holdAnswer } from '../../../support/held-call.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { newBuyer, newMember, openShop, type Shop } from '../../../support/shop.ts';
import { asksToHelp, newInvitation, newManager, opensInvitation } from '../../../support/team/managers.ts';

let platform: Platform;
let shop: Shop;
let panel: Awaited<ReturnType<typeof openWriter>>;

beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
  panel = await openWriter(platform, shop, shop.owner);
});
afterAll(() => platform.closesClean());

const TEXT = 'Ten new lessons are here';
const writes = async (text = TEXT) => (await panel.writes(text)).body.id as number;
const read = async (id: number) => (await panel.get(`/broadcasts/${id}`)).body;
const codeOf = ({ status, body }: { status: number; body: { error: { code: string } } }) => [
  status,
  body.error.code,
];

test('an owner writes in the panel, the bot shows it to them, and everybody gets exactly that', async () => {
  const { owner, shop: bot } = shop;
  const buyer = await newBuyer(platform, shop);
  const written = await panel.writes(`  ${TEXT} <b>& more</b>\n`);
  expect([written.status, written.body]).toEqual([
    200,
    {
      id: expect.any(Number),
      state: 'draft',
      createdAt: platform.clock.now().toISOString(),
      startsAt: null,
      total: 0,
      counts: { sent: 0, blocked: 0, failed: 0, unknown: 0, skipped: 0, left: 0 },
      pauseReason: null,
      waitsUntil: null,
      segment: { state: 'all', chat: null, source: null, language: null },
      plan: null,
      people: 1,
      limits: { starts: 1, days: 7, people: 500, nextAt: null },
      choices: {
        chats: [{ id: expect.any(Number), title: expect.stringContaining('Club'), type: 'channel' }],
        sources: [],
        plans: [
          {
            id: shop.planId,
            months: 1,
            days: null,
            until: null,
            name: null,
            price: { amount: '50000.00', currency: 'UZS' },
          },
        ],
      },
      link: `https://t.me/${bot.username}?start=cast_${written.body.id}`,
    },
  ]);
  const { id } = written.body;
  const shown = owner.chatWith(bot).last;
  expect(shown?.text).toBe(`${TEXT} <b>& more</b>`);
  expect(shown?.buttons.flat()).toMatchObject([{ data: 'mail:off' }]);

  expect((await panel.post(`/broadcasts/${id}/plan/${shop.planId}`)).status).toBe(204);
  expect((await panel.post(`/broadcasts/${id}/test`)).status).toBe(204);
  expect(copiesOf(owner, bot)).toBe(2);
  const offered = owner.chatWith(bot).last?.buttons.flat();
  expect(offered?.map(({ data }) => data)).toEqual([`plan:${shop.planId}`, 'mail:off']);
  expect(copiesOf(buyer, bot)).toBe(0);

  expect((await panel.post(`/broadcasts/${id}/start`)).status).toBe(204);
  await becomes(platform, id, 'done');
  expect(buyer.chatWith(bot).last?.text).toBe(`${TEXT} <b>& more</b>`);
  expect(copiesOf(owner, bot)).toBe(2);
  expect(await read(id)).toMatchObject({ state: 'done', total: 1, counts: { sent: 1, left: 0 } });
  expect((await panel.get('/broadcasts')).body).toMatchObject({ items: [{ id, state: 'done' }], next: null });
});

test('the count follows whom it is for', async () => {
  await newBuyer(platform, shop);
  await newBuyer(platform, shop, { languageCode: 'ru' });
  await newMember(platform, shop);
  const { channelId } = await platform.database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
  const source = await newSource(platform, shop, 'Kun.uz');
  const id = await writes();
  const people = async (path: string) => {
    expect([path, (await panel.post(`/broadcasts/${id}/${path}`)).status]).toEqual([path, 204]);
    return (await read(id)).people;
  };
  expect((await read(id)).people).toBe(3);
  expect(await people('seg/live')).toBe(1);
  expect(await people('seg/never')).toBe(2);
  expect(await people('lang/ru')).toBe(1);
  expect(await people('lang/all')).toBe(2);
  expect(await people(`chat/${channelId}`)).toBe(2);
  expect(await people('seg/all')).toBe(1);
  expect(await people('chat/0')).toBe(3);
  expect(await people(`from/${source.id}`)).toBe(0);
  expect((await read(id)).segment).toEqual({ state: 'all', chat: null, source: source.id, language: null });
  const nobody = await panel.post(`/broadcasts/${id}/start`);
  expect(codeOf(nobody)).toEqual([409, 'cast.nobody']);
  expect(nobody.body.error.current).toMatchObject({ id, state: 'draft', people: 0 });
  expect(await people('from/0')).toBe(3);
  expect(await people(`plan/${shop.planId}`)).toBe(3);
  expect((await read(id)).plan).toBe(shop.planId);
  await people('plan/0');
  expect((await read(id)).plan).toBeNull();
});

test('pressed twice, at once or later, it is one draft and one start', async () => {
  const buyer = await newBuyer(platform, shop);
  const key = crypto.randomUUID();
  const held = holdAnswer(platform.telegram, callsOf(shop.shop, 'sendMessage', shop.owner));
  const both = [panel.writes(TEXT, key), panel.writes(TEXT, key)];
  await held.comes();
  held.release();
  const later = await panel.writes(TEXT, key);
  const ids = [...(await Promise.all(both)), later].map(({ body }) => body.id);
  expect(new Set(ids).size).toBe(1);
  expect(await platform.database.broadcast.count({ where: { createdBy: BigInt(shop.owner.id) } })).toBe(1);
  expect(codeOf(await panel.writes(TEXT, 'none'))).toEqual([400, 'request']);
  const keyless = [await panel.writes(TEXT, null), await panel.writes(TEXT, null)];
  expect(keyless.map(({ status }) => status)).toEqual([200, 200]);
  expect(new Set([ids[0], ...keyless.map(({ body }) => body.id)]).size).toBe(3);

  const started = await Promise.all([1, 2, 3].map(() => panel.post(`/broadcasts/${ids[0]}/start`)));
  expect(started.filter(({ status }) => status === 204)).toHaveLength(1);
  const refused = started.find(({ status }) => status === 409);
  expect(refused?.body.error).toMatchObject({ code: 'cast.started', current: { total: 1 } });
  await becomes(platform, ids[0], 'done');
  expect(copiesOf(buyer, shop.shop)).toBe(1);
});

test('whoever has never opened the bot, or has blocked it, is told to open it first, and then goes on', async () => {
  const { owner, shop: bot } = shop;
  const manager = await opensInvitation(platform, await newInvitation(platform, shop, 'all'));
  const managerId = await asksToHelp(platform, manager);
  await owner.presses(platform.mainBot, `mgr:${managerId}:ok`);
  const theirs = await openWriter(platform, shop, manager);
  const key = crypto.randomUUID();
  const refused = await theirs.writes(TEXT, key);
  expect(codeOf(refused)).toEqual([409, 'cast.openBot']);
  expect(refused.body.error.message).toContain(`@${bot.username} can’t write to you yet`);
  expect(await platform.database.broadcast.count({ where: { createdBy: BigInt(manager.id) } })).toBe(0);
  await manager.starts(bot);
  expect((await theirs.writes(TEXT, key)).status).toBe(200);

  await owner.blocks(bot);
  expect(codeOf(await panel.writes(TEXT))).toEqual([409, 'cast.openBot']);
  const id = await newDraft(platform, shop, manager);
  expect(codeOf(await panel.post(`/broadcasts/${id}/test`))).toEqual([409, 'cast.openBot']);
  await owner.starts(bot);
  expect((await panel.post(`/broadcasts/${id}/test`)).status).toBe(204);
});

test('what nobody could read, is too long or is refused by Telegram makes no draft', async () => {
  for (const [text, code] of [
    ['', 'castText.empty'],
    [' \n\u200b', 'castText.empty'],
    ['x'.repeat(4_097), 'castText.tooLong'],
  ] as const) {
    expect(codeOf(await panel.writes(text))).toEqual([422, code]);
  }
  expect(codeOf(await panel.writes('x'.repeat(20_001)))).toEqual([400, 'request']);
  platform.telegram.failNext(callsOf(shop.shop, 'sendMessage'), {
    kind: 'refused',
    description: 'Bad Request: strings must be encoded in UTF-8',
  });
  expect(codeOf(await panel.writes(TEXT))).toEqual([422, 'castText.refused']);
  expect((await panel.writes('x'.repeat(4_096))).status).toBe(200);
  expect(await platform.database.broadcast.count({ where: { createdBy: BigInt(shop.owner.id) } })).toBe(1);
});

test('where Telegram’s answer is lost nothing is kept, and the same press makes one draft when it is asked for again', async () => {
  const key = crypto.randomUUID();
  platform.telegram.failNext(callsOf(shop.shop, 'sendMessage'), { kind: 'dropAfter' });
  expect(codeOf(await panel.writes(TEXT, key))).toEqual([503, 'away']);
  expect((await panel.writes(TEXT, key)).status).toBe(200);
  expect((await panel.writes(TEXT, key)).status).toBe(200);
  expect(await platform.database.broadcast.count({ where: { createdBy: BigInt(shop.owner.id) } })).toBe(1);
});

test('what was written in the bot is listed and changed here, and its deleted original is told', async () => {
  await newBuyer(platform, shop);
  const ids = [
    await newDraft(platform, shop, shop.owner, 'first'),
    await writes('second'),
    await writes('third'),
  ];
  const page = await panel.get('/broadcasts?limit=2');
  expect(page.body.items.map(({ id }: { id: number }) => id)).toEqual([ids[2], ids[1]]);
  const rest = await panel.get(`/broadcasts?limit=2&cursor=${page.body.next}`);
  expect(rest.body).toMatchObject({ items: [{ id: ids[0], state: 'draft' }], next: null });
  platform.telegram.failNext('copyMessage', {
    kind: 'refused',
    description: 'Bad Request: message to copy not found',
  });
  expect(codeOf(await panel.post(`/broadcasts/${ids[0]}/test`))).toEqual([409, 'cast.originalGone']);
  expect((await panel.post(`/broadcasts/${ids[0]}/cancel`)).status).toBe(204);
  expect((await panel.get(`/broadcasts/${ids[0]}`)).status).toBe(404);
});

test('at night it says when it starts, waits for the morning, and can be cancelled until then', async () => {
  const buyer = await newBuyer(platform, shop);
  const id = await writes();
  platform.clock.passes({ hours: 12 });
  panel = await openWriter(platform, shop, shop.owner);
  expect((await read(id)).waitsUntil).toBe('2026-11-22T03:00:00.000Z');
  expect((await panel.post(`/broadcasts/${id}/start`)).status).toBe(204);
  expect(await read(id)).toMatchObject({ state: 'scheduled', startsAt: '2026-11-22T03:00:00.000Z' });
  expect(codeOf(await panel.post(`/broadcasts/${id}/pause`))).toEqual([409, 'cast.notSending']);
  expect((await panel.post(`/broadcasts/${id}/cancel`)).status).toBe(204);
  expect(await read(id)).toMatchObject({ state: 'cancelled', total: 0 });
  platform.clock.passes({ hours: 12 });
  await platform.app.jobs.sweep();
  await platform.quiet();
  expect(copiesOf(buyer, shop.shop)).toBe(0);
});

test('the limit of the tariff is told before the next one is started, and holds', async () => {
  await newBuyer(platform, shop);
  const [first, second] = [await writes('first'), await writes('second')];
  await panel.post(`/broadcasts/${first}/start`);
  await becomes(platform, first, 'done');
  const nextAt = new Date(platform.clock.now().getTime() + 7 * 86_400_000).toISOString();
  expect((await read(second)).limits).toEqual({ starts: 1, days: 7, people: 500, nextAt });
  const refused = await panel.post(`/broadcasts/${second}/start`);
  expect(codeOf(refused)).toEqual([409, 'cast.tooOften']);
  expect(refused.body.error.current).toMatchObject({ id: second, state: 'draft' });
  expect(codeOf(await panel.post(`/broadcasts/${first}/cancel`))).toEqual([409, 'cast.over']);
  expect(codeOf(await panel.post(`/broadcasts/${first}/seg/live`))).toEqual([409, 'cast.started']);
});

test('it is paused, goes on and is cancelled from here', async () => {
  const { shop: bot } = shop;
  for (let index = 0; index < 3; index += 1) await newBuyer(platform, shop);
  const id = await writes();
  const held = holdAnswer(platform.telegram, callsOf(bot, 'copyMessage'));
  await panel.post(`/broadcasts/${id}/start`);
  await held.comes();
  expect((await panel.post(`/broadcasts/${id}/pause`)).status).toBe(204);
  expect(await read(id)).toMatchObject({ state: 'paused', pauseReason: 'asked' });
  held.release();
  expect((await panel.post(`/broadcasts/${id}/resume`)).status).toBe(204);
  await becomes(platform, id, 'done');
  expect((await read(id)).counts).toMatchObject({ sent: 3, left: 0 });
  expect(codeOf(await panel.post(`/broadcasts/${id}/resume`))).toEqual([409, 'cast.notPaused']);
  const trail = await platform.database.auditEntry.findMany({ where: { target: `broadcast:${id}` } });
  expect(trail.map(({ action }) => action)).toEqual([
    'broadcast.started',
    'broadcast.paused',
    'broadcast.resumed',
  ]);
});

test('who helps with all writes as the owner does; any other role, and another owner, finds nothing', async () => {
  const id = await writes();
  const { manager } = await newManager(platform, shop, 'all');
  const theirs = await openWriter(platform, shop, manager);
  const own = await theirs.writes('From me');
  expect([own.status, manager.chatWith(shop.shop).last?.text]).toEqual([200, 'From me']);
  expect((await theirs.post(`/broadcasts/${id}/seg/never`)).status).toBe(204);
  const strangers = [
    (await newManager(platform, shop, 'receipts')).manager,
    (await newManager(platform, shop, 'support')).manager,
    (await openShop(platform)).owner,
    platform.moderator,
  ];
  await platform.moderator.sends(platform.mainBot, '/start');
  for (const stranger of strangers) {
    const asked = await openWriter(platform, shop, stranger);
    expect(codeOf(await asked.writes('Forged'))).toEqual([404, 'notFound']);
    expect(codeOf(await asked.get('/broadcasts'))).toEqual([404, 'notFound']);
    expect(codeOf(await asked.post(`/broadcasts/${id}/start`))).toEqual([404, 'notFound']);
  }
});
