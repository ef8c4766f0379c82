/**
 * Takes secrets out of any text that leaves the process: log lines, and what error reports would send.
 * Secrecy wins over completeness: a long number that could be a card goes too.
 */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  // Bot tokens, in URLs too, where the colon may be escaped.
  [/\d{3,20}(?::|%3A)[A-Za-z0-9_-]{20,}/gi, '[token]'],
  [/gAAAA[A-Za-z0-9_-]{20,}={0,2}/g, '[encrypted]'],
  [/(?:https?:\/\/)?t(?:elegram)?\.me\/(?:\+|joinchat\/)[A-Za-z0-9_-]+/gi, '[invite link]'],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi, '$1:[password]@'],
  [/\bBearer\s+[\w.~+/=-]+/gi, 'Bearer [token]'],
  // What Telegram signs for a Mini App, and the parts of it that say who, and that it is true.
  [/\btgWebAppData=[^&\s"]+/g, 'tgWebAppData=[init data]'],
  [/\b(user|hash|signature)(=|%3D)(?=%7B|%257B|[\w-]{64})[^&\s"]+/gi, '$1$2[init data]'],
  // What opens the panel: 32 bytes in base64url. Ids of files are as long, or longer.
  [/(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?:[\w-]{43}|(?=[\w-]*\d)[\w-]{44,})(?![\w-])/g, '[token]'],
  [/(?<![\w-])[\dA-HJKMNP-TV-Z]{4}-[\dA-HJKMNP-TV-Z]{4}(?![\w-])/g, '[code]'],
];

/**
 * 13 to 19 digits, in groups or not. Chat ids begin with a minus, and milliseconds since 1970 are 13 digits that begin
 * with 1: no card does.
 */
const CARD_LIKE = /(?<![\d-])(?!1\d{12}(?!\d))\d(?:[ \u00a0-]?\d){12,18}(?!\d)/;

/** Whose groups may be digits alone: by the id of a request, or of a process, a line is found. */
const UUID = /\b[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}\b/;
const UUID_OR_CARD_LIKE = new RegExp(`(${UUID.source})|${CARD_LIKE.source}`, 'g');

/** None of `SECRETS` is without one of these, and most texts are: one look at them takes a third of the time of all of those. */
const TRACES =
  /(?<![\w-])(?:[\w-]{20}|[\dA-Z]{4}-[\dA-Z]{4})|:\/\/|\.[Mm][Ee]\/|[Bb][Ee][Aa][Rr][Ee][Rr]|=|%3[Dd]/;

export function scrub(text: string): string {
  if (!TRACES.test(text) && !CARD_LIKE.test(text)) return text;
  let clean = text;
  for (const [secret, replacement] of SECRETS) clean = clean.replace(secret, replacement);
  return clean.replace(UUID_OR_CARD_LIKE, (_, uuid?: string) => uuid ?? '[number]');
}
