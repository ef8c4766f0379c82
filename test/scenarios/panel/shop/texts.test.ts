import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';
import { told } from '../../../support/told.ts';

let platform: Platform;
let shop: Shop;
let panel: ReturnType<Awaited<ReturnType<typeof openPanel>>['of']>;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform, { title: 'Aziz Club' });
  panel = (await openPanel(platform, shop.owner)).of(shop.shop);
});
afterAll(async () => {
  await platform.closesClean();
});

const stored = () =>
  platform.database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(shop.shop.id) },
    select: { welcomeMessage: true, termsMessage: true },
  });

test('an owner reads what the bot says, and what it would say by itself in each language', async () => {
  const { status, body } = await panel.get('/texts');
  expect(status).toBe(200);
  expect(body).toMatchObject([
    { key: 'welcome', value: null, default: { en: expect.stringContaining('Welcome') }, max: 1000 },
    { key: 'terms', value: null, default: { ru: expect.stringContaining('Условия') }, max: 3000 },
  ]);
  expect(JSON.stringify(body)).not.toContain('<b>');
});

test('a welcome that is written in the panel is what buyers read, and the default comes back', async () => {
  expect((await panel.put('/texts/welcome', { value: '  Salom & <hello> ' })).status).toBe(204);
  const buyer = await newBuyer(platform, shop);
  expect(told(buyer, shop.shop)).toContain('Salom & <hello>');
  expect((await panel.get('/texts')).body[0].value).toBe('Salom & <hello>');
  expect((await panel.put('/texts/welcome', { value: null })).status).toBe(204);
  expect(await stored()).toMatchObject({ welcomeMessage: null });
  const trail = await platform.database.auditEntry.count({ where: { action: 'bot.welcome-set' } });
  expect(trail).toBe(2);
});

test('terms that are written in the panel are what buyers agree to, and the default comes back', async () => {
  expect((await panel.put('/texts/terms', { value: 'No refunds after a week.' })).status).toBe(204);
  expect(await stored()).toMatchObject({ termsMessage: 'No refunds after a week.' });
  expect((await panel.put('/texts/terms', { value: null })).status).toBe(204);
  expect(await stored()).toMatchObject({ termsMessage: null });
});

test('what is empty, too long, or no text of a bot is refused, and nothing changes', async () => {
  for (const [path, sent, status, code] of [
    ['/texts/welcome', { value: ' ' }, 422, 'welcome.empty'],
    ['/texts/welcome', { value: 'x'.repeat(1_001) }, 422, 'welcome.tooLong'],
    ['/texts/terms', { value: 'x'.repeat(3_001) }, 422, 'terms.tooLong'],
    ['/texts/welcome', { value: 1 }, 400, 'request'],
    ['/texts/welcome', { value: 'a', token: 'b' }, 400, 'request'],
    ['/texts/welcome', { value: 'a\u0000b' }, 400, 'request'],
    ['/texts/goodbye', { value: 'x' }, 404, 'notFound'],
  ] as const) {
    const answer = await panel.put(path, sent);
    expect([path, answer.status, answer.body.error.code]).toEqual([path, status, code]);
  }
  expect(await stored()).toEqual({ welcomeMessage: null, termsMessage: null });
});

test('a text is seen as buyers would see it while it is typed, and nobody else sees it', async () => {
  const asked = { language: 'uz', texts: { welcome: 'Kel & <b>ol</b>', terms: 'Pul & <i>vaqt</i>' } };
  const { status, body } = await panel.post('/preview', asked);
  expect(status).toBe(200);
  const [welcome, plans, checkout, access, terms] = body.screens;
  expect(body.screens.map(({ name }: { name: string }) => name)).toEqual([
    'welcome',
    'plans',
    'checkout',
    'access',
    'terms',
  ]);
  expect(welcome.html).toContain('Kel &amp; &lt;b&gt;ol&lt;/b&gt;');
  expect(welcome.html).toContain(`@${platform.mainBot.username}`);
  expect(welcome.buttons[0][0]).toMatch(/1 oy · 50\s000/);
  expect(plans.html).toContain('Aziz Club');
  expect(checkout.html).toContain('8600 •••• •••• 9012');
  expect(JSON.stringify(body)).not.toContain('1234');
  expect(access.html).toContain('Aziz Club');
  expect(access.buttons).toHaveLength(1);
  expect(terms.html).toContain('Pul &amp; &lt;i&gt;vaqt&lt;/i&gt;');
  expect(await stored()).toMatchObject({ welcomeMessage: null, termsMessage: null });
  expect((await panel.post('/preview', { language: 'en', texts: {} })).body.screens[0].html).toContain(
    '👋 Welcome.',
  );
});

test('a bot that sells nothing yet shows an example', async () => {
  const bare = platform.telegram.newBot({ username: 'bare_bot', name: 'Bare' });
  await shop.owner.sends(platform.mainBot, bare.token);
  await shop.owner.reads(platform.mainBot, 'https://t.me/bare_bot');
  const { status, body } = await (await openPanel(platform, shop.owner))
    .of(bare)
    .post('/preview', { language: 'ru', texts: {} });
  expect([status, body.screens.length]).toEqual([200, 5]);
  expect(body.screens[2].html).toContain('Bare');
});

test('what is no language, or no text, is told as malformed', async () => {
  for (const sent of [
    { language: 'de', texts: {} },
    { language: 'en' },
    { language: 'en', texts: { x: '' } },
  ]) {
    expect((await panel.post('/preview', sent)).status).toBe(400);
  }
});
