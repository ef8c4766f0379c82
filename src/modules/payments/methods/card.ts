import { AppError } from '../../../kernel/errors.ts';
import type { PaymentMethodDefinition } from './payment-method.ts';

declare module './payment-method.ts' {
  interface PaymentInstructions {
    card: { cardNumber: string; cardHolder: string };
  }
}

/** A transfer to the owner's card, shown by a receipt that the owner approves. */
export const CARD: PaymentMethodDefinition<'card'> = {
  async instructions(db, { botId }) {
    const bot = await db.sellerBot.findUnique({
      where: { id: botId },
      select: { cardNumber: true, cardHolder: true },
    });
    if (!bot?.cardNumber) throw new AppError('planGone');
    return { cardNumber: bot.cardNumber, cardHolder: bot.cardHolder ?? '' };
  },
};
