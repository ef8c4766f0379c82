import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import type { Services } from '../../../src/modules/services.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { createBotFactory } from '../../../src/telegram/bots/bot-factory.ts';
import type { MainContext, SellerContext } from '../../../src/telegram/common/context.ts';
import { createIdentity as createMainIdentity } from '../../../src/telegram/main-bot/identity.ts';
import { createTelegramHttp } from '../../../src/telegram/outgoing/http-client.ts';
import { createIdentity as createSellerIdentity } from '../../../src/telegram/seller-bot/identity.ts';

const OWNER = 500;
const BUYER = 700;
const identity = { telegramBotId: 7n, username: 'shop_bot', name: 'Shop' };
const scope = {
  botId: 1,
  telegramBotId: 7n,
  botUsername: 'shop_bot',
  ownerId: 1,
  ownerTelegramUserId: BigInt(OWNER),
};
const owner = { id: 1, language: 'uz' };
const endUser = { id: 3, language: 'ru', hasOpenQuestion: false };
const storefront = { offers: [] };

/** What was read and written, in order; whatever is named in `broken` cannot be read. */
let asked: string[];
let broken: Set<string>;

beforeEach(() => {
  asked = [];
  broken = new Set();
});

async function answer<T>(what: string, value: T): Promise<T> {
  asked.push(what);
  await Promise.resolve();
  if (broken.has(what)) throw new Error(`${what} cannot be read`);
  return value;
}

const deps = {
  services: {
    owners: {
      recall: () => answer('owner by Telegram id', owner),
      visit: () => answer('visit of the owner', owner),
      getById: () => answer('owner of the bot', owner),
    },
    endUsers: {
      recall: () => answer('end user', endUser),
      visit: () => answer('visit of the end user', endUser),
    },
    storefront: {
      enter: () => answer('storefront with its visitor', { known: endUser, window: storefront }),
    },
  } as unknown as Services,
  moderatorIds: [],
  clock: systemClock,
  timeZone: 'Asia/Tashkent',
  logger: pino({ level: 'silent' }),
  report: () => undefined,
  mainBotUsername: () => Promise.resolve('getolog_bot'),
  managesBots: () => Promise.resolve(false),
};

const factory = createBotFactory({ http: createTelegramHttp(), apiRoot: 'http://127.0.0.1:1' });

/** A seller bot that does nothing but know who speaks, and then what is given. */
function seller(act: (context: SellerContext) => Promise<unknown> = () => Promise.resolve()) {
  const { bind, prefetch, middleware } = createSellerIdentity(deps);
  const composer = async (context: SellerContext) =>
    void (await middleware(context, async () => void (await act(context))));
  return factory.build<SellerContext>(
    `7:${'t'.repeat(35)}`,
    identity,
    (context) => {
      context.scope = scope;
    },
    { bind, prefetch, composer },
  );
}

function message(text: string, from = BUYER, chat: object = { id: from, type: 'private', first_name: 'A' }) {
  return {
    update_id: 1,
    message: { message_id: 1, date: 0, chat, from: { id: from, is_bot: false, first_name: 'A' }, text },
  } as Parameters<ReturnType<typeof seller>['prepare']>[0];
}

test('who speaks is read once, before the update is handled', async () => {
  const handle = seller(({ load }) => Promise.all([load.visitor(), load.visitor()])).prepare(
    message('hello'),
  );
  expect(asked).toEqual(['end user']);
  await handle('fine');
  expect(asked).toEqual(['end user', 'visit of the end user']);
});

test('the storefront and who stands before it are read in one statement', async () => {
  let shown: unknown;
  const handle = seller(async ({ load }) => {
    shown = await load.storefront();
  }).prepare(message('/start'));
  expect(asked).toEqual(['storefront with its visitor']);
  await handle('fine');
  expect(asked).toEqual(['storefront with its visitor', 'visit of the end user']);
  expect(shown).toBe(storefront);
});

test('a storefront that nobody asked for ahead is read when it is needed', async () => {
  await seller(({ load }) => Promise.all([load.storefront(), load.storefront()])).prepare(message('hello'))(
    'fine',
  );
  expect(asked).toEqual(['end user', 'visit of the end user', 'storefront with its visitor']);
});

test('the owner is no end user before they act as one, and then one visit', async () => {
  await seller(() => Promise.resolve()).prepare(message('/start', OWNER))('fine');
  expect(asked).toEqual(['owner of the bot']);
  asked = [];
  await seller(({ endUser }) => Promise.all([endUser(), endUser()])).prepare(message('/start', OWNER))(
    'fine',
  );
  expect(asked).toEqual(['owner of the bot', 'end user', 'visit of the end user']);
});

test('what is said in a group makes nobody read', async () => {
  const handle = seller().prepare(message('hello', BUYER, { id: -5, type: 'supergroup', title: 'Group' }));
  await handle('fine');
  expect(asked).toEqual([]);
});

test.each([
  ['hello', 'end user'],
  ['/start', 'storefront with its visitor'],
] as const)(
  'a read ahead of %s that fails is heard by whoever handles it, and ends nothing else',
  async (text, what) => {
    broken.add(what);
    // Another process has the update: nobody will ask.
    seller().prepare(message(text));
    await new Promise((resolve) => setImmediate(resolve));
    await expect(seller().prepare(message(text))('fine')).rejects.toThrow(`${what} cannot be read`);
    expect(asked).toEqual([what, what]);
  },
);

test('the main bot reads its owner the same way', async () => {
  const { bind, prefetch, middleware } = createMainIdentity(deps);
  const bot = factory.build<MainContext>(`1:${'m'.repeat(35)}`, identity, () => undefined, {
    bind,
    prefetch,
    composer: middleware,
  });
  const handle = bot.prepare(message('hello'));
  expect(asked).toEqual(['owner by Telegram id']);
  await handle('fine');
  expect(asked).toEqual(['owner by Telegram id', 'visit of the owner']);
});
