/**
 * Which tenant a request belongs to. Built once an update by the bot registry, never from what a person sent,
 * and the first argument of every service that touches a tenant's data.
 */
export interface TenantScope {
  /** `user_bots.id` */
  readonly botId: number;
  readonly telegramBotId: bigint;
  readonly botUsername: string;
  /** `user_admins.id` */
  readonly ownerId: number;
  readonly ownerTelegramUserId: bigint;
}

/** The scope of a bot, from its row with its owner's id at Telegram. */
export function toTenantScope(row: {
  id: number;
  telegramBotId: bigint;
  username: string;
  ownerId: number;
  owner: { telegramUserId: bigint };
}): TenantScope {
  return {
    botId: row.id,
    telegramBotId: row.telegramBotId,
    botUsername: row.username,
    ownerId: row.ownerId,
    ownerTelegramUserId: row.owner.telegramUserId,
  };
}

/** A person as Telegram describes them in an update. */
export interface Person {
  readonly telegramUserId: bigint;
  readonly username: string | null;
  readonly fullName: string;
  /** IETF tag that Telegram guesses from the app; absent for many people. */
  readonly languageCode: string | undefined;
}

/** Whoever asked to be forgotten has no id at Telegram any more: what stands for it is below zero. */
export function isForgotten({ telegramUserId }: { telegramUserId: bigint }): boolean {
  return telegramUserId < 0n;
}
