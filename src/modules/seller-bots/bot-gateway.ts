/** What adding and running a bot needs of Telegram. Errors are `DeliveryError`. */
export interface BotGateway {
  /** Asks Telegram whose token this is; throws `token-dead` for one that Telegram does not know. */
  identify(token: string): Promise<BotIdentity>;
  /** The token of a bot that the main bot manages; throws `refused` for one that it does not. */
  managedToken(telegramBotId: bigint): Promise<string>;
  /** The same, a new one: the old one is dead then. */
  replaceManagedToken(telegramBotId: bigint): Promise<string>;
  /** @param fileId a JPEG that the main bot was sent; null: the bot's photo goes */
  showPhoto(telegramBotId: bigint, fileId: string | null): Promise<void>;
  /** Sets webhook or poller, and reads the webhook back; resolves only when Telegram confirms. */
  launch(telegramBotId: bigint): Promise<void>;
  /** Sets commands and descriptions. What Telegram will not have is left out: a bot works without. */
  introduce(telegramBotId: bigint): Promise<void>;
  /** Asks Telegram what a bot that we run is called now. */
  whoIs(telegramBotId: bigint): Promise<BotIdentity>;
  /** Looks at the webhook, and sets it again where it is not ours. */
  inspect(telegramBotId: bigint): Promise<WebhookState>;
  /** Takes the webhook away from a bot that Getolog runs no more. @param encryptedToken as it is stored */
  retire(encryptedToken: string): Promise<void>;
}

/** How somebody else took a bot's updates: by a webhook of their own, which is taken away, or by polling it as well. */
export type Rival = 'webhook' | 'polling';

/** How a bot's updates reach us, as Telegram tells it. */
export interface WebhookState {
  /** Ours was gone, or somebody else's stood there; it is set again. */
  wasTaken: boolean;
  lastError: string | null;
  /** Updates that Telegram still holds. */
  waiting: number;
}

export interface BotIdentity {
  telegramBotId: bigint;
  username: string;
  name: string;
}
