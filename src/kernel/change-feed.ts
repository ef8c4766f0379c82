/**
 * Tells whoever is looking at it that something has changed. It waits for nothing and never fails; what it says may get
 * lost, so whoever listens asks again by themselves now and then.
 */
export interface ChangeFeed {
  /** @param botIds `user_bots.id`; null: the platform */
  changed(botIds: ReadonlySet<number | null>): void;
}
