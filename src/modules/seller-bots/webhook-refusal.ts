import type { SellerBot } from '../../infra/prisma-client/client.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { moderator, ownerOf, type Recipient } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { SELLER_BOT_NOTICES } from './seller-bot-notices.ts';

/** Once for each reason: the owner knows that it is not their fault, and the moderators what to mend. */
export async function tellOfRefusal(
  { transact, moderatorIds }: { transact: UnitOfWork; moderatorIds: readonly bigint[] },
  bot: Pick<SellerBot, 'id' | 'ownerId'>,
  reason: string,
): Promise<void> {
  const recipients: { name: string; to: Exclude<Recipient, { kind: 'endUser' }> }[] = [
    { name: 'owner', to: ownerOf(bot) },
    ...moderatorIds.map((id) => ({ name: String(id), to: moderator(id) })),
  ];
  await transact(async (work) => {
    for (const { name, to } of recipients) {
      const key = `webhook-refused:${bot.id}:${name}:${reason}`;
      tell(work, SELLER_BOT_NOTICES.webhookRefused, to, { botId: bot.id, reason }, { key });
    }
  });
}
