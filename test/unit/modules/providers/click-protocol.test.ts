import { describe, expect, test } from 'vitest';
import { authOf, readReversal } from '../../../../src/infra/click-api.ts';
import { clickLink } from '../../../../src/modules/payments/providers/click/click-link.ts';
import {
  type ClickCall,
  type ClickOperation,
  isSignedBy,
  readClickCall,
  signatureOf,
  writeClickAnswer,
} from '../../../../src/modules/payments/providers/click/click-protocol.ts';

const FORM = 'application/x-www-form-urlencoded';
const PREPARE = {
  click_trans_id: '1001',
  service_id: '12345',
  click_paydoc_id: '2002',
  merchant_trans_id: '42',
  amount: '50000.00',
  action: '0',
  error: '0',
  error_note: 'Success',
  sign_time: '2026-11-20 12:00:00',
  sign_string: '-',
};
const COMPLETE = { ...PREPARE, action: '1', merchant_prepare_id: '777', sign_time: '2026-11-20 12:00:05' };

function read(operation: ClickOperation, fields: Record<string, string>, contentType: string = FORM) {
  return readClickCall(operation, { contentType, body: String(new URLSearchParams(fields)) });
}

function whole(operation: ClickOperation, fields: Record<string, string>): ClickCall {
  const { call } = read(operation, fields);
  if (!call) throw new Error('The call is not whole.');
  return call;
}

describe('A call of Click is signed', () => {
  test.each([
    ['prepare', {}, 'c28357417cbb571ec2f27088922a75b3'],
    ['prepare', { amount: '50000' }, '91a445b7a0034413810f7dc939ed2421'],
    ['prepare', { amount: '50000.0' }, '178352a918d028e6d8f2b64a80927454'],
    ['prepare', { service_id: '99999' }, '3814e2425f86128c6cb75c1fc5ad5933'],
    ['prepare', { action: '2' }, 'aaa18c97b825ebe81c2e4ed040eed43b'],
    ['prepare', { click_trans_id: '9007199254740993' }, 'a1cf0117070fc2e1c636683a4977a85a'],
    ['complete', {}, 'c2138aadce1e94fb2cb650cea4a2b0b9'],
    ['complete', { amount: '300' }, '1d0c14588efc565bd7419eb12999aec5'],
  ] as const)('%s with %j by the texts as they came', (operation, changed, signature) => {
    const fields = { ...(operation === 'prepare' ? PREPARE : COMPLETE), ...changed };
    expect(signatureOf(whole(operation, fields), 'S3CRET')).toBe(signature);
    expect(isSignedBy(whole(operation, { ...fields, sign_string: signature }), 'S3CRET')).toBe(true);
    expect(isSignedBy(whole(operation, { ...fields, sign_string: signature.toUpperCase() }), 'S3CRET')).toBe(
      true,
    );
    expect(isSignedBy(whole(operation, { ...fields, sign_string: signature }), 'S3CREt')).toBe(false);
    expect(isSignedBy(whole(operation, { ...fields, sign_string: signature.slice(1) }), 'S3CRET')).toBe(
      false,
    );
  });
});

