import type { Update } from 'grammy/types';
import { expect, test } from 'vitest';
import { countedPersonOf } from '../../../src/telegram/middleware/rate-limit.ts';

const from = { id: 700, is_bot: false, first_name: 'A' };
const chat = { ...from, type: 'private' as const };
const group = { id: -5, type: 'supergroup', title: 'Group' };
const TOKEN = `123456789:${'t'.repeat(35)}`;

function press(data: string, where: object = chat): Update {
  const message = { message_id: 1, date: 0, chat: where };
  return { update_id: 1, callback_query: { id: '1', from, data, message, chat_instance: '' } } as Update;
}

function message(more: object, where: object = chat): Update {
  return { update_id: 1, message: { message_id: 1, date: 0, from, chat: where, ...more } } as Update;
}

test.each([
  'plan:1',
  'pay:1:card',
  'cancel:1',
  'approve:1',
  'reject:1',
  'review:1',
  'reject:1:text',
  'reject:1:unreadable',
  'revert:1',
  'revert:1:yes',
  'mod:tariff-approve:1',
  'mod:tariff-reject:1',
])('money and decisions are never held back: %s', (data) => {
  expect(countedPersonOf(press(data))).toBeNull();
});

test.each([
  'home',
  'mysub',
  'relink:1',
  'plan-off:1',
  'plan-on:1',
  'price:1:1',
  'receipt:1',
  'restore:1',
  'tariff:1',
  'bot:7:pending',
  'mod:tariff:1',
  'mod:tariffs',
  'mod:payments:all:0',
  'user:1:grant:1',
  // What only looks like one of those.
  'plan:',
  'plan:one',
  'plan:1:2',
  'pay:1:cash',
  'again approve:1',
])('every other press counts: %s', (data) => {
  expect(countedPersonOf(press(data))).toBe(from.id);
});

test.each([
  ['a photo', { photo: [] }],
  ['a photo with words', { photo: [], caption: 'Paid for May' }],
  ['a document', { document: {} }],
])('a receipt is never held back: %s', (_what, more) => {
  expect(countedPersonOf(message(more))).toBeNull();
});

test.each([
  ['words', { text: 'hello' }],
  ['a sticker', { sticker: {} }],
  ['a token below a picture', { photo: [], caption: TOKEN }],
])('every other message counts: %s', (_what, more) => {
  expect(countedPersonOf(message(more))).toBe(from.id);
});

test('what happens in a group, or to somebody’s membership, counts for nobody', () => {
  expect(countedPersonOf(press('home', group))).toBeNull();
  expect(countedPersonOf(message({ text: 'hello' }, group))).toBeNull();
  expect(
    countedPersonOf({ update_id: 1, chat_member: { chat, from, date: 0 } } as unknown as Update),
  ).toBeNull();
});
