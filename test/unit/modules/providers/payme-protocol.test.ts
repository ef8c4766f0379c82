import { describe, expect, test } from 'vitest';
import { isCredential, readBasic } from '../../../../src/modules/payments/providers/basic-credentials.ts';
import { PAYME_ERRORS } from '../../../../src/modules/payments/providers/payme/payme-errors.ts';
import {
  toDetail,
  toStoredFiscalData,
} from '../../../../src/modules/payments/providers/payme/payme-fiscal.ts';
import { paymeLink } from '../../../../src/modules/payments/providers/payme/payme-link.ts';
import {
  readPaymeCall,
  writePaymeAnswer,
} from '../../../../src/modules/payments/providers/payme/payme-protocol.ts';

describe('The link to pay an order', () => {
  const order = { paymentId: 42, amount: 5_000_000n, botUsername: 'example_bot', isTest: false } as const;
  const account = { cashboxId: '0123456789abcdef01234567' };

  test.each([
    [
      { ...order, language: 'uz' },
      'https://checkout.paycom.uz/bT0wMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc7YWMub3JkZXJfaWQ9NDI7YT01MDAwMDAwO2w9dXo7Yz1odHRwczovL3QubWUvZXhhbXBsZV9ib3Q=',
    ],
    [
      { ...order, paymentId: 43, amount: 1_000_050n, language: 'ru' },
      'https://checkout.paycom.uz/bT0wMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc7YWMub3JkZXJfaWQ9NDM7YT0xMDAwMDUwO2w9cnU7Yz1odHRwczovL3QubWUvZXhhbXBsZV9ib3Q=',
    ],
    [
      { ...order, isTest: true, language: 'uz' },
      'https://test.paycom.uz/bT0wMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc7YWMub3JkZXJfaWQ9NDI7YT01MDAwMDAwO2w9dXo7Yz1odHRwczovL3QubWUvZXhhbXBsZV9ib3Q=',
    ],
  ] as const)('is the one that Payme reads', (given, link) => {
    expect(paymeLink(account, given)).toBe(link);
  });
});

describe('A credential', () => {
  test('is compared as a whole', () => {
    const given = readBasic('Basic UGF5Y29tOnRlc3Qta2V5');
    expect(given.toString()).toBe('Paycom:test-key');
    expect(isCredential(given, 'Paycom:test-key')).toBe(true);
    expect(isCredential(given, 'Paycom:test-ke')).toBe(false);
    expect(isCredential(given, null)).toBe(false);
  });

  test.each([undefined, '', 'Basic', 'Basic ', 'Bearer UGF5Y29tOnRlc3Qta2V5', 'Basic UGF5 Y29t'])(
    'is nothing where the header is %j, and nothing is nobody’s',
    (header) => {
      expect(readBasic(header)).toHaveLength(0);
      expect(isCredential(readBasic(header), null)).toBe(false);
    },
  );
});

