import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { Fernet, generateFernetKey } from '../../../../src/infra/crypto/fernet.ts';
import type { ConfirmedRequest } from '../../../../src/modules/panel-access/confirmed-actions.ts';
import { rotateSecrets } from '../../../../src/modules/platform/stored-secrets.ts';
import { eventually } from '../../../support/eventually.ts';
import { askPanel } from '../../../support/panel/ask-panel.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { moderatorReadsEnglish, openShop, type Shop } from '../../../support/shop.ts';
import { told } from '../../../support/told.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
const ASKS = 'The panel asks for your word';
const NEW_CARD = '8600 4444 3333 2222';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await moderatorReadsEnglish(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

/** Somebody's browser, by its cookie. */
let browser: Record<string, string>;
beforeEach(async () => {
  browser = await signsIn(shop.owner);
});

async function signsIn({ id }: SandboxPerson): Promise<Record<string, string>> {
  const { code } = await platform.app.services.panelEntries.offer({ telegramUserId: BigInt(id) });
  const headers = { 'user-agent': FIREFOX };
  const { cookie = '' } = await askPanel(platform.app.origin, 'POST', '/session', {
    body: { code },
    headers,
  });
  return { cookie };
}

/** What a route does with it that waits for a word in Telegram. */
async function asks(request: ConfirmedRequest, cookies = browser): Promise<number> {
  const { panelSessions, panelConfirmations } = platform.app.services;
  const session = await panelSessions.authenticate(cookies['cookie']?.split('=')[1] ?? '');
  return (await panelConfirmations.ask(session, request)).id;
}

const card = (): ConfirmedRequest => ({
  action: 'card',
  payload: { telegramBotId: String(shop.shop.id), number: NEW_CARD, holder: 'BOBUR BOBUROV' },
});
const ownerReads = (text: string) => shop.owner.reads(platform.mainBot, text);
const presses = (data: string, person = shop.owner) => person.presses(platform.mainBot, data);

async function stateOf(id: number, cookies = browser) {
  const { status, body } = await askPanel(platform.app.origin, 'GET', `/confirmations/${id}`, {
    headers: cookies,
  });
  return status === 200 ? body.state : [status, body.error.code];
}

async function cardOf({ shop: { id } }: Shop) {
  const { cardNumber } = await platform.database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(id) },
  });
  return cardNumber;
}

test('a card from a browser stays as it is until its owner says yes in Telegram, and they hear of the change', async () => {
  const before = await cardOf(shop);
  const id = await asks(card());
  const question = await ownerReads('•••• 2222, BOBUR BOBUROV');
  expect(question.text).toContain('Firefox, Linux');
  expect([await stateOf(id), await cardOf(shop)]).toEqual(['waiting', before]);
  await Promise.all([presses(`panel:yes:${id}`), presses(`panel:yes:${id}`)]);
  expect([await stateOf(id), await cardOf(shop)]).toEqual(['done', '8600444433332222']);
  await ownerReads('•••• 2222 instead of •••• 9012');
  await presses(`panel:yes:${id}`);
  await platform.quiet();
  const set = await platform.database.auditEntry.count({ where: { action: 'bot.card-set' } });
  expect(set).toBe(2);
  const asked = shop.owner.chatWith(platform.mainBot).messages.find(({ id: one }) => one === question.id);
  expect(asked?.text).toContain('✅ Done.');
});

test('a no is a no, and stays one', async () => {
  const before = await cardOf(shop);
  const id = await asks(card());
  await ownerReads(ASKS);
  await presses(`panel:no:${id}`);
  await presses(`panel:yes:${id}`);
  expect([await stateOf(id), await cardOf(shop)]).toEqual(['refused', before]);
});

test('nobody else decides, or learns of it', async () => {
  const other = await openShop(platform);
  const before = await cardOf(shop);
  const id = await asks(card());
  await presses(`panel:yes:${id}`, other.owner);
  expect(told(other.owner, platform.mainBot)).toContain('no longer available');
  expect(await stateOf(id, await signsIn(other.owner))).toEqual([404, 'notFound']);
  expect([await stateOf(id), await cardOf(shop)]).toEqual(['waiting', before]);
  await presses(`panel:no:${id}`);
});

