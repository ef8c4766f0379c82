import { pino } from 'pino';
import type { Services } from '../../src/modules/services.ts';
import type * as clockModule from '../../src/shared/clock.ts';
import type { BotDeps } from '../../src/telegram/bots/bot-deps.ts';
import type * as factoryModule from '../../src/telegram/bots/bot-factory.ts';
import type * as botsModule from '../../src/telegram/bots/bots.ts';
import type * as mainModule from '../../src/telegram/main-bot/composer.ts';
import type * as httpModule from '../../src/telegram/outgoing/http-client.ts';
import type * as sellerModule from '../../src/telegram/seller-bot/composer.ts';
import { built } from '../support/dist.ts';

const { systemClock } = await built<typeof clockModule>('shared/clock.js');
const { createBotFactory } = await built<typeof factoryModule>('telegram/bots/bot-factory.js');
const { createBots } = await built<typeof botsModule>('telegram/bots/bots.js');
const { createTelegramHttp } = await built<typeof httpModule>('telegram/outgoing/http-client.js');
const { createMainBot } = await built<typeof mainModule>('telegram/main-bot/composer.js');
const { createSellerBot } = await built<typeof sellerModule>('telegram/seller-bot/composer.js');

const FIRST_BOT = 7_000_000_000;

function usedBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Both composers as they are; no update comes, so nothing of the product is asked for. */
function newBots() {
  const deps: BotDeps = {
    services: {} as Services,
    moderatorIds: [],
    clock: systemClock,
    timeZone: 'Asia/Tashkent',
    logger: pino({ level: 'silent' }),
    report: () => undefined,
    mainBotUsername: () => Promise.resolve('getolog_bot'),
    managesBots: () => Promise.resolve(false),
  };
  const main = createMainBot(deps, { typed: () => '', pages: undefined });
  const seller = createSellerBot(deps);
  return createBots({
    factory: createBotFactory({ http: createTelegramHttp(), apiRoot: 'http://127.0.0.1:1' }),
    mainBotToken: `1:${'m'.repeat(35)}`,
    mainBotId: 1n,
    mainBot: () => main,
    sellerBot: () => seller,
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
}

async function bytesEach(count: number): Promise<number> {
  const { registry } = newBots();
  await registry.get(BigInt(FIRST_BOT - 1));
  const before = usedBytes();
  for (let number = 0; number < count; number += 1) await registry.get(BigInt(FIRST_BOT + number));
  const bytes = (usedBytes() - before) / count;
  if (registry.size !== count + 1) throw new Error('Not every bot is resident');
  return bytes;
}

const each: Record<string, number> = {};
for (const count of [1_000, 10_000]) each[count] = await bytesEach(count);
process.stdout.write(`${JSON.stringify(each)}\n`);
process.exit(0);
