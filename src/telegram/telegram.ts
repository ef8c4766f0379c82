import type { Readable } from 'node:stream';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { WebhookSecrets } from '../infra/crypto/webhook-secret.ts';
import { csvOf } from '../infra/csv.ts';
import { type Language, translator } from '../infra/i18n/i18n.ts';
import type { Trace } from '../instrument.ts';
import type { ChatGateway } from '../modules/channels/chat-gateway.ts';
import type { ExportContent } from '../modules/exports/export-gateway.ts';
import type { AlertGateway } from '../modules/monitoring/alert-gateway.ts';
import type { StarGateway } from '../modules/payments/stars/star-gateway.ts';
import type { BotGateway } from '../modules/seller-bots/bot-gateway.ts';
import type { Services } from '../modules/services.ts';
import { once } from '../shared/async/once.ts';
import type { Clock } from '../shared/clock.ts';
import { listenToBotChanges } from './bots/bot-changes.ts';
import type { BotDeps } from './bots/bot-deps.ts';
import { createBotFactory } from './bots/bot-factory.ts';
import { createBotLauncher } from './bots/bot-launcher.ts';
import { createIntroductions } from './bots/bot-profile.ts';
import { createBots } from './bots/bots.ts';
import { createMainBotLaunch, type MainBotLaunch } from './bots/main-bot-launch.ts';
import { createPanelAddress } from './bots/panel-address.ts';
import { createWebhookReconciler } from './bots/webhook-reconciler.ts';
import { createBotPollers } from './intake/bot-pollers.ts';
import { createUpdateClaims } from './intake/update-claims.ts';
import { createUpdateReceiver, type ReceivedUpdate } from './intake/update-receiver.ts';
import { createWebhookIntake } from './intake/webhook-intake.ts';
import { createMainBot } from './main-bot/composer.ts';
import { checkMonitoringBot, createAlertGateway } from './outgoing/alert-gateway.ts';
import { createBotGateway } from './outgoing/bot-gateway.ts';
import { createChatGateway } from './outgoing/chat-gateway.ts';
import { createDownloads, type Downloads } from './outgoing/file-downloads.ts';
import { createTelegramHttp, type ObserveCall } from './outgoing/http-client.ts';
import { createMessageGateway, type MessageGateway } from './outgoing/message-gateway.ts';
import { createStarGateway } from './outgoing/star-gateway.ts';
import { createThrottle } from './outgoing/throttle.ts';
import { createPreview, type Preview } from './preview.ts';
import { createSellerBot } from './seller-bot/composer.ts';
import { exportTable } from './views/exports.ts';

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
  /** Where the server listens, once it does. */
  origin: () => string;
  /** Whether the database still serves its bots at our address, or by our polling. */
  isServedHere: () => Promise<boolean>;
  /** The product, which in turn needs the gateways that are made here. */
  services: () => Services;
}

