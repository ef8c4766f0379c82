import type { Follower } from '../../kernel/events.ts';
import { DAY_MS } from '../../shared/durations.ts';
import { readSettings } from '../bot-settings/bot-settings.ts';

/** Whoever was asked to come back, to whatever chat of a bot, is left alone for so long. */
export const ONCE_IN_DAYS = 90;

/** For how long whoever is asked back may use the code that they get. */
export const CODE_DAYS = 7;

/** Nobody is woken by an offer: hours of the platform's time zone. */
export const DAYTIME = { from: 10, to: 20 } as const;

/** Whose time was up is asked back some days later, with what their owner gives at the end: later changes touch nobody. */
export const askBackLater: Follower<'accessEnded'> = async ({ db, enqueue }, ended) => {
  const { botId, subscriptionId, why, endedAt } = ended;
  if (why !== 'timeUp') return;
  const { winbackDays, winbackPercent: percent } = await readSettings(db, botId);
  if (winbackDays === 0) return;
  enqueue({
    kind: 'win-back',
    key: `win-back:${subscriptionId}`,
    botId,
    payload: { subscriptionId, percent },
    dueAt: new Date(endedAt.getTime() + winbackDays * DAY_MS),
  });
};
