import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Attachment } from '../../../sandbox/world/attachments.ts';
import { holdCall } from '../../support/held-call.ts';
import { openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let headers: Record<string, string>;

beforeAll(async () => {
  platform = await startPlatform({ environment: { RATE_LIMIT_PER_SECOND: '1000' } });
  shop = await openShop(platform);
  headers = (await openPanel(platform, shop.owner)).headers;
});
afterAll(async () => {
  await platform.close();
});

/** Somebody new sends this as a receipt. @returns the payment */
async function sends(
  file: Attachment & { mimeType?: string; fileName?: string },
  to = shop,
): Promise<number> {
  const buyer = await newBuyer(platform, to);
  await buyer.presses(to.shop, `plan:${to.planId}`);
  const { mimeType, fileName } = file;
  if (mimeType && fileName) await buyer.sendsDocument(to.shop, { ...file, mimeType, fileName });
  else await buyer.sendsPhoto(to.shop, file);
  await platform.quiet();
  const where = { endUser: { telegramUserId: BigInt(buyer.id) }, receiptAt: { not: null } };
  return (await platform.database.payment.findFirstOrThrow({ where })).id;
}

async function opens(id: number, more: Record<string, string> = {}, of = shop) {
  const url = `${platform.app.origin}/panel/api/bots/${of.shop.id}/receipts/${id}/file`;
  const answer = await fetch(url, { headers: { ...headers, ...more } });
  return {
    status: answer.status,
    headers: answer.headers,
    bytes: new Uint8Array(await answer.arrayBuffer()),
  };
}

const codeOf = ({ bytes }: { bytes: Uint8Array }) => JSON.parse(new TextDecoder().decode(bytes)).error.code;
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

test('a picture comes as it was sent, is kept by the browser, and runs nothing', async () => {
  const bytes = new Uint8Array([
    0xff,
    0xd8,
    0xff,
    0xe0,
    ...Array.from({ length: 200_000 }, (_, at) => at % 251),
  ]);
  const id = await sends({ bytes });
  const file = await opens(id);
  expect(file.status).toBe(200);
  expect(Buffer.compare(file.bytes, bytes)).toBe(0);
  const etag = file.headers.get('etag') ?? '';
  for (const [name, value] of [
    ['content-type', 'image/jpeg'],
    ['content-security-policy', "default-src 'none'; sandbox"],
    ['cache-control', 'private, max-age=3600'],
    ['x-content-type-options', 'nosniff'],
    ['cross-origin-resource-policy', 'same-origin'],
    ['content-disposition', null],
  ] as const) {
    expect(file.headers.get(name), name).toBe(value);
  }
  const again = await opens(id, { 'if-none-match': etag });
  expect([again.status, again.bytes.length]).toEqual([304, 0]);
});

test('what it is says its beginning: a PDF is one, and what could run is to be saved', async () => {
  const files = [
    ['%PDF-1.7 …', { mimeType: 'application/pdf', fileName: 'receipt.pdf' }, 'application/pdf', null],
    ['\x89PNG\r\n\x1a\n1234', { mimeType: 'image/jpeg', fileName: 'receipt.jpg' }, 'image/png', null],
    ['RIFF1234WEBPVP8 ', {}, 'image/webp', null],
    [
      '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
      { mimeType: 'image/svg+xml', fileName: 'a.svg' },
    ],
    ['<html><script>alert(1)</script>', { mimeType: 'image/jpeg', fileName: 'receipt.jpg' }],
    ['GIF', {}],
  ] as const;
  for (const [text, given, type = 'application/octet-stream', disposition = 'attachment'] of files) {
    const bytes = bytesOf(text);
    const file = await opens(await sends({ bytes, ...given }));
    expect([file.headers.get('content-type'), file.headers.get('content-disposition')], text).toEqual([
      type,
      disposition,
    ]);
    expect(Buffer.compare(file.bytes, bytes)).toBe(0);
  }
});

test('a foreign page gets none', async () => {
  const id = await sends({});
  const foreign = await opens(id, { 'sec-fetch-site': 'cross-site' });
  expect([foreign.status, codeOf(foreign)]).toEqual([403, 'origin']);
  for (const site of ['same-origin', 'none'])
    expect((await opens(id, { 'sec-fetch-site': site })).status).toBe(200);
});

test('what is too large, forgotten, or of a dead token is said to be unavailable', async () => {
  const large = await opens(await sends({ size: 21 * 1024 * 1024 }));
  expect([large.status, codeOf(large)]).toEqual([409, 'receipt.unavailable']);
  const forgotten = await sends({});
  await platform.database.payment.update({ where: { id: forgotten }, data: { receiptFileId: null } });
  expect((await opens(forgotten)).status).toBe(409);
  const other = await openShop(platform, { owner: shop.owner });
  const dead = await sends({}, other);
  other.shop.revokeToken();
  const answer = await opens(dead, {}, other);
  expect([answer.status, codeOf(answer), answer.headers.get('etag')]).toEqual([
    409,
    'receipt.unavailable',
    null,
  ]);
});

test('four are fetched at a time, and a minute has room for 120 of a session', async () => {
  const id = await sends({});
  const held = Array.from({ length: 4 }, () => holdCall(platform.telegram, 'getFile'));
  const asked = [id, id, id, id].map((one) => opens(one));
  for (const one of held) await one.comes();
  const expectBusy = (answer: Awaited<ReturnType<typeof opens>>) =>
    expect([answer.status, codeOf(answer), answer.headers.get('retry-after')]).toEqual([503, 'away', '2']);
  expectBusy(await opens(id));
  for (const one of held) one.release();
  const answers = await Promise.all(asked);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const etag = answers[0]?.headers.get('etag') ?? '';
  let last = await opens(id, { 'if-none-match': etag });
  for (let asks = 0; asks < 120 && last.status === 304; asks += 1) {
    last = await opens(id, { 'if-none-match': etag });
  }
  expect([last.status, codeOf(last)]).toEqual([429, 'tooFast']);
  expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
});