describe('A call', () => {
  const create = { id: 't', time: 1, amount: 5, account: { order_id: '42' } };
  const read = (method: unknown, params: unknown) => readPaymeCall(JSON.stringify({ method, params, id: 7 }));

  test('is read with its order’s number as text', () => {
    expect(read('CreateTransaction', create)).toEqual({
      id: 7,
      method: 'CreateTransaction',
      call: { method: 'CreateTransaction', params: create },
    });
    const numbered = { ...create, account: { order_id: 42 } };
    expect(read('CreateTransaction', numbered).call).toMatchObject({ params: create });
  });

  test.each([
    ['CreateTransaction', { ...create, id: '' }],
    ['CreateTransaction', { ...create, id: 'x'.repeat(65) }],
    ['CreateTransaction', { ...create, id: 12 }],
    ['CreateTransaction', { ...create, id: 'a\0b' }],
    ['CreateTransaction', { ...create, id: '\ud800' }],
    ['CreateTransaction', { ...create, time: 1.5 }],
    ['CreateTransaction', { ...create, time: '1' }],
    ['CreateTransaction', { ...create, time: 1e300 }],
    ['CreateTransaction', { ...create, amount: '5' }],
    ['CreateTransaction', { ...create, account: [] }],
    ['CreateTransaction', { ...create, account: '42' }],
    ['CreateTransaction', { ...create, account: undefined }],
    ['CreateTransaction', { ...create, account: { order_id: {} } }],
    ['CancelTransaction', { id: 't' }],
    ['CancelTransaction', { id: 't', reason: 2 ** 31 }],
    ['CancelTransaction', { id: 't', reason: 'x' }],
    ['GetStatement', { from: 1 }],
    ['GetStatement', { from: 1, to: '2' }],
    ['SetFiscalData', { type: 'PERFORM', fiscal_data: {} }],
    ['PerformTransaction', []],
    ['PerformTransaction', null],
    ['Foo', []],
    [null, {}],
  ])('of %s with %j is malformed, and its id is known all the same', (method, params) => {
    expect(read(method, params)).toMatchObject({ id: 7, call: PAYME_ERRORS.malformed });
  });

  test.each(['toString', '__proto__', 'constructor', 'ChangePassword', ''])('%s is no method', (method) => {
    expect(read(method, {})).toMatchObject({ method: 'unknown', call: { code: -32_601, data: method } });
  });

  test.each(['', '{', 'x', '\ufeff{}'])('%j is no JSON', (body) => {
    expect(readPaymeCall(body)).toEqual({ id: null, method: 'unknown', call: PAYME_ERRORS.notJson });
  });

  test.each(['[]', '[{"method":"CheckTransaction","params":{},"id":7}]', '1', 'null', '"x"'])(
    '%s has nobody’s id',
    (body) => {
      expect(readPaymeCall(body)).toEqual({ id: null, method: 'unknown', call: PAYME_ERRORS.malformed });
    },
  );

  test.each([7, 'seven', null, 0, -1.5])('is answered with its id, %j', (id) => {
    const { id: known } = readPaymeCall(JSON.stringify({ id }));
    expect(writePaymeAnswer(known, { result: {} })).toBe(
      `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{}}`,
    );
  });
});

test('A refusal has its words in three languages', () => {
  expect(writePaymeAnswer(7, { error: PAYME_ERRORS.wrongAmount })).toBe(
    '{"jsonrpc":"2.0","id":7,"error":{"code":-31001,"message":{"uz":"Summa notoʻgʻri","ru":"Неверная сумма","en":"Wrong amount"},"data":null}}',
  );
});

describe('The position of a fiscal receipt', () => {
  const fiscal = { ikpu: '10305008002000000', packageCode: '1503212', vatPercent: 12 };
  const of = (title: string, duration: Parameters<typeof toDetail>[1]['duration']) =>
    toDetail(fiscal, { title, duration, amount: 5_000_000n });

  test('is the chat and how long', () => {
    expect(JSON.stringify(of('Kanal', { kind: 'months', months: 1 }))).toBe(
      '{"receipt_type":0,"items":[{"title":"Kanal, 1 oy","price":5000000,"count":1,"code":"10305008002000000","package_code":"1503212","vat_percent":12}]}',
    );
  });

  test.each([
    [{ kind: 'months', months: 0 }, 'Kanal, umrbod'],
    [{ kind: 'days', days: 30 }, 'Kanal, 30 kun'],
    [{ kind: 'until', endsOn: '2026-12-31' }, 'Kanal, 31.12.2026 gacha'],
  ] as const)('says %j', (duration, title) => {
    expect(of('Kanal', duration).items[0]?.title).toBe(title);
  });

  test.each(['K'.repeat(200), '👩‍👩‍👧‍👦'.repeat(60), `${'K'.repeat(50)}👩‍👩‍👧‍👦👩‍👩‍👧‍👦`])(
    'is cut where the chat’s title is long, and still says how long',
    (long) => {
      const title = of(long, { kind: 'months', months: 12 }).items[0]?.title ?? '';
      expect(title.length).toBeLessThanOrEqual(63);
      expect(title).toMatch(/^.+…, 12 oy$/u);
    },
  );
});

test('What is kept of a fiscal receipt are its plain values, as Postgres can hold them', () => {
  const told = {
    receipt_id: 121,
    qr_code_url: 'https://ofd.soliq.uz/x',
    sign: 'a\0',
    half: '\ud800',
    deep: {},
  };
  expect(toStoredFiscalData({ ...told, '\0': 1, ok: true })).toEqual({
    receipt_id: 121,
    qr_code_url: 'https://ofd.soliq.uz/x',
    ok: true,
  });
});
