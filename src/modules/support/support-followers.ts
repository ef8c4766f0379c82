import type { Follower } from '../../kernel/events.ts';
import { reopenSupport } from './support-queries.ts';

/** Support messages that could not reach somebody who had blocked the bot. */
export const reopenTheirSupport: Follower<'personReturned'> = async (
  { db, wake },
  { scope, telegramUserId },
) => {
  wake(await reopenSupport(db, scope, telegramUserId));
};
