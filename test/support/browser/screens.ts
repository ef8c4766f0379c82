interface Screen {
  name: string;
  place: 'owner' | 'bot' | 'moderator' | 'anybody';
}

/** The pages' own table of contents; it knows what a browser has, and tests do not. */
export const {
  SCREENS,
  addressOf,
}: {
  SCREENS: readonly Screen[];
  addressOf: (screen: Screen, botId: string) => string;
} = await import(new URL('../../../web/screens.ts', import.meta.url).href);