/** This edge as a whole: how updates come in, and how the product reaches Telegram. */
export interface Telegram {
  mainBotId: bigint;
  /** Asked of Telegram once, and remembered. */
  mainBotUsername(): Promise<string>;
  /** A file that a bot was sent, as it comes. */
  openFile: Downloads['open'];
  /** A table of a bot's, for a spreadsheet, as its rows are read. */
  writeExport(content: ExportContent, language: Language): Readable;
  webhookIntake: ReturnType<typeof createWebhookIntake>;
  botGateway: BotGateway;
  chatGateway: ChatGateway;
  starGateway: StarGateway;
  messageGateway: MessageGateway;
  alertGateway: AlertGateway;
  /** What buyers would see. */
  preview: Preview;
  /** Tells every process that what it remembers of a bot is old. */
  announceChange(telegramBotId: bigint): Promise<void>;
  checkMainBot: MainBotLaunch['check'];
  requireToken: MainBotLaunch['requireToken'];
  /** Polls, or sets webhooks where they differ; in the background. */
  startListening(): void;
  /** Fetches nothing more, and waits at most `timeoutMs` for what is in hand. */
  stopListening(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

export async function createTelegram(deps: TelegramDeps): Promise<Telegram> {
  const { config, redis, processId, logger, report } = deps;
  const mainBotId = BigInt(config.botToken.slice(0, config.botToken.indexOf(':')));
  const http = createTelegramHttp(deps.observeCall);
  const throttle = createThrottle(deps.clock.ticks);
  const factory = createBotFactory({
    http,
    throttle,
    apiRoot: config.telegramApiRoot,
    noteGrowth: (from, to) => deps.services().groupGrowth.groupGrew(from, to),
  });
  const launcher = createBotLauncher({ serverUrl: config.serverUrl, secrets: deps.secrets, mainBotId });

  const botDeps = (): BotDeps => ({
    services: deps.services(),
    moderatorIds: config.moderatorIds,
    clock: deps.clock,
    timeZone: config.timeZone,
    logger,
    report,
    mainBotUsername: bots.mainBotUsername,
    managesBots: bots.managesBots,
  });
  const panelAddress = createPanelAddress({ serverUrl: config.serverUrl, origin: deps.origin });
  // From the main bot alone: whoever has a seller bot's token could sign for anybody.
  const mainBot = once(() => createMainBot({ ...botDeps(), panelPages: panelAddress.pages }, panelAddress));
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
    mainBotId,
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
  let isListening = false;
  const changes = await listenToBotChanges({
    redis,
    onDisconnected: () => registry.clear(),
    onChange: (telegramBotId) => {
      registry.invalidate(telegramBotId);
      if (isListening && config.serverUrl === undefined) pollers.ensure(telegramBotId);
    },
  });
  const stopping = new AbortController();
  const introductions = createIntroductions({ apiOf, logger, panelPages: panelAddress.pages });
  const mainBotLaunch = createMainBotLaunch({
    mainBotId,
    bots,
    launcher,
    introductions,
    logger,
    stopping: stopping.signal,
  });
  const webhooks = createWebhookReconciler({ launcher, apiOf, logger, stopping: stopping.signal });
  const readToken = (encryptedToken: string) => deps.services().botDirectory.readToken(encryptedToken);
  const monitoringBot =
    config.monitoringBotToken === undefined ? null : factory.api(config.monitoringBotToken);

  async function listen(): Promise<void> {
    const { botDirectory, webhookKey } = deps.services();
    const ids = await botDirectory.listRunnableIds();
    if (monitoringBot) void checkMonitoringBot(monitoringBot, logger);
    void mainBotLaunch.introduce().catch((error: unknown) => report(error, { part: 'launch' }));
    if (config.serverUrl === undefined) {
      await mainBotLaunch.launch(false);
      for (const telegramBotId of [mainBotId, ...ids]) pollers.ensure(telegramBotId);
      return;
    }
    const isKnown = await webhookKey.isEverywhere(deps.secrets.fingerprint);
    // Beside the others: what keeps one bot from its webhook keeps no other.
    const launching = mainBotLaunch.launch(!isKnown);
    if (isKnown) return webhooks.reconcile(ids);
    await webhooks.setAnew(ids);
    await launching;
    if (stopping.signal.aborted) return;
    await webhookKey.note(deps.secrets.fingerprint);
    logger.info('every webhook is set with the first key');
  }

  const downloads = createDownloads({ http, apiRoot: config.telegramApiRoot, apiOf });
  return {
    mainBotId,
    mainBotUsername: bots.mainBotUsername,
    openFile: downloads.open,
    writeExport: (content, language) =>
      csvOf(exportTable({ t: translator(language), timeZone: config.timeZone }, content), language),
    webhookIntake: createWebhookIntake({ receiver, logger }),
    preview: createPreview(botDeps),
    announceChange: changes.announce,
    chatGateway: createChatGateway({ throttle, apiOf }),
    starGateway: createStarGateway({
      throttle,
      apiOf,
      apiWith: (encryptedToken) => factory.api(readToken(encryptedToken)),
    }),
    alertGateway: createAlertGateway({
      throttle,
      mainBot: () => apiOf('main'),
      monitoringBot,
      timeZone: config.timeZone,
    }),
    messageGateway: createMessageGateway({
      throttle,
      apiOf,
      mainBotId,
      download: downloads.read,
      timeZone: config.timeZone,
      panelPages: panelAddress.pages,
    }),
    botGateway: createBotGateway({
      factory,
      bots,
      launcher,
      introductions,
      readToken,
      announceChange: changes.announce,
      mainBotId,
      download: downloads.read,
    }),
    async checkMainBot() {
      // Until it was launched a webhook that is missing was taken by nobody.
      if (!isListening || mainBotLaunch.isLaunched) await mainBotLaunch.check();
    },
    requireToken: mainBotLaunch.requireToken,
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
