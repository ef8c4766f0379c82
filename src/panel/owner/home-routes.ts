import type { FastifyInstance } from 'fastify';
import type { Services } from '../../modules/services.ts';
import type { Attention, BotOverview } from '../../modules/statistics/overview.ts';
import { type Home, home } from '../contract/home.ts';
import { sessionOf } from '../session/session-guard.ts';
import { toMoney } from '../shapes.ts';

/** All bots of whoever asks. */
export function homeRoutes(
  app: FastifyInstance,
  { sellerBots, statistics }: Pick<Services, 'sellerBots' | 'statistics'>,
): void {
  app.get('/home', { schema: { response: { 200: home } } }, async (request): Promise<Home> => {
    const { telegramUserId } = sessionOf(request).person;
    const theirs = await sellerBots.listRoles({ kind: 'owner', telegramUserId });
    const { asOf, bots, attention } = await statistics.readOverview(theirs);
    return { asOf: asOf.toISOString(), bots: bots.map(toBot), attention: attention.map(toAttention) };
  });
}

function toBot({ telegramBotId, waiting, live, turnover, monthBefore }: BotOverview): Home['bots'][number] {
  return {
    id: String(telegramBotId),
    waiting,
    live,
    turnover: turnover && {
      today: toMoney(turnover.today),
      week: toMoney(turnover.week),
      month: toMoney(turnover.month),
    },
    change: turnover && monthBefore !== null ? changeOf(turnover.month, monthBefore) : null,
  };
}

/** A share of what was, with four decimals; null where there was nothing. */
function changeOf(now: bigint, before: bigint): number | null {
  return before === 0n ? null : Math.round((Number(now - before) / Number(before)) * 10_000) / 10_000;
}

function toAttention({ kind, telegramBotId, count, since }: Attention): Home['attention'][number] {
  return { kind, bot: String(telegramBotId), count, since: since?.toISOString() ?? null };
}
