/** Whole updates count within 32 bits. */
const UPDATE_BITS = 32n;

/**
 * Orders what Telegram tells of one thing: by its own date, and within that second by the update. Telegram repeats
 * updates, and several at once overtake each other; what is older than what was heard is no news.
 */
export function toldOrder(update: { update_id: number }, date: number): bigint {
  return (BigInt(date) << UPDATE_BITS) + BigInt.asUintN(Number(UPDATE_BITS), BigInt(update.update_id));
}
