import { expect, test } from 'vitest';
import { newBotLink } from '../../../src/modules/seller-bots/managed/new-bot-link.ts';

test.each([
  ['Aziz', 'aziz_bot'],
  ['Oʻktam Gʻaniyev', 'oktam_ganiyev_bot'],
  ['Шаҳноза', 'shahnoza_bot'],
  ['2-Shop', 'shop_bot'],
  ['🌸 7', 'my_shop_bot'],
  ['Abdurahmonbek Xoʻjamuhammadov-Nasriddinov', 'abdurahmonbek_xojamuhammadov_bot'],
  ['', 'my_shop_bot'],
])('%j is suggested as @%s', (name, username) => {
  const link = new URL(newBotLink('getolog_bot', name));
  expect(link.pathname).toBe(`/newbot/getolog_bot/${username}`);
  expect(username).toMatch(/^[a-z]\w{0,27}_bot$/);
  expect(link.searchParams.get('name')).toBe(name || 'Getolog');
});

test('a name that is longer than Telegram takes is cut between characters', () => {
  const name = new URL(newBotLink('getolog_bot', '😀'.repeat(80))).searchParams.get('name') ?? '';
  expect(Array.from(name)).toHaveLength(64);
});
