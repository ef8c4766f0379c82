/** Where the updates go that Telegram brings: what this edge asks of whoever handles them. */
export interface UpdateIntake {
  /**
   * @param body what came with the right secret, read as JSON; undefined: it is none
   * @returns the status to answer with
   */
  receive(telegramBotId: bigint, body: unknown): Promise<number>;
}
