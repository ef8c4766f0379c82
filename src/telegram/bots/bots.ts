import type { Api } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import { suggestLanguage, translator } from '../../infra/i18n/i18n.ts';
import { DeliveryError, isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { BotDirectory } from '../../modules/seller-bots/bot-directory.ts';
import type { BotIdentity } from '../../modules/seller-bots/bot-gateway.ts';
import type { MainContext, SellerContext } from '../common/context.ts';
import { toDeliveryError } from '../outgoing/api-errors.ts';
import type { BotFactory, BotKind } from './bot-factory.ts';
import { type BotRegistry, createBotRegistry, type RegisteredBot } from './bot-registry.ts';

export interface BotsDeps {
  factory: BotFactory;
  findRunnable: BotDirectory['findRunnable'];
  mainBotToken: string;
  mainBotId: bigint;
  mainBot: () => BotKind<MainContext>;
  sellerBot: () => BotKind<SellerContext>;
}

/** Every bot that this process can speak and listen through. */
export interface Bots {
  registry: BotRegistry;
  /** @throws DeliveryError `token-dead` for a bot that nobody runs */
  apiOf(via: 'main' | bigint): Promise<Api>;
  mainBotUsername(): Promise<string>;
  /** Whether it may manage bots of others; false where Telegram does not say now. */
  managesBots(): Promise<boolean>;
  /** It may have another username by now, or manage bots. */
  forgetMainBotUsername(): void;
}

export function createBots(deps: BotsDeps): Bots {
  const { factory, mainBotId } = deps;

  const registry = createBotRegistry(async (telegramBotId) =>
    telegramBotId === mainBotId ? buildMain() : buildSeller(telegramBotId),
  );

  function buildMain(): RegisteredBot {
    // Its username is asked for when a link needs it: the server starts while Telegram is unavailable.
    const identity: BotIdentity = { telegramBotId: mainBotId, username: 'getolog', name: 'Getolog' };
    return factory.build<MainContext>(deps.mainBotToken, identity, bindLanguage, deps.mainBot());
  }

  async function buildSeller(telegramBotId: bigint): Promise<RegisteredBot | null> {
    const bot = await deps.findRunnable(telegramBotId);
    if (!bot) return null;
    return factory.build<SellerContext>(
      bot.token,
      bot.identity,
      (context) => {
        bindLanguage(context);
        context.scope = bot.scope;
      },
      deps.sellerBot(),
    );
  }

  /** Until the person is known: an apology must find its words even when the database is unavailable. */
  function bindLanguage(context: MainContext | SellerContext): void {
    context.t = translator(suggestLanguage(context.from?.language_code));
  }

  async function apiOf(via: 'main' | bigint): Promise<Api> {
    const bot = await registry.get(via === 'main' ? mainBotId : via);
    if (!bot) throw new DeliveryError('token-dead');
    return bot.api;
  }

  let me: Promise<UserFromGetMe> | undefined;

  function askMainBot(): Promise<UserFromGetMe> {
    me ??= apiOf('main')
      .then((api) => api.getMe())
      .catch((error: unknown) => {
        me = undefined;
        throw toDeliveryError(error);
      });
    return me;
  }

  return {
    registry,
    apiOf,
    mainBotUsername: async () => (await askMainBot()).username,
    async managesBots() {
      try {
        return (await askMainBot()).can_manage_bots === true;
      } catch (error) {
        if (isDeliveryFailure(error, 'not-sent', 'unknown')) return false;
        throw error;
      }
    },
    forgetMainBotUsername() {
      me = undefined;
    },
  };
}
