import { describe, expect, it } from 'vitest';
import { signInitData } from '../../../sandbox/world/web-apps.ts';
import { readInitData } from '../../../src/panel/session/init-data.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/shared/durations.ts';
import { initDataOf } from '../../support/panel/ask-panel.ts';

const botToken = '123456:AAExampleOfATokenThatIsNobodysAtAll0';
const now = new Date('2026-11-21T09:00:00Z');
const owner = { id: 712_000_012 };
const read = (initData: string) => readInitData(initData, { botToken, now });
const openedAt = (at: Date) => initDataOf(owner, { botToken, at });
const ago = (ms: number) => new Date(now.getTime() - ms);
const authDate = String(now.getTime() / 1_000);

describe('init data of a Mini App', () => {
  it('names whom Telegram signed for, the signature for third parties among its pairs', () => {
    const initData = openedAt(now);
    const hash = new URLSearchParams(initData).get('hash');
    expect(read(initData)).toEqual({ telegramUserId: 712_000_012n, signed: { at: now, hash } });
  });

  it('is as good after 23 hours and up to a minute early, as clocks differ', () => {
    expect(read(openedAt(ago(23 * HOUR_MS)))).toMatchObject({ telegramUserId: 712_000_012n });
    expect(read(openedAt(ago(-30_000)))).toMatchObject({ telegramUserId: 712_000_012n });
  });

  it('is stale after a day', () => {
    expect(read(openedAt(ago(25 * HOUR_MS)))).toBe('stale');
    expect(read(openedAt(ago(300 * DAY_MS)))).toBe('stale');
  });

  const right = openedAt(now);
  const withUser = (user: string) => signInitData({ user, auth_date: authDate }, botToken);
  it.each([
    ['one byte changed', right.replace('Aziz', 'Azif')],
    ['a hash that is missing', right.replace(/&hash=\w+/, '')],
    ['a hash that is short', right.slice(0, -1)],
    ['a hash in capitals', right.replace(/hash=(\w+)/, (_, hash: string) => `hash=${hash.toUpperCase()}`)],
    ['a pair twice', `${right}&auth_date=${authDate}`],
    ['another bot’s signature', initDataOf(owner, { botToken: `9${botToken}`, at: now })],
    ['a time ahead of ours', openedAt(ago(-2 * MINUTE_MS))],
    ['no time', signInitData({ user: '{"id":1}' }, botToken)],
    ['a time that is none', signInitData({ user: '{"id":1}', auth_date: 'soon' }, botToken)],
    ['nobody', signInitData({ auth_date: authDate }, botToken)],
    ['a bot', withUser('{"id":1,"is_bot":true}')],
    ['an id that no number holds', withUser(`{"id":${2 ** 52}}`)],
    ['an id that is a text', withUser('{"id":"1"}')],
    ['what is no JSON', withUser('{')],
    [
      'more than Telegram sends',
      signInitData({ user: '{"id":1}', auth_date: authDate, x: 'x'.repeat(8_192) }, botToken),
    ],
    ['nothing', ''],
  ])('with %s is refused', (_, initData) => {
    expect(read(initData)).toBe('bad');
  });
});
