/** What adding and running a bot needs of Telegram. Errors are `DeliveryError`. */
export interface BotGateway {
  /** Asks Telegram whose token this is; throws `token-dead` for one that Telegram does not know. */
  identify(token: string): Promise<BotIdentity>;
  /** Sets webhook or poller and the commands, and reads the webhook back; resolves only when Telegram confirms. */
  launch(telegramBotId: bigint): Promise<void>;
  /** Takes the webhook away from a bot that Getolog runs no more. @param encryptedToken as it is stored */
  retire(encryptedToken: string): Promise<void>;
}

export interface BotIdentity {
  telegramBotId: bigint;
  username: string;
  name: string;
}
