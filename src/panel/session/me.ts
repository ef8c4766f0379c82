import type { Session } from '../../modules/panel-access/session-service.ts';
import type { BotAtAGlance } from '../../modules/seller-bots/seller-bot.ts';
import type { Me } from '../contract/session.ts';
import type { SessionRoutesDeps } from './session-routes.ts';

/** The parts that the product has beside the sale itself: what is not named, no screen offers. */
const FEATURES = [
  'promo',
  'referral',
  'sources',
  'broadcast',
  'team',
  'providers',
  'stars',
  'grace',
  'freelist',
];

export async function readMe(
  { services, timeZone, mainBotUsername }: SessionRoutesDeps,
  { id, kind, expiresAt, person }: Session,
): Promise<Me> {
  const [bots, mainBot] = await Promise.all([
    services.sellerBots.listAllBots({ kind: 'owner', telegramUserId: person.telegramUserId }),
    mainBotUsername(),
  ]);
  return {
    person: {
      id: person.ownerId,
      telegramId: String(person.telegramUserId),
      name: person.fullName,
      username: person.username,
      language: person.language,
      banned: person.banned,
      closedBot: person.closedBot,
    },
    roles: ['owner', ...(person.isModerator ? (['moderator'] as const) : [])],
    bots: bots.map((bot) => ({
      id: String(bot.telegramBotId),
      username: bot.username,
      name: bot.name,
      role: bot.role,
      state: stateOf(bot),
      waiting: bot.waiting,
    })),
    timeZone,
    features: FEATURES,
    mainBot,
    session: { id, kind, expiresAt: expiresAt.toISOString() },
  };
}

export function stateOf({
  tokenDeadAt,
  isActive,
  pausedAt,
  sells,
}: Pick<BotAtAGlance, 'tokenDeadAt' | 'isActive' | 'pausedAt' | 'sells'>): Me['bots'][number]['state'] {
  if (tokenDeadAt !== null || !isActive) return 'dead';
  if (pausedAt !== null) return 'paused';
  return sells ? 'sells' : 'setup';
}
