import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { openShop } from '../../support/shop.ts';

let platform: Platform;

beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(async () => {
  await platform.closesClean();
});

test('a bot sells while Telegram holds its commands back, and has them later', async () => {
  const { telegram } = platform;
  const letThrough = telegram.failAll('setMyCommands', { kind: 'tooManyRequests', retryAfter: 1 });
  const { shop } = await openShop(platform);
  letThrough();
  let set = 0;
  const counts = ({ method, bot }: { method: string; bot: string }) => {
    if (method === 'setMyCommands' && bot === shop.username) set += 1;
    return false;
  };
  telegram.failAll(counts, { kind: 'dropBefore' });
  // Three languages, and one for everybody else.
  await telegram.until(() => set === 4, { what: 'the commands to be set' });
});

test.each([404, 501])(
  'a server that answers %d to what introduces a bot has bots that sell',
  async (status) => {
    const { telegram, database } = platform;
    for (const method of ['getMyDescription', 'getMyShortDescription']) {
      telegram.failAll(method, { kind: 'serverError', status });
    }
    const { shop } = await openShop(platform);
    const bot = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: shop.id } });
    expect(bot).toMatchObject({ isActive: true, tokenDeadAt: null });
  },
);
