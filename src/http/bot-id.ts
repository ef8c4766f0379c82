const MAX_BIGINT = 2n ** 63n - 1n;

/** A bot's id at Telegram, from an address; null for what is none. */
export function readBotId(text: string): bigint | null {
  if (!/^[1-9]\d{0,18}$/.test(text)) return null;
  const id = BigInt(text);
  return id <= MAX_BIGINT ? id : null;
}