describe('A call of Click is read', () => {
  test('with its amount in tiyin, and its numbers with every digit', () => {
    const call = whole('complete', { ...COMPLETE, click_trans_id: '9223372036854775807', amount: '0.05' });
    expect(call).toMatchObject({
      transId: '9223372036854775807',
      amount: 5n,
      action: 1,
      error: 0,
      prepareId: '777',
    });
    expect(whole('complete', { ...COMPLETE, error: '-5017' }).error).toBe(-5017);
    expect(whole('prepare', { ...PREPARE, amount: '9999999999.99' }).amount).toBe(999_999_999_999n);
  });

  test.each([
    ['click_trans_id', ['abc', '01', '-1', '1.5', '12345678901234567890', '1 ']],
    ['service_id', ['abc', '12 345']],
    ['click_paydoc_id', ['abc']],
    ['amount', ['50000.001', '5e4', '-1', '1,5', '.5', '5.', '12345678901', '１００']],
    ['action', ['zero', '0.0', '1e0']],
    ['error', ['none', '-5017.5', '1', '5']],
    ['merchant_prepare_id', ['abc', '-1']],
  ])('and nothing is made of a malformed %s', (name, values) => {
    for (const value of values)
      expect(read('complete', { ...COMPLETE, [name]: value }).call, value).toBeNull();
  });

  test.each(Object.keys(COMPLETE).filter((name) => name !== 'error_note'))(
    'and nothing is made of one without %s, with none in it, or with two',
    (name) => {
      const { [name as keyof typeof COMPLETE]: value, ...rest } = COMPLETE;
      expect(read('complete', rest).call).toBeNull();
      expect(read('complete', { ...rest, [name]: '' }).call).toBeNull();
      const body = `${String(new URLSearchParams(COMPLETE))}&${name}=${value}`;
      expect(readClickCall('complete', { contentType: FORM, body }).call).toBeNull();
    },
  );

  test('whether or not there is a note, and whatever the type says after its name', () => {
    const { error_note: _, ...rest } = PREPARE;
    expect(read('prepare', rest).call).not.toBeNull();
    expect(read('prepare', PREPARE, 'Application/X-WWW-Form-Urlencoded; charset=UTF-8').call).not.toBeNull();
    expect(read('prepare', PREPARE, 'application/json')).toEqual({
      echo: { transId: null, orderNumber: null },
      call: null,
    });
  });
});

describe('An answer to Click', () => {
  test('names the attempt as the call does', () => {
    const echo = { transId: '1001', orderNumber: '42' };
    expect(writeClickAnswer('prepare', echo, { attemptId: 777 })).toBe(
      '{"click_trans_id":1001,"merchant_trans_id":"42","merchant_prepare_id":777,"error":0,"error_note":"Success"}',
    );
    expect(writeClickAnswer('complete', echo, { attemptId: 777 })).toBe(
      '{"click_trans_id":1001,"merchant_trans_id":"42","merchant_confirm_id":777,"error":0,"error_note":"Success"}',
    );
  });

  test('keeps every digit, escapes what was sent, and leaves out what could not be read', () => {
    expect(
      writeClickAnswer('prepare', { transId: '9007199254740993', orderNumber: '4"2\\' }, { error: -1 }),
    ).toBe(
      '{"click_trans_id":9007199254740993,"merchant_trans_id":"4\\"2\\\\","error":-1,"error_note":"SIGN CHECK FAILED!"}',
    );
    expect(writeClickAnswer('prepare', { transId: null, orderNumber: null }, { error: -8 })).toBe(
      '{"error":-8,"error_note":"Error in request from click"}',
    );
  });
});

test('The link to pay names the amount with two decimals and leads back to the bot', () => {
  const order = { paymentId: 42, amount: 5_000_000n, botUsername: 'example_bot' };
  expect(clickLink({ serviceId: '12345', merchantId: '6789' }, order)).toBe(
    'https://my.click.uz/services/pay/?service_id=12345&merchant_id=6789&amount=50000.00&transaction_param=42&return_url=https%3A%2F%2Ft.me%2Fexample_bot',
  );
});

test('The merchant’s API is asked with a sum of the time and the secret', () => {
  const credential = { merchantUserId: '9876', secret: 'S3CRET' };
  expect(authOf(credential, new Date(1_796_040_000_999))).toBe(
    '9876:494421df78506869d7bc2b6cef54c8d9d3c37136:1796040000',
  );
});

test.each([
  [200, '{"error_code":0,"error_note":"ok","payment_id":2002}', { kind: 'done' }],
  [200, '{"error_code":-5,"error_note":"Not found"}', { kind: 'refused', note: 'Not found' }],
  [200, '{"error_code":-5}', { kind: 'refused', note: '' }],
  [200, '<html>', { kind: 'unknown' }],
  [200, '{"error_code":null}', { kind: 'unknown' }],
  [400, '{"error_code":-1,"error_note":"Bad"}', { kind: 'refused', note: 'Bad' }],
  [401, '', { kind: 'refused', note: 'HTTP 401' }],
  [404, 'null', { kind: 'refused', note: 'HTTP 404' }],
  [429, '', { kind: 'unknown' }],
  [502, '{"error_code":0}', { kind: 'unknown' }],
])('A reversal that is answered %i %s comes out so', (status, text, outcome) => {
  expect(readReversal({ status, text })).toEqual(outcome);
});
