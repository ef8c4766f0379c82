import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, requireOwner, requireOwnerOf } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import {
  formatCardNumber,
  hideCardDigits,
  maskCardNumber,
  parseCardNumber,
} from '../../shared/card-number.ts';
import { asSeen } from '../../shared/typed.ts';
import { ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { MAX_CARD_HOLDER_LENGTH } from './seller-bot.ts';
import { SELLER_BOT_NOTICES } from './seller-bot-notices.ts';

/**
 * Reads a card number as people type it. Stores nothing yet: a number without its holder is of no use.
 * @throws AppError `card.malformed`
 */
export function readCardNumber(typed: string): { digits: string; luhnValid: boolean } {
  const card = parseCardNumber(asSeen(typed));
  if (!card) throw new AppError('card.malformed');
  return card;
}

/** @throws AppError `card.holder…` */
export function readCardHolder(typed: string): string {
  const holder = asSeen(typed).trim().replace(/\s+/g, ' ');
  if (holder.length === 0) throw new AppError('card.holderMissing');
  if (holder.length > MAX_CARD_HOLDER_LENGTH) {
    throw new AppError('card.holderTooLong', { max: MAX_CARD_HOLDER_LENGTH });
  }
  if (parseCardNumber(holder)) throw new AppError('card.holderIsNumber');
  return holder;
}

/** The card of a bot, to which its buyers pay. */
export function createBotCard({ prisma, transact }: { prisma: PrismaClient; transact: UnitOfWork }) {
  /** As its owner may see it again, of the number only what they know it by: `8600 •••• •••• 9012`. Null: there is none. */
  async function readCard(
    scope: TenantScope,
    actor: Actor,
  ): Promise<{ number: string; holder: string | null } | null> {
    requireOwnerOf(scope, actor);
    const { cardNumber, cardHolder } = await prisma.sellerBot.findUniqueOrThrow({
      where: { id: scope.botId },
      select: { cardNumber: true, cardHolder: true },
    });
    return cardNumber === null
      ? null
      : { number: formatCardNumber(hideCardDigits(cardNumber)), holder: cardHolder };
  }

  /** Whoever changes it is told, in the main bot, whichever way it was done. */
  async function setCard(
    scope: TenantScope,
    actor: Actor,
    { digits: cardNumber, holder }: { digits: string; holder: string },
  ): Promise<void> {
    const cardHolder = readCardHolder(holder);
    await transact(async (work) => {
      const { db, audit, once } = work;
      await requireOwner(db, scope, actor);
      if (!(await once(actor.act))) return;
      const [before] = await db.$queryRaw<{ cardNumber: string | null }[]>`
        SELECT card_number AS "cardNumber" FROM user_bots WHERE id = ${scope.botId} FOR UPDATE`;
      await db.sellerBot.update({ where: { id: scope.botId }, data: { cardNumber, cardHolder } });
      audit(actor, 'bot.card-set', { bot: scope.botId });
      const old = before?.cardNumber ?? null;
      if (old === null || old === cardNumber) return;
      const lastDigits = { old: maskCardNumber(old), new: maskCardNumber(cardNumber) };
      tell(work, SELLER_BOT_NOTICES.cardChanged, ownerOf(scope), { botId: scope.botId, ...lastDigits });
    });
  }

  return { readCard, readCardNumber, setCard };
}
