import { afterAll, beforeAll, expect, test } from 'vitest';
import { statementsOf } from '../../support/database/statements.ts';
import { eventually } from '../../support/eventually.ts';
import { askPanel } from '../../support/panel/ask-panel.ts';
import { openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { buyAccess, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let desk: ReturnType<Awaited<ReturnType<typeof openPanel>>['of']>;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  desk = (await openPanel(platform, shop.owner)).of(shop.shop);
});
afterAll(async () => {
  await platform.closesClean();
});

/** Somebody new sends a receipt. */
async function receiptOf(firstName: string) {
  const buyer = await newBuyer(platform, shop, { firstName });
  return { buyer, id: await payFor(platform, shop, buyer) };
}

test('a receipt shows who paid what, what was before, and until when it would last', async () => {
  const { member, paymentId, endUserId } = await buyAccess(platform, shop, { firstName: 'Bobur' });
  const before = await platform.database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  const id = await payFor(platform, shop, member);
  const { status, body } = await desk.get(`/receipts/${id}`);
  expect(status).toBe(200);
  const until = before.extendedTo?.toISOString();
  expect(body).toMatchObject({
    id,
    state: 'pending',
    method: 'card',
    amount: { amount: '50000.00', currency: 'UZS' },
    listPrice: null,
    plan: { id: shop.planId, months: 1, days: null, until: null, name: null },
    chats: [{ title: shop.chat.title, type: 'channel' }],
    payer: { id: endUserId, telegramId: String(member.id), name: 'Bobur', banned: false, closedBot: false },
    file: { kind: 'photo', shown: true },
    flags: [{ kind: 'active', until }],
    history: {
      approved: 1,
      rejected: 0,
      spent: { amount: '50000.00', currency: 'UZS' },
      active: { until },
      after: '2027-01-21T09:00:00.000Z',
      recent: [{ id: paymentId, state: 'approved' }],
    },
    decision: null,
    can: ['approve', 'reject'],
  });
  const approved = await desk.post(`/receipts/${id}/approve`);
  expect(approved.body).toMatchObject({
    state: 'approved',
    decision: { state: 'approved', by: { name: 'Aziz', role: 'owner' }, reason: null },
    can: ['revert'],
    history: { after: body.history.after },
  });
});

test('of a receipt that waits it is not asked who decided it, nor for the source of whoever came by none', async () => {
  await receiptOf('Jasur');
  const asked = await statementsOf(() => desk.get('/receipts'));
  expect(asked.length).toBeGreaterThan(0);
  // As Prisma writes what can find nothing.
  const inVain = asked.map(({ text }) => text).filter((text) => text.includes('1=0'));
  expect(inVain.filter((text) => /"user_admins"\."full_name"|"sources"\."name"/.test(text))).toEqual([]);
});

test('the seller bot shows a receipt in the chat, also one that is decided', async () => {
  const { id } = await receiptOf('Shown');
  await desk.post(`/receipts/${id}/approve`);
  await platform.quiet();
  expect((await desk.post(`/receipts/${id}/show`)).status).toBe(204);
  const shown = () =>
    shop.owner
      .chatWith(shop.shop)
      .messages.filter(({ photo, text }) => photo && text.includes(`no. ${id}\n`));
  await eventually(() => expect(shown()).toHaveLength(2));
  expect(shown().at(-1)?.text).toContain('Approved by you');
});

test('twenty approve at once, here and in the bot: one does, the others see who did', async () => {
  const { buyer, id } = await receiptOf('Twenty');
  const other = (await openPanel(platform, shop.owner)).of(shop.shop);
  const pressed = shop.owner.presses(shop.shop, `approve:${id}`);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? desk : other).post(`/receipts/${id}/approve`),
    ),
  );
  await pressed;
  await platform.quiet();
  expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
  for (const { status, body } of answers.filter((answer) => answer.status !== 200)) {
    expect([status, body.error.code]).toEqual([409, 'payment.approved']);
    expect(body.error.current).toMatchObject({ id, state: 'approved', decision: { by: { name: 'Aziz' } } });
  }
  const { endUserId } = await platform.database.payment.findUniqueOrThrow({ where: { id } });
  expect(await platform.database.timeEntry.count({ where: { endUserId } })).toBe(1);
  const links = buyer.chatWith(shop.shop).messages.filter(({ html }) => html.includes('https://t.me/+'));
  expect(links.length).toBeLessThanOrEqual(1);

  const { body } = await desk.post(`/receipts/${id}/revert`);
  expect(body).toMatchObject({ state: 'reversed', can: [] });
  expect(await platform.database.subscription.count({ where: { endUserId, status: 'active' } })).toBe(0);
});

