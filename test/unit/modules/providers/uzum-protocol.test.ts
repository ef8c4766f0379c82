import { describe, expect, test } from 'vitest';
import { isCredential, readBasic } from '../../../../src/modules/payments/providers/basic-credentials.ts';
import { uzumLink } from '../../../../src/modules/payments/providers/uzum/uzum-link.ts';
import {
  readUzumCall,
  writeUzumAttempt,
  writeUzumOrder,
  writeUzumRefusal,
} from '../../../../src/modules/payments/providers/uzum/uzum-protocol.ts';

const NOW = new Date(1_795_176_000_000);
const ECHO = { serviceId: 101_202, transId: 't1' };
const ENVELOPE = { serviceId: 101_202, timestamp: 1_795_176_000_000 };

describe('A call of Uzum', () => {
  test('brings its login and password', () => {
    expect(isCredential(readBasic('Basic dXp1bTpzZWNyZXQ='), 'uzum:secret')).toBe(true);
    expect(isCredential(readBasic('Basic dXp1bTpzZWNyZXQ='), 'uzum:secreT')).toBe(false);
    expect(isCredential(readBasic(undefined), '')).toBe(true);
    expect(isCredential(readBasic(undefined), null)).toBe(false);
  });

  test('is read, with more beside what it needs', () => {
    const body = JSON.stringify({
      ...ENVELOPE,
      transId: 't1',
      params: { account: 42, tariff: null },
      amount: 5_000_000,
      cardType: 1,
    });
    expect(readUzumCall('create', body)).toEqual({
      echo: ECHO,
      call: {
        operation: 'create',
        serviceId: '101202',
        timestamp: 1_795_176_000_000,
        transId: 't1',
        orderNumber: '42',
        amount: 5_000_000,
      },
    });
  });

  test('says its service again as it came, where it could be read', () => {
    const echo = (serviceId: unknown) => readUzumCall('check', JSON.stringify({ serviceId })).echo.serviceId;
    expect([7, '7', '007'].map(echo)).toEqual([7, '7', '007']);
    for (const unreadable of [null, 1.5, -1, 1e30, 'x', '', '7 ', {}, [7], true])
      expect(echo(unreadable)).toBeNull();
  });

  test.each(['toString', '__proto__', 'constructor', ''])('knows no operation %j', (operation) => {
    expect(readUzumCall(operation, JSON.stringify(ENVELOPE)).call).toEqual({ code: '10003' });
    expect(readUzumCall(operation, '{}').call).toEqual({ code: '10005' });
    expect(readUzumCall(operation, '{').call).toEqual({ code: '10002' });
  });
});

describe('An answer to Uzum', () => {
  const attempt = {
    paymentId: 42,
    providerTxnId: 't1',
    amount: 5_000_000n,
    state: 'created',
    createTime: 10n,
    performTime: null,
    cancelTime: null,
  };

  test('to each operation has what that one asks for', () => {
    expect(writeUzumOrder(ECHO, 42, NOW)).toBe(
      '{"serviceId":101202,"timestamp":1795176000000,"status":"OK","data":{"account":{"value":"42"}}}',
    );
    expect(writeUzumAttempt('create', ECHO, attempt)).toBe(
      '{"serviceId":101202,"transId":"t1","status":"CREATED","transTime":10,"data":{"account":{"value":"42"}},"amount":5000000}',
    );
    const paid = { ...attempt, state: 'paid', performTime: 20n };
    expect(writeUzumAttempt('confirm', ECHO, paid)).toBe(
      '{"serviceId":101202,"transId":"t1","status":"CONFIRMED","confirmTime":20,"data":{"account":{"value":"42"}},"amount":5000000}',
    );
    const refunded = { ...paid, state: 'refunded', cancelTime: 30n };
    expect(writeUzumAttempt('reverse', ECHO, refunded)).toBe(
      '{"serviceId":101202,"transId":"t1","status":"REVERSED","reverseTime":30,"data":{},"amount":5000000}',
    );
    expect(writeUzumAttempt('status', ECHO, { ...attempt, state: 'expired' })).toBe(
      '{"serviceId":101202,"transId":"t1","status":"FAILED","transTime":10,"confirmTime":null,"reverseTime":null,"data":{},"amount":5000000}',
    );
  });

  test.each([
    ['check', 'timestamp'],
    ['create', 'transTime'],
    ['confirm', 'confirmTime'],
    ['reverse', 'reverseTime'],
    ['status', 'timestamp'],
    ['foo', 'timestamp'],
  ])('that refuses %s tells its moment as %s', (operation, time) => {
    const isOfTransaction = operation !== 'check';
    expect(JSON.parse(writeUzumRefusal(operation, ECHO, '10014', NOW))).toEqual({
      serviceId: 101_202,
      ...(isOfTransaction && { transId: 't1' }),
      status: 'FAILED',
      [time]: 1_795_176_000_000,
      errorCode: '10014',
    });
  });
});

test('Uzum’s link names its service, the order, the amount in tiyin, and the way back', () => {
  const order = { paymentId: 42, amount: 5_000_000n, botUsername: 'example_bot' };
  expect(uzumLink({ serviceId: '101202' }, order)).toBe(
    'https://www.uzumbank.uz/open-service?serviceId=101202&order_id=42&amount=5000000&redirectUrl=https%3A%2F%2Ft.me%2Fexample_bot',
  );
});
