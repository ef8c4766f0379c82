import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from 'grammy';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { WebhookSecrets } from '../infra/crypto/webhook-secret.ts';
import type { Trace } from '../instrument.ts';
import { DeliveryError, isDeliveryFailure } from '../kernel/outbox/delivery-error.ts';
import type { ChatGateway } from '../modules/channels/chat-gateway.ts';
import type { AlertGateway } from '../modules/monitoring/alert-gateway.ts';
import type { BotGateway, BotIdentity } from '../modules/seller-bots/bot-gateway.ts';
import type { Services } from '../modules/services.ts';
import { once } from '../shared/async/once.ts';
import { within } from '../shared/async/time-limit.ts';
import type { Clock } from '../shared/clock.ts';
import { MINUTE_MS } from '../shared/durations.ts';
import { listenToBotChanges } from './bots/bot-changes.ts';
import type { BotDeps } from './bots/bot-deps.ts';
import { createBotFactory } from './bots/bot-factory.ts';
import { createBotLauncher } from './bots/bot-launcher.ts';
import { setMainProfile, setSellerProfile } from './bots/bot-profile.ts';
import { createBots } from './bots/bots.ts';
import { createBotPollers } from './intake/bot-pollers.ts';
import { createUpdateClaims } from './intake/update-claims.ts';
import { createUpdateReceiver, type ReceivedUpdate } from './intake/update-receiver.ts';
import { createWebhookIntake, type WebhookIntake } from './intake/webhook-intake.ts';
import { createMainBot } from './main-bot/composer.ts';
import { retryScreens } from './middleware/screen-retry.ts';
import { createAlertGateway } from './outgoing/alert-gateway.ts';
import { toDeliveryError } from './outgoing/api-errors.ts';
import { createChatGateway } from './outgoing/chat-gateway.ts';
import { createDownload } from './outgoing/file-downloads.ts';
import { createTelegramHttp, type ObserveCall } from './outgoing/http-client.ts';
import { createMessageGateway, type MessageGateway } from './outgoing/message-gateway.ts';
import { createThrottle } from './outgoing/throttle.ts';
import { createSellerBot } from './seller-bot/composer.ts';

export interface TelegramDeps {
  config: Pick<
    Config,
    | 'telegramApiRoot'
    | 'timeZone'
    | 'serverUrl'
    | 'rateLimitPerSecond'
    | 'moderatorIds'
    | 'monitoringBotToken'
  > & {
    botToken: string;
  };
  clock: Clock;
  redis: Redis;
  processId: string;
  secrets: WebhookSecrets;
  logger: Logger;
  report: (error: unknown, tags: Record<string, string>) => void;
  observeUpdate: (update: ReceivedUpdate) => void;
  observeIgnored: () => void;
  observeCall: ObserveCall;
  trace: Trace;
  /** Whether the database still serves its bots at our address, or by our polling. */
  isServedHere: () => Promise<boolean>;
  /** The product, which in turn needs the gateways that are made here. */
  services: () => Services;
}

