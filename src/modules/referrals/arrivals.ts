import type { Work } from '../../kernel/unit-of-work.ts';
import { addDays, dateOf } from '../../shared/calendar.ts';
import { readSettings } from '../bot-settings/bot-settings.ts';
import type { Attribute } from '../end-users/arrival.ts';
import { endUserOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { givePersonalCode } from '../promo-codes/personal-codes.ts';
import { FRIEND_CODE_DAYS, offeredReward } from './referral.ts';
import { REFERRAL_NOTICES } from './referral-notices.ts';

/** A newcomer was brought by whoever sent them the link, on the terms of this moment; once a person, also if they were forgotten since. */
export function attributeToInviter({ timeZone }: { timeZone: string }): Attribute {
  return async (work, { scope: { botId }, endUserId, person, link: { inviteCode } }) => {
    const { db, now } = work;
    if (inviteCode === null || (await isManager(db, botId, endUserId))) return;
    const terms = await readSettings(db, botId);
    const reward = offeredReward(terms);
    if (!reward) return;
    // Locked as the row below locks them: they are neither forgotten nor banned beside us.
    const [inviter] = await db.$queryRaw<{ id: number }[]>`
      SELECT id FROM end_users
       WHERE invite_code = ${inviteCode} AND user_bot_id = ${botId} AND NOT banned FOR KEY SHARE`;
    if (!inviter) return;
    const { friendPercent } = terms;
    const [referral] = await db.referral.createManyAndReturn({
      data: {
        botId,
        inviterId: inviter.id,
        friendId: endUserId,
        person,
        ...reward,
        friendPercent,
        arrivedAt: now,
      },
      skipDuplicates: true,
    });
    if (!referral) return;
    if (friendPercent > 0) {
      const until = dateOf(addDays(now, FRIEND_CODE_DAYS, timeZone), timeZone);
      const about = { botId, endUserId, percent: friendPercent, until, origin: 'referral' } as const;
      const { id: friendCodeId } = await givePersonalCode(work, about);
      await db.referral.update({ where: { id: referral.id }, data: { friendCodeId } });
    }
    const payload = { referralId: referral.id };
    tell(work, REFERRAL_NOTICES.friendCame, endUserOf({ endUserId: inviter.id }), payload, { botId });
  };
}

/** Whoever helps the owner is brought by nobody. */
async function isManager(db: Work['db'], botId: number, endUserId: number): Promise<boolean> {
  const { telegramUserId } = await db.endUser.findUniqueOrThrow({ where: { id: endUserId } });
  return (await db.botManager.count({ where: { botId, telegramUserId, status: 'active' } })) > 0;
}
