import { expect, test } from 'vitest';
import { createCopyThrottle } from '../../../src/modules/broadcasts/sending/copy-throttle.ts';

/** Sends as fast as it may for some seconds. @returns the bots, in the order of their copies */
function sendFor(seconds: number, bots: readonly number[], { perSecond = 100, hold = 0 } = {}): number[] {
  let now = 0;
  const throttle = createCopyThrottle({ now: () => now, perSecond });
  const sent: number[] = [];
  if (hold > 0) throttle.hold(bots[0] ?? 0, hold);
  for (;;) {
    const turn = throttle.next(bots);
    if ('botId' in turn) sent.push(turn.botId);
    else now += turn.waitMs;
    if (now >= seconds * 1_000) return sent;
  }
}

const countOf = (sent: readonly number[], bot: number) => sent.filter((one) => one === bot).length;

test('one bot sends 20 a second, however fast the platform may', () => {
  expect(sendFor(10, [1])).toHaveLength(200);
});

test('all bots together keep the pace of the platform, and each has its turn', () => {
  const bots = Array.from({ length: 20 }, (_, index) => index + 1);
  const sent = sendFor(10, bots);
  expect(sent).toHaveLength(1_000);
  for (const bot of bots) expect(countOf(sent, bot)).toBe(50);
  expect(new Set(sent.slice(0, 20)).size).toBe(20);
});

test('a bot that is held back holds up nobody else', () => {
  const sent = sendFor(10, [1, 2], { hold: 5_000 });
  expect([countOf(sent, 1), countOf(sent, 2)]).toEqual([100, 200]);
});

test('without a bot there is nothing to wait for', () => {
  const throttle = createCopyThrottle({ now: () => 0, perSecond: 100 });
  expect(throttle.next([])).toEqual({ waitMs: Number.POSITIVE_INFINITY });
});
