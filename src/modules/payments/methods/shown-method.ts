/** Stars that come by themselves every month are stored apart; people name both the same. */
const STARS_AS_STORED: readonly string[] = ['stars', 'starsub'];

/** By which a stored payment method is known to people. */
export function shownMethod(stored: string): string {
  return STARS_AS_STORED.includes(stored) ? 'stars' : stored;
}

/** All that a method which people name is stored as. */
export function storedMethods(shown: string): readonly string[] {
  return shown === 'stars' ? STARS_AS_STORED : [shown];
}
