import type { Owner as OwnerRow, SellerBot } from '../../../infra/prisma-client/client.ts';
import { SYSTEM } from '../../../kernel/actor.ts';
import type { OutboxHandler } from '../../../kernel/outbox/outbox-message.ts';
import type { Work } from '../../../kernel/unit-of-work.ts';
import { moderator, ownerOf } from '../../notifications/address.ts';
import { tell } from '../../notifications/notice.ts';
import { SELLER_BOT_NOTICES } from '../seller-bot-notices.ts';
import { storeToken, type TokenHealingDeps } from './token-healing.ts';

export interface ChangedHandsDeps extends TokenHealingDeps {
  moderatorIds: readonly bigint[];
}

/**
 * A bot is somebody else's at Telegram: sales stop, and the former owner's token dies. Members keep what they paid for, and a
 * moderator gives the bot to its new owner. Heard twice, it is done once.
 */
export async function changeHands(
  deps: ChangedHandsDeps,
  { id }: SellerBot,
  newOwner: Pick<OwnerRow, 'id' | 'telegramUserId'>,
  isRetry: boolean,
): Promise<void> {
  const noted = await deps.transact(async (work) => noteChange(work, deps.moderatorIds, id, newOwner));
  // Telegram tells of the new token too: that asks for no further one. Whoever failed or died over it has not come so far.
  if (noted?.isFresh || (isRetry && noted && !noted.bot.tokenReplacedAt)) await replaceToken(deps, noted.bot);
}

/**
 * Telegram did not answer while the bot was its former owner's here: what they know still works, so the new owner's row
 * owes another token. Done twice, it is harmless.
 */
export function createReplaceTokenHandler(deps: TokenHealingDeps): OutboxHandler<'replace-token'> {
  return async ({ botId }) => {
    const bot = await deps.prisma.sellerBot.findUnique({ where: { id: botId } });
    if (!bot || bot.removedAt || bot.tokenReplacedAt) return 'not-due';
    await replaceToken(deps, bot);
    return 'delivered';
  };
}

/** It is its owner's again: whoever had it meanwhile knows its token. Sales go on when the owner says so. */
export async function takeBack(deps: TokenHealingDeps, bot: SellerBot): Promise<void> {
  await replaceToken(deps, bot);
  await deps.prisma.sellerBot.updateMany({
    where: { id: bot.id, removedAt: null },
    data: { handedOverTo: null, handedOverAt: null },
  });
}

async function noteChange(
  work: Work,
  moderatorIds: readonly bigint[],
  id: number,
  newOwner: { id: number; telegramUserId: bigint },
): Promise<{ bot: SellerBot; isFresh: boolean } | null> {
  const { db, now } = work;
  await db.$queryRaw`SELECT id FROM user_bots WHERE id = ${id} FOR UPDATE`;
  const present = await db.sellerBot.findUniqueOrThrow({ where: { id } });
  if (present.removedAt) return null;
  if (present.handedOverTo === newOwner.telegramUserId) return { bot: present, isFresh: false };
  const bot = await db.sellerBot.update({
    where: { id },
    data: {
      handedOverTo: newOwner.telegramUserId,
      handedOverAt: now,
      // From now on: when the former owner's was replaced.
      tokenReplacedAt: null,
      pausedAt: present.pausedAt ?? now,
    },
  });
  const notice = SELLER_BOT_NOTICES.botChangedHands;
  tell(work, notice, ownerOf(bot), { botId: id, reads: 'former' });
  tell(work, notice, ownerOf({ ownerId: newOwner.id }), { botId: id, reads: 'new' });
  for (const moderatorId of moderatorIds) {
    tell(work, notice, moderator(moderatorId), { botId: id, reads: 'moderator' });
  }
  work.audit(SYSTEM, 'bot.changed-hands', { bot: id });
  return { bot, isFresh: true };
}

/** Noted only when it is done: until then what somebody else knows may still work. */
async function replaceToken(deps: TokenHealingDeps, bot: SellerBot): Promise<void> {
  await storeToken(deps, bot, await deps.gateway.replaceManagedToken(bot.telegramBotId));
  const tokenReplacedAt = deps.clock.now();
  await deps.prisma.sellerBot.updateMany({ where: { id: bot.id }, data: { tokenReplacedAt } });
}