test('a rejection has a reason of ours or words of the owner’s', async () => {
  const [one, other] = [await receiptOf('Ready'), await receiptOf('Words')];
  const ready = await desk.post(`/receipts/${one.id}/reject`, { reason: 'wrongCard' });
  expect(ready.body.decision).toMatchObject({ state: 'rejected', reason: 'wrongCard' });
  const malformed = await desk.post(`/receipts/${other.id}/reject`, { reason: 'whim' });
  expect([malformed.status, malformed.body.error.code]).toEqual([400, 'request']);
  const empty = await desk.post(`/receipts/${other.id}/reject`, { text: ' ' });
  expect([empty.status, empty.body.error.code]).toEqual([422, 'rejectText.empty']);
  const words = await desk.post(`/receipts/${other.id}/reject`, { text: 'Send the whole picture' });
  expect(words.body).toMatchObject({
    decision: { reason: 'Send the whole picture' },
    can: ['approve'],
  });
});

test('fifty decisions at once: each has its own outcome, in their order', async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const elsewhere = await openShop(platform);
  const foreign = await payFor(platform, elsewhere, await newBuyer(platform, elsewhere));
  const first = await newBuyer(platform, shop, { firstName: 'First' });
  await first.presses(shop.shop, `plan:${shop.planId}`);
  await first.sendsPhoto(shop.shop, { bytes, uniqueId: 'same' });
  // Two of them send what somebody sent before.
  const sends = async (index: number) => {
    const buyer = await newBuyer(platform, shop, { firstName: `Many ${index}` });
    await buyer.presses(shop.shop, `plan:${shop.planId}`);
    await buyer.sendsPhoto(shop.shop, index < 2 ? { bytes, uniqueId: 'same' } : {});
    const where = { endUser: { telegramUserId: buyer.id } };
    return (await platform.database.payment.findFirstOrThrow({ where })).id;
  };
  const ids = await Promise.all(Array.from({ length: 49 }, (_, index) => sends(index)));
  await platform.quiet();
  await desk.post(`/receipts/${ids[2]}/approve`);
  await desk.post(`/receipts/${ids[3]}/reject`, { reason: 'amount' });
  await desk.post(`/receipts/${ids[4]}/approve`);
  const listed = await desk.get('/receipts?limit=100');
  const flagsOf = (id: number | undefined) =>
    listed.body.items.find((item: { id: number }) => item.id === id)?.flags;
  expect(flagsOf(ids[0])).toContainEqual({
    kind: 'usedBefore',
    paymentId: expect.any(Number),
    bot: shop.shop.username,
  });
  expect(flagsOf(ids[5])).toEqual([{ kind: 'sameAmount', count: listed.body.total - 1 }]);
  const decisions = [
    ...ids.slice(0, 30).map((id) => ({ id, action: 'approve' })),
    { id: foreign, action: 'reject', text: 'no' },
    ...ids.slice(30).map((id) => ({ id, action: 'reject', reason: 'amount' })),
  ];
  expect(decisions).toHaveLength(50);
  const { status, body } = await desk.post('/receipts/decisions', { decisions });
  expect(status).toBe(200);
  expect(body.results.map(({ id }: { id: number }) => id)).toEqual(decisions.map(({ id }) => id));
  const outcomes = body.results.map((result: { ok: boolean; state: string; error: { code: string } }) =>
    result.ok ? result.state : result.error.code,
  );
  expect(outcomes).toEqual([
    'receipt.flagged',
    'receipt.flagged',
    'payment.approved',
    'payment.rejected',
    'payment.approved',
    ...Array.from({ length: 25 }, () => 'approved'),
    'notFound',
    ...Array.from({ length: 19 }, () => 'rejected'),
  ]);
  // Whoever comes second sees how it stands; of another bot's there is nothing to see.
  const currentOf = (index: number) => body.results[index].error.current;
  expect(currentOf(2)).toMatchObject({ id: ids[2], state: 'approved', decision: { by: { name: 'Aziz' } } });
  expect(currentOf(3)).toMatchObject({ id: ids[3], state: 'rejected' });
  expect(currentOf(30)).toBeUndefined();
  expect((await desk.post('/receipts/decisions', { decisions: [] })).status).toBe(400);
  const flagged = { decisions: [{ id: ids[0], action: 'reject', reason: 'notReceived' }] };
  expect((await desk.post('/receipts/decisions', flagged)).body.results).toEqual([
    { id: ids[0], ok: true, state: 'rejected' },
  ]);
});

