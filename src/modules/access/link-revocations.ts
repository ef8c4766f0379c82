import type { FollowerWork } from '../../kernel/events.ts';
import type { Work } from '../../kernel/unit-of-work.ts';

/** Every link of a subscription that still works is revoked. */
export async function enqueueLinkRevocations(
  work: Pick<FollowerWork, 'db' | 'enqueue'>,
  subscriptionId: number,
  botId: number,
): Promise<void> {
  const links = await work.db.inviteLink.findMany({
    where: { subscriptionId, revokedAt: null },
    select: { id: true },
  });
  for (const { id } of links) enqueueLinkRevocation(work, id, botId);
}

export function enqueueLinkRevocation(
  { enqueue }: Pick<Work, 'enqueue'>,
  inviteLinkId: number,
  botId: number,
): void {
  enqueue({ kind: 'revoke-link', key: `revoke-link:${inviteLinkId}`, botId, payload: { inviteLinkId } });
}
