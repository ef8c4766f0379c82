import { DAY_MS, HOUR_MS } from '../../shared/durations.ts';
import type { ReferralMode } from '../bot-settings/bot-setting-names.ts';
import type { BotSettings } from '../bot-settings/bot-settings.ts';
import { type Duration, endOf } from '../plans/duration.ts';

/**
 * What became of a reward. `came`: the friend has bought nothing that counts. `given`. `waiting`: days for an inviter who has
 * no subscription that they could go to. `held`: the friend's receipt is doubtful, so the owner says. `capped`: the inviter
 * has had too many of late. `denied`: by the owner. `void`: the inviter was banned or forgotten, has used a discount whose
 * purchase was taken back since, or has bought nothing for too long.
 */
export const REFERRAL_STATUSES = ['came', 'given', 'waiting', 'held', 'capped', 'denied', 'void'] as const;
export type ReferralStatus = (typeof REFERRAL_STATUSES)[number];

/** What an inviter gets; and how many days, or how many percent. */
export interface Reward {
  kind: Exclude<ReferralMode, 'off'>;
  value: number;
}

/** What a bot offers its inviters now; null: nothing. */
export function offeredReward({ referral, referralDays, referralPercent }: BotSettings): Reward | null {
  switch (referral) {
    case 'off':
      return null;
    case 'days':
      return { kind: referral, value: referralDays };
    case 'percent':
      return { kind: referral, value: referralPercent };
  }
}

/** The terms as they were when the friend came hold for so long. */
export const TERMS_DAYS = 90;
/** A friend's discount is good for so long, and one that an inviter has earned. */
export const FRIEND_CODE_DAYS = 30;
export const REWARD_CODE_DAYS = 180;
/** Days wait for so long for a subscription that they could go to. */
export const WAITING_DAYS = 365;
/** An inviter is given so many rewards in as many days. */
export const MAX_REWARDS = 20;
export const CAP_DAYS = 30;
/** Days that were given are never taken back so that less than this is left. */
export const KEPT_MS = DAY_MS;
/** A lifetime counts as so many days bought. */
const LIFETIME_DAYS = 365;

/** A reward never exceeds what was bought. @returns days */
export function rewardDays(
  { value }: Pick<Reward, 'value'>,
  bought: { duration: Duration; at: Date },
  timeZone: string,
): number {
  const end = endOf(bought.duration, bought.at, timeZone);
  if (end === null) return Math.min(value, LIFETIME_DAYS);
  // Whole ones; where the clock is put forward meanwhile, they are an hour short.
  const days = Math.floor((end.getTime() - bought.at.getTime() + HOUR_MS) / DAY_MS);
  return Math.min(value, Math.max(days, 1));
}
