import type { Middleware } from 'grammy';
import type { Redis } from 'ioredis';
import { batched } from '../../shared/batched.ts';
import { isQueryTooOld } from '../api-errors.ts';
import type { BotContext } from '../context.ts';
import { send } from '../screen.ts';

/** Whoever was too fast is heard again after this much quiet. */
const QUIET_MS = 5_000;
const WINDOW_MS = 1_000;

/** `fine`, `told`: the first one too many, `silent`: one of those after it. */
type Verdict = 'fine' | 'told' | 'silent';

/** Each key counts, and stands with `:quiet` behind it for the quiet. */
const COUNT = `
local function judge(key)
  local quiet = key .. ':quiet'
  if redis.call('EXISTS', quiet) == 1 then
    redis.call('PEXPIRE', quiet, ARGV[3])
    return 'silent'
  end
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('PEXPIRE', key, ARGV[2]) end
  if count <= tonumber(ARGV[1]) then return 'fine' end
  redis.call('SET', quiet, 1, 'PX', ARGV[3])
  return 'told'
end
local verdicts = {}
for place, key in ipairs(KEYS) do verdicts[place] = judge(key) end
return verdicts`;

/** Money, decisions and receipts are never held back. */
const NEVER_LIMITED = /^(?:plan|pay|cancel|approve|reject|revert|mod:tariff-(?:approve|reject)):/;

/**
 * So many messages and presses a second for each person and bot, counted in Redis for all processes. One polite word,
 * then silence; a press is answered all the same.
 * @param perSecond 0 = off
 */
export function rateLimit(redis: Redis, perSecond: number): Middleware<BotContext> {
  if (perSecond === 0) return (_context, next) => next();
  const judge = batched<string, Verdict>(
    async (keys) =>
      (await redis.eval(COUNT, keys.length, ...keys, perSecond, WINDOW_MS, QUIET_MS)) as Verdict[],
  );
  return async (context, next) => {
    const { from } = context;
    if (!from || isNeverLimited(context)) return next();
    const verdict = await judge(`rate:${context.me.id}:${from.id}`);
    if (verdict === 'fine') return next();
    if (context.callbackQuery) return answerTooFast(context);
    if (verdict === 'told') await send(context, { text: context.t('tooFast') });
  };
}

function isNeverLimited({ callbackQuery, message }: BotContext): boolean {
  if (callbackQuery) return NEVER_LIMITED.test(callbackQuery.data ?? '');
  return message?.photo !== undefined || message?.document !== undefined || message === undefined;
}

async function answerTooFast(context: BotContext): Promise<void> {
  try {
    await context.answerCallbackQuery(context.t('tooFast'));
  } catch (error) {
    if (!isQueryTooOld(error)) throw error;
  }
}