test('after five minutes it is over, and its message says so by itself', async () => {
  const before = await cardOf(shop);
  const id = await asks(card());
  const { id: messageId } = await ownerReads(ASKS);
  platform.clock.passes({ minutes: 5 });
  await presses(`panel:yes:${id}`);
  expect([await stateOf(id), await cardOf(shop)]).toEqual(['expired', before]);
  await platform.app.jobs.sweep();
  await eventually(async () => {
    const { messages } = shop.owner.chatWith(platform.mainBot);
    const question = messages.find((message) => message.id === messageId);
    expect(question?.text).toContain('5 minutes are over');
  });
});

test('whoever is signed out everywhere has asked for nothing any more', async () => {
  const id = await asks(card());
  await ownerReads(ASKS);
  await askPanel(platform.app.origin, 'DELETE', '/sessions', { headers: browser });
  await presses(`panel:yes:${id}`);
  expect(await stateOf(id, await signsIn(shop.owner))).toBe('expired');
});

test('a yes whose process ended in between is finished, and done once', async () => {
  const id = await asks(card());
  await ownerReads(ASKS);
  const { panelConfirmations, sellerBots } = platform.app.services;
  const { scope } = await sellerBots.openBot(ownerOf(shop), BigInt(shop.shop.id));
  // It came as far as the card, and told nobody.
  await platform.database.panelConfirmation.update({
    where: { id },
    data: { decidedAt: platform.clock.now() },
  });
  const act = `panel-confirmation:${id}`;
  await sellerBots.setCard(scope, { ...ownerOf(shop), act }, { digits: '8600444433332222', holder: 'B B' });
  expect((await panelConfirmations.settle(id))?.state).toBe('done');
  const lines = await platform.database.auditEntry.count({ where: { action: 'bot.card-set' } });
  await presses(`panel:yes:${id}`);
  expect(await platform.database.auditEntry.count({ where: { action: 'bot.card-set' } })).toBe(lines);
});

test('what would be refused anyway is refused at once, and nobody is asked', async () => {
  const asked = await platform.database.panelConfirmation.count();
  const malformed = { ...card().payload, number: '12' } as {
    telegramBotId: string;
    number: string;
    holder: string;
  };
  await expect(asks({ action: 'card', payload: malformed })).rejects.toThrow('card.malformed');
  const stranger = await openShop(platform);
  const theirs = { ...malformed, number: NEW_CARD, telegramBotId: String(stranger.shop.id) };
  await expect(asks({ action: 'card', payload: theirs })).rejects.toThrow('notFound');
  for (const request of [
    { action: 'banOwner', payload: { ownerId: 1 } },
    { action: 'grantTariff', payload: { ownerId: 1, months: 1 } },
    { action: 'releaseBot', payload: { telegramBotId: String(shop.shop.id) } },
    { action: 'platformSetting', payload: { name: 'price1', value: '50 000' } },
  ] as const) {
    await expect(asks(request), request.action).rejects.toThrow('notFound');
  }
  expect(await platform.database.panelConfirmation.count()).toBe(asked);
});

