import type { AttributeOwner } from '../owners/owner-arrival.ts';

/**
 * Notes who brought a newcomer. The code of whoever is banned leads nowhere; and whoever was forgotten and comes again has
 * been brought before.
 */
export const attributeOwner: AttributeOwner = async ({ db, now }, { ownerId, person, inviteCode }) => {
  // Locked: they are not forgotten beside us.
  const [inviter] = await db.$queryRaw<{ id: number }[]>`
    SELECT id FROM user_admins WHERE invite_code = ${inviteCode} AND NOT banned FOR SHARE`;
  if (!inviter) return;
  const { count } = await db.ownerReferral.createMany({
    data: { inviterId: inviter.id, friendId: ownerId, person, arrivedAt: now },
    skipDuplicates: true,
  });
  if (count > 0) await db.owner.update({ where: { id: ownerId }, data: { invitedById: inviter.id } });
};
