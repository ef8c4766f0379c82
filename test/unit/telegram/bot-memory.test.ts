import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Services } from '../../../src/modules/services.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { createBotFactory } from '../../../src/telegram/bots/bot-factory.ts';
import { createBots } from '../../../src/telegram/bots/bots.ts';
import { createMainBot } from '../../../src/telegram/main-bot/composer.ts';
import { createTelegramHttp } from '../../../src/telegram/outgoing/http-client.ts';
import { createSellerBot } from '../../../src/telegram/seller-bot/composer.ts';

const BOTS = 2_000;
const LIMIT_BYTES = 20 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What files before this one left behind goes over several collections: it has to be gone before anything is compared. */
const COLLECTIONS = 12;

async function usedBytes(): Promise<number> {
  for (let turn = 0; turn < COLLECTIONS; turn += 1) {
    collectGarbage();
    // What only waits for its turn to let go does so.
    await new Promise(setImmediate);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test('two thousand bots cost at most 20 MB more than none', async () => {
  const deps = {
    // No update is handled here, so nothing of the product is asked for.
    services: {} as Services,
    moderatorIds: [],
    clock: systemClock,
    timeZone: 'Asia/Tashkent',
    logger: pino({ level: 'silent' }),
    report: () => undefined,
    mainBotUsername: () => Promise.resolve('getolog_bot'),
    managesBots: () => Promise.resolve(false),
  };
  const sellerBot = createSellerBot(deps);
  const mainBot = createMainBot(deps, { typed: () => '', pages: undefined });
  const bots = createBots({
    factory: createBotFactory({ http: createTelegramHttp(), apiRoot: 'http://127.0.0.1:1' }),
    mainBotToken: `1:${'m'.repeat(35)}`,
    mainBotId: 1n,
    mainBot: () => mainBot,
    sellerBot: () => sellerBot,
    findRunnable: async (telegramBotId) => ({
      identity: { telegramBotId, username: `shop_${telegramBotId}_bot`, name: `Shop ${telegramBotId}` },
      token: `${telegramBotId}:${String(telegramBotId).padStart(35, 't')}`,
      scope: {
        botId: Number(telegramBotId),
        telegramBotId,
        botUsername: `shop_${telegramBotId}_bot`,
        ownerId: Number(telegramBotId),
        ownerTelegramUserId: telegramBotId,
      },
    }),
  });
  const before = await usedBytes();
  for (let number = 0; number < BOTS; number += 1) await bots.registry.get(BigInt(7_000_000_000 + number));
  const after = await usedBytes();

  expect(bots.registry.size).toBe(BOTS);
  expect(after - before).toBeLessThan(LIMIT_BYTES);
  // Bots that cost next to nothing would mean that none was built.
  expect(after - before).toBeGreaterThan(BOTS * 500);
});
