import type { Message } from 'grammy/types';
import { callersBug } from '../../server/api-error.ts';
import { characterCount } from '../../world/entities.ts';
import type { Invoice } from '../../world/stars/ledger.ts';
import type { Call, Handlers } from '../call.ts';
import { post, show } from '../send.ts';

const LONGEST_TITLE = 32;
const LONGEST_DESCRIPTION = 255;
const LONGEST_PAYLOAD_BYTES = 128;
/** Whole Stars. */
const HIGHEST_AMOUNT = 100_000;
const HIGHEST_SUBSCRIPTION_AMOUNT = 10_000;
/** Thirty days in seconds: Telegram knows no other period. */
const PERIOD = 2_592_000;

interface Asked {
  title: string;
  description: string;
  payload: string;
  provider_token?: string;
  currency: string;
  prices: readonly { label: string; amount: number }[];
  subscription_period?: number;
}

function readInvoice({ bot }: Call, asked: Asked): Invoice {
  const { title, description, payload, subscription_period: period = 0 } = asked;
  demandLength('title', title, LONGEST_TITLE);
  demandLength('description', description, LONGEST_DESCRIPTION);
  if (payload === '') throw callersBug('parameter "payload" is required');
  if (Buffer.byteLength(payload) > LONGEST_PAYLOAD_BYTES) throw callersBug('INVOICE_PAYLOAD_INVALID');
  // Money of other kinds goes through a provider, and no bot here has one.
  if (asked.currency !== 'XTR') throw callersBug('PAYMENT_PROVIDER_INVALID');
  const amount = readAmount(asked);
  if (period !== 0 && period !== PERIOD) throw callersBug('SUBSCRIPTION_PERIOD_INVALID');
  if (period !== 0 && amount > HIGHEST_SUBSCRIPTION_AMOUNT) throw callersBug('SUBSCRIPTION_AMOUNT_INVALID');
  return { bot, title, description, payload, amount, period: period === 0 ? undefined : period };
}

/** The limits are the Bot API's; how Telegram words what is too long is not known here. */
function demandLength(name: string, text: string, longest: number): void {
  if (text.trim() === '') throw callersBug(`parameter "${name}" is required`);
  if (characterCount(text) > longest) throw callersBug(`${name} is longer than ${longest} characters`);
}

function readAmount({ prices, provider_token }: Asked): number {
  const [price, ...more] = prices;
  if (price === undefined) throw callersBug('there must be at least one price part');
  if (price.label.trim() === '') throw callersBug('price part must be non-empty');
  const isForStars = more.length === 0 && (provider_token ?? '') === '';
  if (!isForStars) throw callersBug('STARS_INVOICE_INVALID');
  if (price.amount <= 0) throw callersBug('total price must be positive');
  if (price.amount > HIGHEST_AMOUNT) throw callersBug('CURRENCY_TOTAL_AMOUNT_INVALID');
  return price.amount;
}

export const invoices: Handlers<'sendInvoice' | 'createInvoiceLink'> = {
  sendInvoice(call, args) {
    const invoice = readInvoice(call, args);
    const reply_markup = args.reply_markup ?? payButton(invoice);
    const content = { kind: 'invoice', invoice, startParameter: args.start_parameter ?? '' } as const;
    return show(call, post(call, { ...args, reply_markup }, { content })) as Message.InvoiceMessage;
  },

  createInvoiceLink(call, args) {
    const invoice = readInvoice(call, args);
    call.world.journal.note(`@${call.bot.username} made an invoice for ${invoice.amount} Stars`);
    return call.world.stars.publish(invoice);
  },
};

function payButton({ amount }: Invoice): { inline_keyboard: { text: string; pay: true }[][] } {
  return { inline_keyboard: [[{ text: `Pay ⭐${amount}`, pay: true }]] };
}
