export const BROADCAST_STATUSES = ['draft', 'scheduled', 'sending', 'paused', 'done', 'cancelled'] as const;
export type BroadcastStatus = (typeof BROADCAST_STATUSES)[number];

/** Whether it goes out, or will. */
export function isOpen({ status }: { status: BroadcastStatus }): boolean {
  return status === 'scheduled' || status === 'sending' || status === 'paused';
}

export const PAUSE_REASONS = ['asked', 'blocked', 'original', 'token'] as const;
/** `asked`: somebody pressed. The rest it does by itself: many have blocked the bot, the original is gone, the token is dead. */
export type PauseReason = (typeof PAUSE_REASONS)[number];
