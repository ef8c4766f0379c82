import {
  FISCAL_FIELDS,
  nextFiscalField,
  withFiscalAnswer,
} from '../../../modules/merchant-accounts/fiscal-questions.ts';
import type { Provider } from '../../../modules/merchant-accounts/merchant-account.ts';
import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, ownerIn, typedValueOf } from '../../common/context.ts';
import { ask, closeQuestion } from '../../common/questions.ts';
import {
  BOT_PAY,
  BOT_PAY_CONNECT,
  BOT_PAY_FISCAL,
  BOT_PAY_KEYS,
  BOT_PAY_METHOD,
  BOT_PAY_OFF,
  BOT_PAY_ON,
  BOT_PAY_REMOVE,
  BOT_PAY_REMOVE_YES,
  BOT_PAY_TEST,
  BOT_PAY_URLS,
} from '../../common/routes.ts';
import { type Screen, send, show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import { askFiscalScreen } from '../../views/payments/key-questions.ts';
import {
  askRemoveProviderScreen,
  cardMethodScreen,
  fiscalElsewhereScreen,
  methodsScreen,
  neededScreen,
  pasteScreen,
  providerScreen,
  testOrderScreen,
} from '../../views/payments/methods.ts';
import { starsMethodScreen } from '../../views/payments/stars.ts';
import type { connectionFee } from './connection-fee.ts';
import type { keyQuestions } from './key-questions.ts';

/** How buyers of a bot pay: the card, and the providers that its owner connects. */
export function paymentMethods(
  deps: BotDeps,
  { fee, keys }: { fee: ReturnType<typeof connectionFee>; keys: ReturnType<typeof keyQuestions> },
): { composer: Composer<MainContext>; answers: AnswerHandlers<MainContext> } {
  const { merchantAccounts, openQuestions, sellerBots, starSetup, testOrders } = deps.services;
  const composer = new Composer<MainContext>();

  const open = (context: MainContext, telegramBotId: bigint) =>
    sellerBots.openBot(ownerIn(context), telegramBotId);

  async function listPage(context: MainContext, telegramBotId: bigint): Promise<Screen> {
    const { scope, bot } = await open(context, telegramBotId);
    const [methods, stars] = await Promise.all([
      merchantAccounts.openMethods(scope, ownerIn(context)),
      starSetup.open(scope, ownerIn(context)),
    ]);
    return methodsScreen(viewerOf(context, deps), bot, { ...methods, stars });
  }

  async function methodPage(
    context: MainContext,
    telegramBotId: bigint,
    method: 'card' | 'stars' | Provider,
  ): Promise<Screen> {
    const { scope, bot } = await open(context, telegramBotId);
    const viewer = viewerOf(context, deps);
    if (method === 'stars') {
      return starsMethodScreen(viewer, bot, await starSetup.open(scope, ownerIn(context)));
    }
    const methods = await merchantAccounts.openMethods(scope, ownerIn(context));
    if (method === 'card') return cardMethodScreen(viewer, bot, methods);
    const account = await merchantAccounts.openAccount(scope, ownerIn(context), method);
    return providerScreen(viewer, { bot, provider: method, account, methods });
  }

  onPress(composer, BOT_PAY, async (context, telegramBotId) =>
    show(context, await listPage(context, telegramBotId)),
  );

  onPress(composer, BOT_PAY_METHOD, async (context, telegramBotId, method) =>
    show(context, await methodPage(context, telegramBotId, method)),
  );

  for (const [pressed, isOn] of [
    [BOT_PAY_ON, true],
    [BOT_PAY_OFF, false],
  ] as const) {
    onPress(composer, pressed, async (context, telegramBotId, method) => {
      const { scope } = await open(context, telegramBotId);
      const actor = ownerIn(context);
      if (method === 'card') await merchantAccounts.switchCard(scope, actor, isOn);
      else if (method === 'stars') await starSetup.switchStars(scope, actor, isOn);
      else await merchantAccounts.switchProvider(scope, actor, method, isOn);
      await show(context, await methodPage(context, telegramBotId, method));
    });
  }

  /** Leads on to whatever is missing. */
  async function connect(context: MainContext, telegramBotId: bigint, provider: Provider): Promise<void> {
    const { scope, bot } = await open(context, telegramBotId);
    const next = await merchantAccounts.connect(scope, ownerIn(context), provider);
    switch (next.step) {
      case 'fee':
        return fee.offer(context, next.accountId);
      case 'keys':
        return keys.askOwner(context, { accountId: next.accountId, telegramBotId, provider });
      case 'connected':
        return show(context, await methodPage(context, telegramBotId, provider));
      default:
        return show(context, neededScreen(viewerOf(context, deps), bot, provider, next.step));
    }
  }

  onPress(composer, BOT_PAY_CONNECT, connect);

  onPress(composer, BOT_PAY_KEYS, async (context, telegramBotId, provider) => {
    const { scope } = await open(context, telegramBotId);
    const account = await merchantAccounts.openAccount(scope, ownerIn(context), provider);
    // First things first: what has no fee yet has no keys.
    if (!account?.feePaidAt) return connect(context, telegramBotId, provider);
    const { accountId } = account;
    await keys.askOwner(context, { accountId, telegramBotId, provider });
  });

  onPress(composer, BOT_PAY_URLS, async (context, telegramBotId, provider) => {
    const { scope, bot } = await open(context, telegramBotId);
    const address = merchantAccounts.addressOf(scope, provider);
    const viewer = viewerOf(context, deps);
    await show(
      context,
      address === null
        ? neededScreen(viewer, bot, provider, 'needsAddress')
        : pasteScreen(viewer, bot, provider, address),
    );
  });

  onPress(composer, BOT_PAY_TEST, async (context, telegramBotId, provider) => {
    const { scope, bot } = await open(context, telegramBotId);
    const order = await testOrders.order(scope, ownerIn(context), provider);
    const account = await merchantAccounts.openAccount(scope, ownerIn(context), provider);
    const hasTestKey = account?.hasTestKey ?? false;
    await send(context, testOrderScreen(viewerOf(context, deps), bot, { ...order, provider, hasTestKey }));
  });

  onPress(composer, BOT_PAY_REMOVE, async (context, telegramBotId, provider) => {
    const { bot } = await open(context, telegramBotId);
    await show(context, askRemoveProviderScreen(viewerOf(context, deps), bot, provider));
  });

  onPress(composer, BOT_PAY_REMOVE_YES, async (context, telegramBotId, provider) => {
    const { scope } = await open(context, telegramBotId);
    await merchantAccounts.remove(scope, ownerIn(context), provider);
    await show(context, await listPage(context, telegramBotId));
  });

  onPress(composer, BOT_PAY_FISCAL, async (context, telegramBotId, provider) => {
    const { scope, bot } = await open(context, telegramBotId);
    const viewer = viewerOf(context, deps);
    if (!(await merchantAccounts.openAccount(scope, ownerIn(context), provider))) {
      return show(context, await methodPage(context, telegramBotId, provider));
    }
    if (provider !== 'payme') return show(context, fiscalElsewhereScreen(viewer, bot, provider));
    const question = { question: 'fiscalData', telegramBotId: String(telegramBotId), provider } as const;
    await ask(context, openQuestions, { ...question, given: [] });
    const [first] = FISCAL_FIELDS;
    const back = BOT_PAY_METHOD.data(telegramBotId, provider);
    await show(context, askFiscalScreen(viewer, first, { back, isAgain: false }));
  });

  const answers: AnswerHandlers<MainContext> = {
    async fiscalData(context, asked) {
      const { provider, given } = asked;
      const telegramBotId = BigInt(asked.telegramBotId);
      const { scope } = await open(context, telegramBotId);
      const viewer = viewerOf(context, deps);
      const back = BOT_PAY_METHOD.data(telegramBotId, provider);
      const field = nextFiscalField(given) ?? FISCAL_FIELDS[0];
      const taken = withFiscalAnswer(given, field, typedValueOf(context));
      if (!taken) return send(context, askFiscalScreen(viewer, field, { back, isAgain: true }));
      const next = nextFiscalField(taken);
      if (next) {
        await ask(context, openQuestions, { ...asked, given: [...taken] });
        return send(context, askFiscalScreen(viewer, next, { back, isAgain: false }));
      }
      await merchantAccounts.setFiscal(scope, ownerIn(context), { provider, answers: taken });
      await closeQuestion(context, openQuestions);
      await send(context, await methodPage(context, telegramBotId, provider));
    },
  };

  return { composer, answers };
}