test('each waiting receipt is listed once, the oldest first, while others come in', async () => {
  const sent = [await receiptOf('Anvar_1'), await receiptOf('Anvar%2'), await receiptOf('Anvar 3')];
  const seen: number[] = [];
  let cursor = '';
  do {
    const { body } = await desk.get(`/receipts?limit=2${cursor}`);
    seen.push(...body.items.map(({ id }: { id: number }) => id));
    expect(body.items[0].history).toBeUndefined();
    if (cursor === '') sent.push(await receiptOf('Late'));
    cursor = body.next === null ? '' : `&cursor=${body.next}`;
  } while (cursor !== '');
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.slice(-4)).toEqual(sent.map(({ id }) => id));
  const found = async (q: string) => {
    const { body } = await desk.get(`/receipts?q=${encodeURIComponent(q)}`);
    return body.items.map(({ id }: { id: number }) => id);
  };
  expect(await found('anvar_')).toEqual([sent[0]?.id]);
  expect(await found('%')).toEqual([sent[1]?.id]);
  expect(await found(String(sent[2]?.buyer.id))).toEqual([sent[2]?.id]);
  expect(await found(`№ ${sent[2]?.id}`)).toEqual([sent[2]?.id]);
  expect((await found('50 000')).length).toBe(seen.length);
  expect((await desk.get('/receipts?cursor=nonsense')).status).toBe(400);
  expect((await desk.get('/receipts?page=2')).status).toBe(400);
});

test('decided receipts are listed by their decisions, the newest first', async () => {
  const [one, other] = [await receiptOf('Early'), await receiptOf('Later')];
  await desk.post(`/receipts/${other.id}/approve`);
  platform.clock.passes({ minutes: 1 });
  await desk.post(`/receipts/${one.id}/approve`);
  const { body } = await desk.get('/receipts?state=decided&limit=1');
  expect(body).toMatchObject({ items: [{ id: one.id, state: 'approved' }], total: expect.any(Number) });
  const next = await desk.get(`/receipts?state=decided&limit=1&cursor=${body.next}`);
  expect(next.body.items[0].id).toBe(other.id);
});

test('nobody else’s receipts are there, whatever the address says', async () => {
  const { id } = await receiptOf('Mine');
  const stranger = await openShop(platform);
  const theirs = await openPanel(platform, stranger.owner);
  for (const bot of [shop.shop, stranger.shop]) {
    const cheat = theirs.of(bot);
    for (const [method, path] of [
      ['get', `/receipts/${id}`],
      ['get', `/receipts/${id}/file`],
      ['post', `/receipts/${id}/approve`],
      ['post', `/receipts/${id}/revert`],
      ['post', `/receipts/${id}/show`],
    ] as const) {
      const { status, body } = await cheat[method](path);
      expect([path, status, body.error.code]).toEqual([path, 404, 'notFound']);
    }
    const rejected = await cheat.post(`/receipts/${id}/reject`, { reason: 'amount' });
    expect(rejected.status).toBe(404);
  }
  const nobody = await askPanel(platform.app.origin, 'POST', `/bots/${shop.shop.id}/receipts/${id}/approve`);
  expect(nobody.status).toBe(401);
  expect((await desk.get(`/receipts/${id}`)).body.state).toBe('pending');
});