/** This edge as a whole: how updates come in, and how the product reaches Telegram. */
export interface Telegram {
  mainBotId: bigint;
  webhookIntake: WebhookIntake;
  botGateway: BotGateway;
  chatGateway: ChatGateway;
  messageGateway: MessageGateway;
  alertGateway: AlertGateway;
  /** Tells every process that what it remembers of a bot is old. */
  announceChange(telegramBotId: bigint): Promise<void>;
  /** Sets the main bot's webhook again where it differs. Telegram being unavailable is no fault: the next look finds it. */
  checkMainBot(): Promise<void>;
  /**
   * Asks Telegram whose token this is, once: who is unavailable by then is asked again in the background.
   * @throws MainBotRefusedError
   */
  requireToken(): Promise<void>;
  /** Polls, or sets webhooks where they differ; in the background. */
  startListening(): void;
  /** Fetches nothing more, and waits at most `timeoutMs` for what is in hand. */
  stopListening(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Webhooks are looked at this far apart at start: far below what Telegram accepts of one address. */
const RECONCILE_PAUSE_MS = 50;
const LAUNCH_PAUSE_MS = 5_000;
/** A revoked token or a wrong address comes right by a person alone. */
const REFUSED_PAUSE_MS = 10 * MINUTE_MS;
/** A start waits no longer for Telegram's word. */
const TOKEN_LIMIT_MS = 5_000;

/** BOT_TOKEN is no token that Telegram knows. */
class MainBotRefusedError extends Error {
  override readonly name = 'MainBotRefusedError';

  constructor() {
    super(
      'Telegram does not know BOT_TOKEN: @BotFather shows the right one (/mybots), or makes a new one (/revoke).',
    );
  }
}

export async function createTelegram(deps: TelegramDeps): Promise<Telegram> {
  const { config, redis, processId, logger, report } = deps;
  const mainBotId = BigInt(config.botToken.slice(0, config.botToken.indexOf(':')));
  const http = createTelegramHttp(deps.observeCall);
  const throttle = createThrottle();
  const factory = createBotFactory({
    http,
    throttle,
    apiRoot: config.telegramApiRoot,
    noteGrowth: (from, to) => deps.services().channels.groupGrew(from, to),
  });
  const launcher = createBotLauncher({ serverUrl: config.serverUrl, secrets: deps.secrets });

  const botDeps = (): BotDeps => ({
    services: deps.services(),
    moderatorIds: config.moderatorIds,
    clock: deps.clock,
    timeZone: config.timeZone,
    logger,
    report,
    mainBotUsername: bots.mainBotUsername,
  });
  const mainBot = once(() => createMainBot(botDeps()));
  const sellerBot = once(() => createSellerBot(botDeps()));
  const bots = createBots({
    factory,
    findRunnable: (telegramBotId) => deps.services().botDirectory.findRunnable(telegramBotId),
    mainBotToken: config.botToken,
    mainBotId,
    mainBot,
    sellerBot,
  });
  const { registry, apiOf } = bots;

  const claims = createUpdateClaims({
    redis,
    processId,
    perSecond: config.rateLimitPerSecond,
    report,
  });
  const receiver = createUpdateReceiver({
    registry,
    claims,
    logger,
    report,
    observe: deps.observeUpdate,
    observeIgnored: deps.observeIgnored,
    trace: deps.trace,
  });
  const pollers = createBotPollers({
    redis,
    processId,
    receiver,
    logger,
    find: (telegramBotId) => registry.get(telegramBotId),
    async rivalFound(telegramBotId, rival) {
      if (telegramBotId !== mainBotId) return deps.services().botHealth.rivalFound(telegramBotId, rival);
      logger.error({ rival }, 'another service takes the updates of the main bot');
    },
    async tokenDied(telegramBotId) {
      if (telegramBotId !== mainBotId) await deps.services().botHealth.tokenDied(telegramBotId);
    },
    isServedHere: deps.isServedHere,
  });
  const changes = await listenToBotChanges({
    redis,
    onDisconnected: () => registry.clear(),
    onChange: (telegramBotId) => {
      registry.invalidate(telegramBotId);
      if (isListening && config.serverUrl === undefined) pollers.ensure(telegramBotId);
    },
  });
  let isListening = false;
  let isMainLaunched = false;
  const stopping = new AbortController();

  /** One bot after the other. @returns those that could not be reached now; a dead token has its own check */
  async function reconcileWebhooks(ids: readonly bigint[], anew: boolean): Promise<bigint[]> {
    const missed: bigint[] = [];
    for (const telegramBotId of ids) {
      if (stopping.signal.aborted) return missed;
      try {
        await launcher.reconcile(telegramBotId, await apiOf(telegramBotId), { anew });
      } catch (error) {
        if (!isDeliveryFailure(error, 'token-dead')) missed.push(telegramBotId);
        logger.warn({ err: error, bot: String(telegramBotId) }, 'a webhook could not be looked at');
      }
      await pause(RECONCILE_PAUSE_MS);
    }
    return missed;
  }

  /** The main bot has nobody else who would try again. */
  async function launchMain(anew: boolean): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const api = await apiOf('main');
        await launcher.reconcile(mainBotId, api, { anew });
        isMainLaunched = true;
        const name = await bots.mainBotUsername();
        logger.info(`@${name} is running: write /start to https://t.me/${name}`);
        return;
      } catch (error) {
        const failure = toDeliveryError(error);
        const isRefused = isDeliveryFailure(failure, 'token-dead', 'refused');
        if (isDeliveryFailure(failure, 'token-dead'))
          logger.error('Telegram no longer takes BOT_TOKEN: BotFather has the new one');
        else if (isDeliveryFailure(failure, 'refused'))
          logger.error({ reason: failure.saying }, 'Telegram refuses the address in SERVER_URL');
        else logger.warn({ err: error }, 'the main bot could not be launched');
        await pause(isRefused ? REFUSED_PAUSE_MS : LAUNCH_PAUSE_MS);
      }
    }
  }

  /** Once, and again where Telegram could not do it: nothing waits for this. */
  async function introduceMain(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        return await introduce('main', setMainProfile);
      } catch (error) {
        if (!(error instanceof DeliveryError)) throw error;
        logger.warn({ err: error }, 'the main bot could not be introduced');
        if (error.failure === 'token-dead') return;
        await pause(error.retryAfterMs ?? LAUNCH_PAUSE_MS);
      }
    }
  }

  /** A bot that Telegram refuses a command or a description works all the same. */
  async function introduce(whose: bigint | 'main', setProfile: (api: Api) => Promise<void>): Promise<void> {
    try {
      await setProfile(await apiOf(whose));
    } catch (error) {
      const failure = toDeliveryError(error);
      if (!isDeliveryFailure(failure, 'refused')) throw failure;
      logger.warn({ err: failure, bot: String(whose) }, 'Telegram refused a part of an introduction');
    }
  }

  /** Alerts that nobody gets are worse than none: said while there is no trouble yet. */
  async function checkMonitoringBot(): Promise<void> {
    if (config.monitoringBotToken === undefined) return;
    try {
      await factory.api(config.monitoringBotToken).getMe();
    } catch (error) {
      if (isDeliveryFailure(toDeliveryError(error), 'token-dead')) {
        logger.error('Telegram does not know MONITORING_BOT_TOKEN: alerts go out through the main bot');
      } else logger.warn({ err: error }, 'the monitoring bot could not be looked at');
    }
  }

  /** Until each bot is reached: an old key can go only when no webhook has its secret any more. */
  async function setWebhooksAnew(ids: readonly bigint[], main: Promise<void>): Promise<void> {
    let missed = await reconcileWebhooks(ids, true);
    while (missed.length > 0 && !stopping.signal.aborted) {
      await pause(LAUNCH_PAUSE_MS);
      missed = await reconcileWebhooks(missed, true);
    }
    await main;
    if (stopping.signal.aborted) return;
    await deps.services().webhookKey.note(deps.secrets.fingerprint);
    logger.info('every webhook is set with the first key');
  }

  async function listen(): Promise<void> {
    const { botDirectory, webhookKey } = deps.services();
    const ids = await botDirectory.listRunnableIds();
    void checkMonitoringBot();
    void introduceMain().catch((error: unknown) => report(error, { part: 'launch' }));
    if (config.serverUrl === undefined) {
      await launchMain(false);
      for (const telegramBotId of [mainBotId, ...ids]) pollers.ensure(telegramBotId);
      return;
    }
    const isKnown = await webhookKey.isEverywhere(deps.secrets.fingerprint);
    // Beside the others: what keeps one bot from its webhook keeps no other.
    const main = launchMain(!isKnown);
    await (isKnown ? reconcileWebhooks(ids, false) : setWebhooksAnew(ids, main));
  }

  /** Ends early when everything does. */
  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  return {
    mainBotId,
    webhookIntake: createWebhookIntake({ receiver, logger }),
    announceChange: changes.announce,
    chatGateway: createChatGateway({ throttle, apiOf }),
    alertGateway: createAlertGateway({
      throttle,
      mainBot: () => apiOf('main'),
      monitoringBot: config.monitoringBotToken === undefined ? null : factory.api(config.monitoringBotToken),
      timeZone: config.timeZone,
    }),
    messageGateway: createMessageGateway({
      throttle,
      apiOf,
      mainBotId,
      download: createDownload({ http, apiRoot: config.telegramApiRoot, apiOf }),
      timeZone: config.timeZone,
    }),
    botGateway: {
      async identify(token) {
        const api = factory.api(token);
        api.config.use(retryScreens);
        return identityOf(api);
      },
      whoIs: async (telegramBotId) => identityOf(await apiOf(telegramBotId)),
      async inspect(telegramBotId) {
        try {
          return await launcher.reconcile(telegramBotId, await apiOf(telegramBotId));
        } catch (error) {
          if (!isDeliveryFailure(error, 'token-dead')) throw error;
          // What is remembered may be older than the database, and whoever asks will judge the token in the database.
          registry.invalidate(telegramBotId);
          return launcher.reconcile(telegramBotId, await apiOf(telegramBotId));
        }
      },
      async retire(encryptedToken) {
        try {
          await factory.api(deps.services().botDirectory.readToken(encryptedToken)).deleteWebhook();
        } catch (error) {
          throw toDeliveryError(error);
        }
      },
      async launch(telegramBotId) {
        // The word that there is a token may still be on its way here, or died with whoever had it.
        await changes.announce(telegramBotId);
        await launcher.launch(telegramBotId, await apiOf(telegramBotId));
      },
      introduce: (telegramBotId) => introduce(telegramBotId, setSellerProfile),
    },
    async checkMainBot() {
      // Until it was launched a webhook that is missing was taken by nobody.
      if (isListening && !isMainLaunched) return;
      try {
        bots.forgetMainBotUsername();
        const { wasTaken } = await launcher.reconcile(mainBotId, await apiOf('main'));
        if (wasTaken) logger.error('another service had taken the main bot over; it is set back');
      } catch (error) {
        if (!isDeliveryFailure(error, 'not-sent', 'unknown')) throw error;
      }
    },
    async requireToken() {
      try {
        await within(TOKEN_LIMIT_MS, bots.mainBotUsername());
      } catch (error) {
        if (isDeliveryFailure(toDeliveryError(error), 'token-dead')) throw new MainBotRefusedError();
        logger.warn({ err: error }, 'Telegram cannot be reached at present; the server goes on trying');
      }
    },
    startListening() {
      isListening = true;
      void listen().catch((error: unknown) => report(error, { part: 'launch' }));
    },
    async stopListening(timeoutMs) {
      isListening = false;
      stopping.abort();
      await Promise.all([pollers.close(timeoutMs), receiver.drain(timeoutMs)]);
    },
    async close() {
      await claims.close();
      await changes.close();
      await http.close();
    },
  };
}

async function identityOf(api: Api): Promise<BotIdentity> {
  try {
    const me = await api.getMe();
    return { telegramBotId: BigInt(me.id), username: me.username, name: me.first_name };
  } catch (error) {
    throw toDeliveryError(error);
  }
}
