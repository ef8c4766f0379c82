import type { InlineKeyboardButton } from 'grammy/types';
import { callersBug } from '../../server/api-error.ts';

/** A Pay button is the very first one, below an invoice, and nowhere else. */
export function checkPayButton(buttons: readonly InlineKeyboardButton[], isInvoice: boolean): void {
  const [first, ...others] = buttons;
  if (others.some((button) => 'pay' in button)) throw callersBug('BUTTON_POS_INVALID');
  const isFirst = first !== undefined && 'pay' in first;
  if (isFirst && !isInvoice) throw callersBug('BUTTON_TYPE_INVALID');
  if (isInvoice && first !== undefined && !isFirst) throw callersBug('REPLY_MARKUP_BUY_EMPTY');
}
