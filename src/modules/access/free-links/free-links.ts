import type { FollowerWork } from '../../../kernel/events.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Work } from '../../../kernel/unit-of-work.ts';
import { ownerOf } from '../../notifications/address.ts';
import { tell } from '../../notifications/notice.ts';
import { ACCESS_NOTICES } from '../access-notices.ts';
import type { Arrival } from '../movements.ts';

function enqueueFreeLinkRevocation(
  { enqueue }: Pick<Work, 'enqueue'>,
  freeLinkId: number,
  botId: number,
): void {
  enqueue({
    kind: 'revoke-free-link',
    key: `revoke-free-link:${freeLinkId}`,
    botId,
    payload: { freeLinkId },
  });
}

/** Every link that somebody on the free list still has to a chat; without `channelId` to any of the bot's. */
export async function enqueueFreeLinkRevocations(
  work: Pick<FollowerWork, 'db' | 'enqueue'>,
  { botId, channelId, telegramUserId }: { botId: number; channelId: number | null; telegramUserId: bigint },
): Promise<void> {
  const links = await work.db.freeLink.findMany({
    where: {
      telegramUserId,
      revokedAt: null,
      channel: { botId, ...(channelId === null ? {} : { id: channelId }) },
    },
    select: { id: true },
  });
  for (const { id } of links) enqueueFreeLinkRevocation(work, id, botId);
}

/**
 * Somebody came in through a link that was made for somebody on the free list: it has done its work. Where it is
 * anybody else the owner is told.
 * @param stays whoever came in may be there
 * @returns null where the link is none of those
 */
export async function cameByFreeLink(
  work: Work,
  scope: TenantScope,
  { link, telegramUserId }: Arrival,
  stays: boolean,
): Promise<{ id: number; channelId: number } | null> {
  const found = await work.db.freeLink.findFirst({
    where: { link: link ?? '', channel: { botId: scope.botId } },
  });
  if (!found) return null;
  const { id, channelId } = found;
  enqueueFreeLinkRevocation(work, id, scope.botId);
  if (found.telegramUserId === telegramUserId) return { id, channelId };
  const about = { freeLinkId: id, telegramUserId: String(telegramUserId), stays };
  const options = { key: `free-link-leaked:${id}:${telegramUserId}`, botId: scope.botId };
  tell(work, ACCESS_NOTICES.freeLinkLeaked, ownerOf(scope), about, options);
  return { id, channelId };
}
