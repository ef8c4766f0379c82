import { pino } from 'pino';
import type * as serverModule from '../../src/http/server.ts';
import type * as secretModule from '../../src/infra/crypto/webhook-secret.ts';
import type * as factoryModule from '../../src/telegram/bots/bot-factory.ts';
import type * as botsModule from '../../src/telegram/bots/bots.ts';
import type { SellerContext } from '../../src/telegram/common/context.ts';
import type * as intakeModule from '../../src/telegram/intake/webhook-intake.ts';
import type * as composerModule from '../../src/telegram/middleware/composer.ts';
import type * as httpModule from '../../src/telegram/outgoing/http-client.ts';
import { built } from '../support/dist.ts';

/** The real route, registry and factory, and a composer that all bots share; no Redis, no database, no call. */
const [
  { createServer },
  { createWebhookSecrets },
  { createBotFactory },
  { createBots },
  { createWebhookIntake },
  { Composer },
  { createTelegramHttp },
] = await Promise.all([
  built<typeof serverModule>('http/server.js'),
  built<typeof secretModule>('infra/crypto/webhook-secret.js'),
  built<typeof factoryModule>('telegram/bots/bot-factory.js'),
  built<typeof botsModule>('telegram/bots/bots.js'),
  built<typeof intakeModule>('telegram/intake/webhook-intake.js'),
  built<typeof composerModule>('telegram/middleware/composer.js'),
  built<typeof httpModule>('telegram/outgoing/http-client.js'),
]);

const composer = new Composer<SellerContext>();
let handled = 0;
composer.chatType('private').command('start', () => {
  handled += 1;
});

/** Nobody is looked up here. */
const unread = { bind: () => undefined, prefetch: () => undefined };

const { registry } = createBots({
  factory: createBotFactory({ http: createTelegramHttp(), apiRoot: 'http://127.0.0.1:1' }),
  mainBotToken: `1:${'m'.repeat(35)}`,
  mainBotId: 1n,
  mainBot: () => ({ composer: new Composer(), ...unread }),
  sellerBot: () => ({ composer, ...unread }),
  findRunnable: async (telegramBotId) => ({
    identity: { telegramBotId, username: `shop_${telegramBotId}_bot`, name: 'Shop' },
    token: `${telegramBotId}:${'t'.repeat(35)}`,
    scope: {
      botId: Number(telegramBotId),
      telegramBotId,
      botUsername: `shop_${telegramBotId}_bot`,
      ownerId: 1,
      ownerTelegramUserId: 1n,
    },
  }),
});

/** Nobody asks here for what operators see. */
const unasked = (): Promise<never> => Promise.reject(new Error('Not measured'));

const app = createServer({
  trustProxy: [],
  report: (error) => {
    throw error;
  },
  callbacks: null,
  panel: null,
  metricsToken: undefined,
  monitoring: {
    readHealth: unasked,
    readHealthMetrics: unasked,
    metricsType: '',
    renderMetrics: unasked,
  },
  webhook: {
    secrets: createWebhookSecrets([process.env['ENCRYPTION_KEY'] ?? '']),
    observeRefusal: () => undefined,
    intake: createWebhookIntake({
      logger: pino({ level: 'silent' }),
      receiver: {
        async receive(telegramBotId, update) {
          const bot = await registry.get(telegramBotId);
          if (!bot) return 'unknown-bot';
          const before = handled;
          await bot.prepare(update)('fine');
          // An update that went past the handler would make a fine number.
          return handled > before ? 'handled' : 'unavailable';
        },
        ignore: unasked,
      },
    }),
  },
});
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
