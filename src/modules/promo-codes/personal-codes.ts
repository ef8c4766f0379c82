import type { Work } from '../../kernel/unit-of-work.ts';
import { randomLetters } from '../../shared/random-letters.ts';

/** Without what is read as something else: 0 and O, 1 and I. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Eight random letters and digits. */
export function makeCode(): string {
  return randomLetters(LETTERS, 8);
}

/**
 * A code of one person's own, for one purchase, which is offered to them by itself.
 * @param given `until` the last day as a database keeps a date, see `dateOf`
 */
export async function givePersonalCode(
  { db, now }: Pick<Work, 'db' | 'now'>,
  given: {
    botId: number;
    endUserId: number;
    percent: number;
    until: Date;
    origin: 'winback' | 'referral';
  },
): Promise<{ id: number; code: string }> {
  const { botId, endUserId, percent, until, origin } = given;
  const row = await db.promoCode.create({
    data: {
      botId,
      endUserId,
      code: makeCode(),
      kind: 'percent',
      value: percent,
      maxUses: 1,
      perPerson: 1,
      endsOn: until,
      origin,
      isActive: true,
      createdAt: now,
    },
  });
  return { id: row.id, code: row.code };
}