test('a bot is removed by a yes, and what a moderator asks for is done by theirs', async () => {
  const { moderator, database } = platform;
  const going = await openShop(platform);
  const telegramBotId = String(going.shop.id);
  const theirs = await signsIn(going.owner);
  const removal = await asks({ action: 'removeBot', payload: { telegramBotId } }, theirs);
  await going.owner.reads(platform.mainBot, `Remove @${going.shop.username}?`);
  await presses(`panel:yes:${removal}`, going.owner);
  expect(await stateOf(removal, theirs)).toBe('done');

  const owner = await database.owner.findUniqueOrThrow({ where: { telegramUserId: BigInt(going.owner.id) } });
  const desk = await signsIn(moderator);
  const agreesTo = async (request: ConfirmedRequest, question: string) => {
    const id = await asks(request, desk);
    await moderator.reads(platform.mainBot, question);
    await presses(`panel:yes:${id}`, moderator);
    expect(await stateOf(id, desk)).toBe('done');
    // A second one does not ask anew: it is done.
    await presses(`panel:yes:${id}`, moderator);
  };
  await agreesTo({ action: 'releaseBot', payload: { telegramBotId } }, 'Release @');
  await agreesTo({ action: 'banOwner', payload: { ownerId: owner.id } }, 'Ban Aziz');
  expect((await database.owner.findUniqueOrThrow({ where: { id: owner.id } })).banned).toBe(true);
  await agreesTo({ action: 'unbanOwner', payload: { ownerId: owner.id } }, 'Unban Aziz');
  await agreesTo({ action: 'grantTariff', payload: { ownerId: owner.id, months: 6 } }, 'for 6 months');
  const granted = await database.tariffPeriod.findMany({ where: { ownerId: owner.id } });
  expect(granted.map(({ plan }) => plan)).toEqual(['6month']);
  await agreesTo(
    { action: 'platformSetting', payload: { name: 'card', value: '8600 1111 2222 3333' } },
    '•••• 3333',
  );
  expect(await database.platformSetting.findUnique({ where: { name: 'card' } })).toMatchObject({
    value: '8600111122223333',
  });
});

test('whoever is a moderator no more has their yes refused', async () => {
  const { moderator } = platform;
  const desk = await signsIn(moderator);
  const id = await asks({ action: 'platformSetting', payload: { name: 'price1', value: '50 000' } }, desk);
  await platform.restart({ MODERATOR_IDS: '' });
  await presses(`panel:yes:${id}`, moderator);
  expect(await stateOf(id, desk)).toBe('failed');
  await platform.restart({ MODERATOR_IDS: String(moderator.id) });
});

test('whoever is forgotten leaves no question behind, and nobody’s is kept longer than thirty days', async () => {
  const { database, mainBot } = platform;
  const left = () => database.panelConfirmation.count({ where: { telegramUserId: BigInt(gone.owner.id) } });
  const gone = await openShop(platform);
  const cookies = await signsIn(gone.owner);
  await asks({ action: 'removeBot', payload: { telegramBotId: String(gone.shop.id) } }, cookies);
  expect(await left()).toBe(1);
  await gone.owner.presses(mainBot, 'forget:yes');
  expect(await left()).toBe(0);
  platform.clock.passes({ days: 30, minutes: 6 });
  await platform.app.jobs.reconcile();
  expect(await database.panelConfirmation.count()).toBe(0);
});

test('what waits is encrypted anew with the first key, and can still be agreed to', async () => {
  const { database, clock, encryptionKey } = platform;
  const newKey = generateFernetKey();
  const keys = [newKey, encryptionKey];
  const id = await asks(card());
  await ownerReads(ASKS);
  await rotateSecrets({ prisma: database, clock, fernet: new Fernet(keys) });
  const { encryptedPayload } = await database.panelConfirmation.findUniqueOrThrow({ where: { id } });
  expect(new Fernet([newKey]).decrypt(encryptedPayload)).toContain(NEW_CARD);
  await platform.restart({ ENCRYPTION_KEY: keys.join() });
  await presses(`panel:yes:${id}`);
  expect(await stateOf(id)).toBe('done');
});

test('no card stands in the outbox, the trail or the log', async () => {
  const rows = await platform.database.$queryRaw<{ row: string }[]>`
    SELECT to_jsonb(p)::text AS row FROM promises p UNION ALL SELECT to_jsonb(c)::text FROM panel_confirmations c
     UNION ALL SELECT to_jsonb(a)::text FROM audit_log a`;
  const said = [...rows.map(({ row }) => row), ...platform.log].join('\n').replace(/\s/g, '');
  expect(said).not.toContain('8600444433332222');
  expect(said).not.toContain('8600111122223333');
});

const ownerOf = ({ owner }: Shop) => ({ kind: 'owner', telegramUserId: BigInt(owner.id) }) as const;
