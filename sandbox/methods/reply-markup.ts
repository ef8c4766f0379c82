import type { InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup } from 'grammy/types';
import { callersBug } from '../server/api-error.ts';
import type { SandboxChat } from '../world/chats.ts';
import { Dialog, type ReplyMarkup } from '../world/messages.ts';
import { checkWebApp } from '../world/web-apps.ts';
import type { World } from '../world/world.ts';
import { checkPayButton } from './stars/pay-button.ts';

const LONGEST_CALLBACK_DATA_BYTES = 64;
const LONGEST_COPY_TEXT = 256;
const MOST_BUTTONS = 100;

/** The keyboard of a new message. Empty ones are refused: they are always a slip. */
export function readNewMarkup(
  world: World,
  place: Dialog | SandboxChat,
  markup: ReplyMarkup | undefined,
  isInvoice = false,
): InlineKeyboardMarkup | undefined {
  if (markup === undefined) return undefined;
  if ('inline_keyboard' in markup) {
    const keyboard = readInlineKeyboard(world, place, markup, isInvoice);
    if (keyboard === undefined) throw callersBug('inline keyboard is empty');
    return keyboard;
  }
  if ('keyboard' in markup) checkReplyKeyboard(world, markup);
  if (place instanceof Dialog) {
    if ('keyboard' in markup) place.keyboard = markup;
    if ('remove_keyboard' in markup) place.keyboard = undefined;
  }
  return undefined;
}

/** @returns undefined for a keyboard without buttons, which takes away the one that was there */
export function readInlineKeyboard(
  world: World,
  place: Dialog | SandboxChat,
  markup: InlineKeyboardMarkup | undefined,
  isInvoice = false,
): InlineKeyboardMarkup | undefined {
  const rows = (markup?.inline_keyboard ?? []).filter((row) => row.length > 0);
  const buttons = rows.flat();
  if (buttons.length > MOST_BUTTONS) throw callersBug('reply markup is too long');
  for (const button of buttons) checkInlineButton(world, place, button);
  checkPayButton(buttons, isInvoice);
  return buttons.length === 0 ? undefined : { inline_keyboard: rows };
}

function checkInlineButton(world: World, place: Dialog | SandboxChat, button: InlineKeyboardButton): void {
  const fail = (reason: string): Error => callersBug(reason);
  if (button.text.trim() === '')
    throw fail("can't parse inline keyboard button: button text must be non-empty");
  const actions = Object.keys(button).filter(
    (key) => !['text', 'style', 'icon_custom_emoji_id'].includes(key),
  );
  if (actions.length === 0) {
    throw fail("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  }
  if (actions.length > 1) throw fail("can't parse inline keyboard button: exactly one action is allowed");
  if ('callback_data' in button) {
    const bytes = Buffer.byteLength(button.callback_data);
    if (bytes < 1 || bytes > LONGEST_CALLBACK_DATA_BYTES) throw fail('BUTTON_DATA_INVALID');
  }
  if ('url' in button && !isLink(button.url)) {
    throw fail(`inline keyboard button URL '${button.url}' is invalid: Wrong HTTP URL`);
  }
  if ('web_app' in button) {
    if (!(place instanceof Dialog)) throw fail('BUTTON_TYPE_INVALID');
    checkWebApp(button.web_app.url, 'inline keyboard button', world.opensLoopbackApps);
  }
  if ('copy_text' in button) {
    const { length } = button.copy_text.text;
    if (length < 1 || length > LONGEST_COPY_TEXT) throw fail('BUTTON_COPY_TEXT_INVALID');
  }
}

function isLink(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:', 'tg:'].includes(new URL(url).protocol);
}

function checkReplyKeyboard(world: World, { keyboard }: ReplyKeyboardMarkup): void {
  const buttons = keyboard.flat();
  if (buttons.length === 0) throw callersBug('reply keyboard is empty');
  for (const button of buttons) {
    const text = typeof button === 'string' ? button : button.text;
    if (text.trim() === '') throw callersBug('keyboard button text must be non-empty');
    if (typeof button !== 'string' && 'web_app' in button) {
      checkWebApp(button.web_app.url, 'keyboard button', world.opensLoopbackApps);
    }
  }
}
