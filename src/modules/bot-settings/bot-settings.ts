import type { Db } from '../../kernel/unit-of-work.ts';
import type { NumberName, ReferralMode, SwitchName } from './bot-setting-names.ts';

/** What an owner sets for a whole bot, beside what it cannot do without. */
export interface BotSettings {
  /** For how long a place is kept after the end; 0: it is not. */
  graceDays: number;
  /** How long after the end people are asked to come back; 0: never. */
  winbackDays: number;
  /** What those who are asked to come back are spared; 0: nothing. */
  winbackPercent: number;
  /** Each open choice by card has an amount of its own. */
  uniqueAmount: boolean;
  referral: ReferralMode;
  /** What an inviter gets in the mode `days`. */
  referralDays: number;
  /** What an inviter's next purchase is spared in the mode `percent`. */
  referralPercent: number;
  /** What a friend's first purchase is spared; 0: nothing. */
  friendPercent: number;
  /** Receipts go to managers alone; the owner gets those that still wait after a day. */
  quietReceipts: boolean;
}

/** Of a bot whose owner never set anything: it has no row. */
const DEFAULTS: BotSettings = {
  graceDays: 0,
  winbackDays: 0,
  winbackPercent: 0,
  uniqueAmount: false,
  referral: 'off',
  referralDays: 7,
  referralPercent: 20,
  friendPercent: 0,
  quietReceipts: false,
};

type NamesOf<T> = { [K in keyof BotSettings]: BotSettings[K] extends T ? K : never }[keyof BotSettings];

/** A number in a range; what it sets is its name on a button. Its texts are `grow.<name>` and `grow.ask.<name>`. */
export const NUMBERS = {
  grace: { sets: 'graceDays', min: 0, max: 14 },
  winback: { sets: 'winbackDays', min: 0, max: 60 },
  winpercent: { sets: 'winbackPercent', min: 0, max: 50 },
  refdays: { sets: 'referralDays', min: 1, max: 90 },
  refpercent: { sets: 'referralPercent', min: 5, max: 50 },
  friendpercent: { sets: 'friendPercent', min: 0, max: 50 },
} as const satisfies Record<NumberName, { sets: NamesOf<number>; min: number; max: number }>;

/** On or off. */
export const SWITCHES = {
  unique: 'uniqueAmount',
  quietreceipts: 'quietReceipts',
} as const satisfies Record<SwitchName, NamesOf<boolean>>;

export async function readSettings(
  db: { readonly botSettings: Pick<Db['botSettings'], 'findUnique'> },
  botId: number,
): Promise<BotSettings> {
  const row = await db.botSettings.findUnique({ where: { botId }, omit: { botId: true } });
  return row ? { ...row, referral: row.referral as ReferralMode } : DEFAULTS;
}
