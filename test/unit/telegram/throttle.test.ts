import { Api, GrammyError } from 'grammy';
import { expect, test, vi } from 'vitest';
import { DeliveryError } from '../../../src/kernel/outbox/delivery-error.ts';
import { createThrottle, throttled } from '../../../src/telegram/outgoing/throttle.ts';

const api = new Api('1:token');
const other = new Api('2:token');

function limited(method: string, payload: Record<string, unknown>, seconds: number): GrammyError {
  const answer = {
    ok: false,
    error_code: 429,
    description: 'Too Many Requests',
    parameters: { retry_after: seconds },
  } as const;
  return new GrammyError('limited', answer, method, payload);
}

function start() {
  let time = 0;
  const throttle = createThrottle(() => time);
  const fine = () => Promise.resolve('done');
  return {
    passes: (ms: number) => {
      time += ms;
    },
    write: (chatId: bigint, by = api) => throttled(throttle, { api: by, chatId }, fine),
    tell: (chatId: bigint) => throttled(throttle, { api, chatId, isSmall: true }, fine),
    show: (chatId: bigint) => throttle.noteScreen('1', String(chatId)),
    limitWriting: (chatId: bigint, seconds: number) =>
      throttled(throttle, { api, chatId }, () =>
        Promise.reject(limited('sendMessage', { chat_id: String(chatId) }, seconds)),
      ).catch(() => undefined),
    call: (method: keyof Api, by = api) => throttled(throttle, { api: by, method }, fine),
    limitCall: (method: keyof Api, seconds: number) =>
      throttled(throttle, { api, method }, () =>
        Promise.reject(limited(method, { chat_id: '-1001' }, seconds)),
      ).catch(() => undefined),
  };
}

test('a chat of one person that is limited holds that chat alone, as long as Telegram says', async () => {
  const { limitWriting, write, call, passes } = start();
  await limitWriting(7n, 25);
  await expect(write(7n)).rejects.toMatchObject({ failure: 'not-sent', retryAfterMs: 25_000 });
  expect(await write(8n)).toBe('done');
  expect(await call('getChatMember')).toBe('done');
  passes(25_000);
  expect(await write(7n)).toBe('done');
});

test('a method that is limited holds that method of that bot alone', async () => {
  const { limitCall, write, call, passes } = start();
  await limitCall('createChatInviteLink', 25);
  await expect(call('createChatInviteLink')).rejects.toBeInstanceOf(DeliveryError);
  expect(await call('createChatInviteLink', other)).toBe('done');
  expect(await call('getChatMember')).toBe('done');
  expect(await write(7n)).toBe('done');
  passes(25_000);
  expect(await call('createChatInviteLink')).toBe('done');
});

test('several different ones at once hold the bot', async () => {
  vi.useFakeTimers();
  const { limitCall, limitWriting, write, passes } = start();
  await limitCall('createChatInviteLink', 5);
  await limitWriting(7n, 5);
  expect(await write(8n)).toBe('done');
  await limitWriting(9n, 5);
  let isDone = false;
  const writing = write(8n).then(() => {
    isDone = true;
  });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(isDone).toBe(false);
  expect(await write(8n, other)).toBe('done');
  passes(5_000);
  await vi.advanceTimersByTimeAsync(5_000);
  await writing;
  expect(isDone).toBe(true);
  vi.useRealTimers();
});

test('limits that are over count no more', async () => {
  const { limitCall, limitWriting, write, passes } = start();
  await limitCall('createChatInviteLink', 1);
  await limitWriting(7n, 1);
  passes(1_000);
  await limitWriting(9n, 1);
  expect(await write(8n)).toBe('done');
});

test('what is small leaves room in a chat for what somebody waits for', async () => {
  const { write, tell, passes } = start();
  for (let time = 0; time < 15; time += 1) await tell(7n);
  await expect(tell(7n)).rejects.toMatchObject({ failure: 'not-sent', retryAfterMs: 1_000 });
  for (let time = 0; time < 5; time += 1) expect(await write(7n)).toBe('done');
  await expect(write(7n)).rejects.toMatchObject({ retryAfterMs: 1_000 });
  await expect(tell(7n)).rejects.toMatchObject({ retryAfterMs: 6_000 });
  expect(await tell(8n)).toBe('done');
  passes(6_000);
  expect(await tell(7n)).toBe('done');
});

test('screens go before what is small, and hold back nothing else, however many they are', async () => {
  const { write, tell, show, passes } = start();
  for (let time = 0; time < 200; time += 1) show(7n);
  await expect(tell(7n)).rejects.toMatchObject({ failure: 'not-sent', retryAfterMs: 6_000 });
  for (let time = 0; time < 20; time += 1) expect(await write(7n)).toBe('done');
  passes(26_000);
  expect(await tell(7n)).toBe('done');
});

test('what is small and too much for one chat comes again one by one, not all at once', async () => {
  const { tell, passes } = start();
  for (let nth = 0; nth < 15; nth += 1) await tell(7n);
  const again = await Promise.all(
    [1, 2, 3].map(() => tell(7n).catch((error: DeliveryError) => error.retryAfterMs)),
  );
  expect(again).toEqual([1_000, 2_000, 3_000]);
  for (const ms of [1_000, 1_000, 1_000]) {
    passes(ms);
    expect(await tell(7n)).toBe('done');
  }
});

test('what is small does not wait long for its bot, but comes again when it is its turn', async () => {
  vi.useFakeTimers();
  const { tell, write, passes } = start();
  const writing = Array.from({ length: 60 }, (_, nth) => write(BigInt(nth)));
  const again = await Promise.all(
    [1, 2].map(() => tell(100n).catch((error: DeliveryError) => error.retryAfterMs)),
  );
  expect(again).toEqual([1_440, 1_480]);
  passes(2_000);
  await vi.advanceTimersByTimeAsync(2_000);
  await Promise.all(writing);
  expect(await tell(100n)).toBe('done');
  vi.useRealTimers();
});

test('a bot that sends copies at their full pace has room at once for what somebody waits for', async () => {
  const { write, tell, passes } = start();
  for (let copy = 0n; copy < 400n; copy += 1n) {
    await tell(1_000n + copy);
    passes(50);
  }
  // Whoever had to wait would wait for ever: nobody moves this clock meanwhile.
  for (let person = 0n; person < 20n; person += 1n) expect(await write(person)).toBe('done');
});
