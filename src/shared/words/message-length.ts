/** What one message of Telegram's may hold, in UTF-16 units. */
export const MAX_MESSAGE_LENGTH = 4_096;
