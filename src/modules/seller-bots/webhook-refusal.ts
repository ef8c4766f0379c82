import type { SellerBot } from '../../infra/prisma-client/client.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { NoticeRecipient } from '../notifications/notice.ts';

/** Once for each reason: the owner knows that it is not their fault, and the moderators what to mend. */
export async function tellOfRefusal(
  { transact, moderatorIds }: { transact: UnitOfWork; moderatorIds: readonly bigint[] },
  bot: Pick<SellerBot, 'id' | 'ownerId'>,
  reason: string,
): Promise<void> {
  const recipients: { name: string; to: NoticeRecipient }[] = [
    { name: 'owner', to: { kind: 'owner', ownerId: bot.ownerId } },
    ...moderatorIds
      .map(String)
      .map((id) => ({ name: id, to: { kind: 'moderator', telegramUserId: id } }) as const),
  ];
  await transact(async ({ enqueue }) => {
    for (const { name, to } of recipients) {
      enqueue({
        kind: 'sure-notice',
        key: `webhook-refused:${bot.id}:${name}:${reason}`,
        payload: { to, notice: { kind: 'webhookRefused', botId: bot.id, reason }, quiet: false },
      });
    }
  });
}
