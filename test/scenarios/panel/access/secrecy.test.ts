import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordFault } from '../../../../src/infra/observability/fault-record.ts';
import { askPanel, initDataOf, panelSecrets } from '../../../support/panel/ask-panel.ts';
import { openBrowserPanel, openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { expectKeptSecrets } from '../../../support/secrecy.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

const NEW_CARD = '8600 4444 3333 2222';
const SEARCHED = 'Gulbahor';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(async () => {
  expect(platform.telegram.faults).toEqual([]);
  // Whatever was carried, typed and sent here is looked for once more, wherever something is told.
  await platform.close();
});

/** Everything that leaves the program, or stays for others to read. */
async function told(): Promise<Record<string, string[]>> {
  const metrics = await fetch(`${platform.app.origin}/metrics`);
  const audit = await platform.database.auditEntry.findMany();
  return {
    'A log line': platform.log,
    'An error report': platform.faults.map((fault) => JSON.stringify(recordFault(fault))),
    'A metric': [await metrics.text()],
    'The audit trail': audit.map(({ actor, action, target }) => `${actor} ${action} ${target}`),
  };
}

async function expectNothingTold(): Promise<void> {
  const { fileIds } = platform.telegram.confidences;
  expect(fileIds.length).toBeGreaterThan(0);
  expectKeptSecrets(platform.telegram, panelSecrets(), await told());
  const all = Object.values(await told())
    .flat()
    .join('\n');
  for (const secret of [NEW_CARD, NEW_CARD.replaceAll(' ', ''), SEARCHED, '__Host-getolog']) {
    expect(all.includes(secret), secret).toBe(false);
  }
}

const table = (from: string, to: string) =>
  platform.database.$executeRawUnsafe(`ALTER TABLE ${from} RENAME TO ${to}`);

test('whatever is done in the panel, and fails there, tells nothing of what people carry, type and send', async () => {
  const { owner } = shop;
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.sendsPhoto(shop.shop);
  await platform.quiet();
  const where = { receiptAt: { not: null } };
  const { id } = await platform.database.payment.findFirstOrThrow({ where });

  const phone = await openPanel(platform, owner);
  const browser = await openBrowserPanel(platform, owner);
  const desk = phone.of(shop.shop);
  const file = `${platform.app.origin}/panel/api/bots/${shop.shop.id}/receipts/${id}/file`;
  expect((await fetch(file, { headers: phone.headers })).status).toBe(200);
  expect((await desk.get(`/users?q=${SEARCHED}`)).status).toBe(200);
  expect((await desk.get(`/payments?q=${SEARCHED}&min=nothing`)).status).toBe(400);

  const { confirmation } = (
    await browser.of(shop.shop).put('/settings/card', { number: NEW_CARD, holder: 'AZIZ AZIZOV' })
  ).body;
  await owner.presses(platform.mainBot, `panel:yes:${confirmation.id}`);
  await platform.quiet();
  expect((await browser.get(`/confirmations/${confirmation.id}`)).body.state).toBe('done');
  expect((await desk.post(`/receipts/${id}/approve`)).status).toBe(200);

  const refused = { initData: initDataOf(owner, { botToken: shop.shop.token, at: platform.clock.now() }) };
  for (const body of [refused, { code: '7KQ2-M9XD' }, { token: 'x'.repeat(43) }]) {
    expect((await askPanel(platform.app.origin, 'POST', '/session', { body })).status).toBe(401);
  }
  await expectNothingTold();
});

test('faults of ours, of the database and of the page say where they were, and not over what', async () => {
  const phone = await openPanel(platform, shop.owner);
  const desk = phone.of(shop.shop);
  const before = platform.faults.length;
  await table('end_users', 'end_users_gone');
  const answers = [await desk.get(`/users?q=${SEARCHED}`), await desk.get(`/payments?q=${SEARCHED}`)];
  await table('end_users_gone', 'end_users');
  await table('panel_sessions', 'panel_sessions_gone');
  answers.push(await phone.get('/me'), await openBrowserFails());
  await table('panel_sessions_gone', 'panel_sessions');
  expect(answers.map(({ status, body }) => [status, body.error.code])).toEqual(
    answers.map(() => [500, 'fault']),
  );
  const initData = initDataOf(shop.owner, { botToken: platform.mainBot.token, at: platform.clock.now() });
  for (const message of [phone.headers['authorization'] ?? '', initData.slice(-200), `card ${NEW_CARD}`]) {
    const said = { name: SEARCHED, message, at: message, screen: `/panel/${message.slice(-43)}` };
    expect((await phone.post('/faults', said)).status).toBe(204);
  }
  // Each once.
  expect(platform.faults.length - before).toBe(answers.length + 3);
  for (const [, { requestId }] of answers.map(({ body }) => [body, body.error] as const)) {
    expect(platform.log.filter((line) => line.includes('a fault') && line.includes(requestId))).toHaveLength(
      1,
    );
  }
  await expectNothingTold();
});

test('an address that holds a secret is no line of the log', async () => {
  const { headers } = await openBrowserPanel(platform, shop.owner);
  const token = headers['cookie']?.split('=')[1] ?? '';
  for (const path of [`/panel/api/${token}`, `/panel/enter?token=${token}`, `/panel/assets/${token}`]) {
    await fetch(platform.app.origin + path, { headers });
  }
  await expectNothingTold();
});

async function openBrowserFails() {
  const { code } = await platform.app.services.panelEntries.offer({ telegramUserId: BigInt(shop.owner.id) });
  return askPanel(platform.app.origin, 'POST', '/session', { body: { code } });
}
