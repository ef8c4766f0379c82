import { inLatin } from '../../../infra/i18n/latin.ts';

/** Telegram's limits for what it is to suggest. */
const MAX_USERNAME_LENGTH = 32;
const MAX_NAME_LENGTH = 64;
const END = '_bot';

/**
 * Where somebody makes a bot in one tap, which the main bot manages: both names are suggestions, made of the owner's own, and
 * theirs to change.
 */
export function newBotLink(mainBotUsername: string, ownerName: string): string {
  const name = Array.from(ownerName.trim()).slice(0, MAX_NAME_LENGTH).join('').trim() || 'Getolog';
  const letters = inLatin(ownerName)
    .replaceAll('-', '_')
    .replace(/^[^a-z]+/, '');
  const beginning = letters.slice(0, MAX_USERNAME_LENGTH - END.length).replace(/_+$/, '');
  const username = `${beginning || 'my_shop'}${END}`;
  return `https://t.me/newbot/${mainBotUsername}/${username}?name=${encodeURIComponent(name)}`;
}
