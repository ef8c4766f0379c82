import { Api, type ApiClientOptions, Bot, BotError, type Middleware } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import type { RegisteredBot } from './bot-registry.ts';
import type { BotContext } from './context.ts';
import { CALL_TIMEOUT_SECONDS, type TelegramHttp } from './http-client.ts';

interface BotIdentityCard {
  telegramBotId: bigint;
  username: string;
  name: string;
}

export interface BotFactory {
  /** A bot that shares `composer` with every other bot of its kind; `bind` says whose it is. */
  build<C extends BotContext>(
    token: string,
    identity: BotIdentityCard,
    bind: (context: C) => void,
    composer: Middleware<C>,
  ): RegisteredBot;
  /** Calls in the name of a token that is no bot of ours yet. */
  api(token: string): Api;
}

export function createBotFactory(deps: { http: TelegramHttp; apiRoot: string }): BotFactory {
  const client: ApiClientOptions = {
    apiRoot: deps.apiRoot,
    fetch: deps.http.fetch,
    timeoutSeconds: CALL_TIMEOUT_SECONDS,
  };
  return {
    build<C extends BotContext>(
      token: string,
      identity: BotIdentityCard,
      bind: (context: C) => void,
      composer: Middleware<C>,
    ) {
      const bot = new Bot<C>(token, { client, botInfo: toBotInfo(identity) });
      bot.use((context, next) => {
        bind(context);
        return next();
      }, composer);
      return {
        api: bot.api,
        async handle(update) {
          try {
            await bot.handleUpdate(update);
          } catch (error) {
            throw error instanceof BotError ? error.error : error;
          }
        },
      };
    },
    api: (token) => new Api(token, client),
  };
}

/** From what we store: grammY then asks Telegram nothing before the first update. */
function toBotInfo({ telegramBotId, username, name }: BotIdentityCard): UserFromGetMe {
  return {
    id: Number(telegramBotId),
    is_bot: true,
    first_name: name,
    username,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
  } as UserFromGetMe;
}
