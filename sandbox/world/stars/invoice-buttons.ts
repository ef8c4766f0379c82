import type { Dialog } from '../messages.ts';
import type { World } from '../world.ts';
import type { Invoice } from './ledger.ts';

/** What the button of that label lets them pay, on the newest message that has it. @throws where that is nothing */
export function findInvoice(
  world: World,
  { bot, person, messages }: Dialog,
  label: string | RegExp,
): Invoice {
  const matches = (text: string): boolean => (typeof label === 'string' ? text === label : label.test(text));
  for (const { isDeleted, markup, content } of messages.toReversed()) {
    const button = isDeleted ? undefined : markup?.inline_keyboard.flat().find(({ text }) => matches(text));
    if (button === undefined) continue;
    if ('pay' in button && content.kind === 'invoice') return content.invoice;
    const invoice = 'url' in button ? world.stars.invoices.get(button.url) : undefined;
    if (invoice !== undefined) return invoice;
  }
  throw new Error(`${person.firstName} finds no button ${String(label)} of @${bot.username} to pay by.`);
}
