import type { SellerBot } from '../../../infra/prisma-client/client.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Work } from '../../../kernel/unit-of-work.ts';
import { tellOfNewOwner } from '../../owners/owner-queries.ts';
import { endWithBot } from '../bot-end.ts';

/**
 * A bot that has changed hands is its new owner's here too, from now on. What was sold stays with the former one.
 * @returns the row of the new owner; null where they have asked to be forgotten: then whoever has its token may add it
 * @throws AppError `ownerBanned`
 */
export async function giveToNewOwner(
  work: Work,
  bot: SellerBot,
  moderatorIds: readonly bigint[],
): Promise<number | null> {
  const { db, now, enqueue } = work;
  const { id, telegramBotId, handedOverTo, encryptedToken, username, name, tokenReplacedAt } = bot;
  const owner =
    handedOverTo === null ? null : await db.owner.findUnique({ where: { telegramUserId: handedOverTo } });
  if (owner?.banned) throw new AppError('ownerBanned');
  await db.sellerBot.update({
    where: { id },
    data: { isActive: false, removedAt: now, releasedAt: now, handedOverTo: null },
  });
  await endWithBot(work, id);
  if (!owner) {
    enqueue({ kind: 'retire-bot', payload: { botId: id } });
    return null;
  }
  const given = await db.sellerBot.create({
    data: {
      ownerId: owner.id,
      telegramBotId,
      encryptedToken,
      username,
      name,
      isManaged: true,
      tokenReplacedAt,
      createdAt: now,
    },
  });
  const unknown = { where: { id: owner.id, isAnnounced: false }, data: { isAnnounced: true } };
  if ((await db.owner.updateMany(unknown)).count > 0) tellOfNewOwner(work, owner, moderatorIds);
  const ofBot = { botId: given.id, payload: { botId: given.id } };
  if (!tokenReplacedAt) enqueue({ kind: 'replace-token', ...ofBot });
  enqueue({ kind: 'launch-bot', ...ofBot });
  enqueue({ kind: 'introduce-bot', ...ofBot });
  return given.id;
}
