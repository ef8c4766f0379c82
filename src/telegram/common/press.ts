import type { Context } from 'grammy';
import { means } from '../outgoing/api-errors.ts';

/** The Bot API's limit for what comes up over the chat. */
const MAX_TOAST_LENGTH = 200;
/** A toast is gone after three seconds: what takes longer to read stays until it is closed. */
const READ_AT_A_GLANCE = 90;

/** A press, which the app shows as under way until it is answered: once, with a sentence or with nothing. */
export interface Press {
  /**
   * @param mustBeRead it stays until it is closed
   * @returns false where the sentence is too long or comes too late: then a message has to say it
   */
  say(text: string, mustBeRead?: boolean): Promise<boolean>;
  /** Answers with nothing, unless it is answered. */
  close(): Promise<void>;
}

export function openPress(context: Context): Press {
  let answering: Promise<boolean> | undefined;

  async function answer(text?: string, mustBeRead = false): Promise<boolean> {
    try {
      const stays = mustBeRead || (text !== undefined && text.length > READ_AT_A_GLANCE);
      const alert = stays ? { show_alert: true } : {};
      await context.answerCallbackQuery(text === undefined ? alert : { text, ...alert });
      return true;
    } catch (error) {
      // Telegram has stopped waiting for it, or it was answered when this update came before.
      if (!means(error, 'already')) throw error;
      return false;
    }
  }

  return {
    async say(text, mustBeRead) {
      if (answering || text.length > MAX_TOAST_LENGTH) return false;
      answering = answer(text, mustBeRead);
      return answering;
    },
    async close() {
      answering ??= answer();
      await answering;
    },
  };
}
