import type { InlineKeyboardButton } from 'grammy/types';
import { plainText } from '../../shared/text.ts';
import { means } from '../outgoing/api-errors.ts';
import type { BotContext } from './context.ts';
import { HOME } from './routes.ts';

/** What a person sees: a text in Telegram's HTML and the buttons under it. */
export interface Screen {
  text: string;
  buttons?: InlineKeyboardButton[][];
}

export function button(text: string, data: string): InlineKeyboardButton {
  return { text, callback_data: data };
}

/** Opens a page within Telegram. */
export function webApp(text: string, url: string): InlineKeyboardButton {
  return { text, web_app: { url } };
}

/** What there is to say first, and then the screen. */
export function inFront(said: readonly string[], screen: Screen): Screen {
  return { ...screen, text: [...said, screen.text].join('\n\n') };
}

/** What every sent text has in common. Links are never unfolded: a preview would bury the buttons. */
export function messageOptions(screen: Screen) {
  return {
    parse_mode: 'HTML' as const,
    link_preview_options: { is_disabled: true },
    // An edit without buttons takes those away that were there.
    ...(screen.buttons?.length ? { reply_markup: { inline_keyboard: screen.buttons } } : {}),
  };
}

/** The same below a picture or a file. */
export function captionOptions(screen: Screen) {
  const { link_preview_options: _, ...options } = messageOptions(screen);
  return { caption: screen.text, ...options };
}

/** Shows a new message. */
export async function send(context: BotContext, screen: Screen): Promise<void> {
  await context.reply(screen.text, messageOptions(screen));
}

/**
 * What came of a press or a message, in a sentence: over the chat where it was pressed, else as a message. Where it leads
 * on to more than the menu it needs its buttons, and is shown in place.
 */
export async function tell(context: BotContext, screen: Screen, mustBeRead = false): Promise<void> {
  if (!context.press) return send(context, screen);
  const isSentence = (screen.buttons ?? []).flat().every(isHome);
  if (!isSentence) return show(context, screen);
  if (!(await context.press.say(plainText(screen.text), mustBeRead))) await send(context, screen);
}

function isHome(one: InlineKeyboardButton): boolean {
  return 'callback_data' in one && one.callback_data === HOME.data();
}

/** Changes the pressed message in place; sends a new one where that cannot be. */
export async function show(context: BotContext, screen: Screen): Promise<void> {
  // A message with a picture has a caption, no text: a screen belongs below it.
  if (!context.callbackQuery?.message?.date || context.msg?.caption !== undefined || context.msg?.photo) {
    return send(context, screen);
  }
  try {
    await context.editMessageText(screen.text, messageOptions(screen));
  } catch (error) {
    if (means(error, 'already')) return;
    if (!means(error, 'not-editable')) throw error;
    await send(context, screen);
  }
}

/**
 * Puts other buttons under the pressed message, whose words stay.
 * @returns false where Telegram shows it no more: then it takes a message
 */
export async function showButtons(context: BotContext, buttons: InlineKeyboardButton[][]): Promise<boolean> {
  if (!context.callbackQuery?.message?.date) return false;
  try {
    await context.editMessageReplyMarkup({ reply_markup: { inline_keyboard: buttons } });
  } catch (error) {
    if (means(error, 'already')) return true;
    if (!means(error, 'not-editable')) throw error;
    return false;
  }
  return true;
}

/** Takes the pressed button away from its message: what it does is done. */
export async function dropPressedButton(context: BotContext): Promise<void> {
  const { data, message } = context.callbackQuery ?? {};
  if (!message || !('reply_markup' in message)) return;
  const rows = (message.reply_markup?.inline_keyboard ?? [])
    .map((row) => row.filter((one) => !('callback_data' in one) || one.callback_data !== data))
    .filter(({ length }) => length > 0);
  await showButtons(context, rows);
}

/** Takes a secret out of the chat. @returns false where Telegram will not: then the person has to do it */
export async function deleteSecret(context: BotContext): Promise<boolean> {
  try {
    await context.deleteMessage();
    return true;
  } catch (error) {
    if (means(error, 'already')) return true;
    if (!means(error, 'not-deletable')) throw error;
    return false;
  }
}
