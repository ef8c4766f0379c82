import { Api, type ApiClientOptions, Context, HttpError, type Middleware, type Transformer } from 'grammy';
import type { ApiResponse, UserFromGetMe } from 'grammy/types';
import type { BotContext } from '../common/context.ts';
import { followGrownGroups, type NoteGrowth } from '../common/grown-groups.ts';
import { retryScreens } from '../middleware/screen-retry.ts';
import { CALL_TIMEOUT_SECONDS, type TelegramHttp } from '../outgoing/http-client.ts';
import { noteScreens, type Throttle } from '../outgoing/throttle.ts';
import type { RegisteredBot } from './bot-registry.ts';

interface BotIdentityCard {
  telegramBotId: bigint;
  username: string;
  name: string;
}

/** What all bots of one kind do. */
export interface BotKind<C extends BotContext> {
  /** Gives an update of a known bot what `composer` asks of it; reads nothing. */
  bind(context: C): void;
  /** Begins to read what `composer` will need. It changes nothing: the update may turn out to be another process's. */
  prefetch(context: C): void;
  composer: Middleware<C>;
}

export interface BotFactory {
  /** A bot of a kind; `bind` says whose it is. */
  build<C extends BotContext>(
    token: string,
    identity: BotIdentityCard,
    bind: (context: C) => void,
    kind: BotKind<C>,
  ): RegisteredBot;
  /** Calls in the name of a token that is no bot of ours yet. */
  api(token: string): Api;
}

export function createBotFactory(deps: {
  http: TelegramHttp;
  apiRoot: string;
  /** Absent where there is no database: nobody speaks into groups there. */
  noteGrowth?: NoteGrowth;
  /** Absent where no bot shows anything. */
  throttle?: Throttle;
}): BotFactory {
  const client: ApiClientOptions = {
    apiRoot: deps.apiRoot,
    fetch: deps.http.fetch,
    timeoutSeconds: CALL_TIMEOUT_SECONDS,
  };
  const { origin, pathname } = new URL(deps.apiRoot);
  const folder = pathname.replace(/\/$/, '');

  function newApi(token: string, ...transformers: Transformer[]): Api {
    const api = new Api(token, client);
    api.config.use(callDirectly(deps.http, origin, `${folder}/bot${token}/`));
    if (deps.noteGrowth) api.config.use(followGrownGroups(deps.noteGrowth));
    api.config.use(...transformers);
    return api;
  }

  return {
    build<C extends BotContext>(
      token: string,
      identity: BotIdentityCard,
      bind: (context: C) => void,
      kind: BotKind<C>,
    ) {
      const me = toBotInfo(identity);
      // What handlers show is repeated when it gets lost; outbox messages have their own way.
      const screens = newApi(token, retryScreens);
      if (deps.throttle) screens.config.use(noteScreens(deps.throttle, String(identity.telegramBotId)));
      const handle = typeof kind.composer === 'function' ? kind.composer : kind.composer.middleware();
      return {
        // Made when the product speaks: to keep it would cost every bot more memory than it saves time.
        get api() {
          return newApi(token);
        },
        // grammY's own Bot would make an Api anew for every update.
        prepare(update) {
          const context = new Context(update, screens, me) as C;
          bind(context);
          kind.bind(context);
          kind.prefetch(context);
          return async (rate) => {
            context.senderRate = rate;
            await handle(context, nothingMore);
          };
        },
      };
    },
    api: newApi,
  };
}

const nothingMore = (): Promise<void> => Promise.resolve();

/** What handlers call all day. None of them takes a file, for which grammY has its own way. */
const WITHOUT_FILES: ReadonlySet<string> = new Set([
  'sendMessage',
  'editMessageText',
  'answerCallbackQuery',
  'getChatMember',
  'unbanChatMember',
]);

/** The least way to Telegram for the usual calls: the answer and the errors are the same as by grammY's own. */
function callDirectly(http: TelegramHttp, origin: string, folder: string): Transformer {
  return async (call, method, payload, signal) => {
    if (signal !== undefined || !WITHOUT_FILES.has(method)) return call(method, payload, signal);
    try {
      const answer = await http.call(origin, folder + method, JSON.stringify(payload));
      // Telegram's word is taken for it, as grammY does.
      return answer as ApiResponse<never>;
    } catch (error) {
      throw new HttpError(`Network request for '${method}' failed!`, error);
    }
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
