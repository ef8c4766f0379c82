import { Prisma } from '../../infra/prisma-client/client.ts';
import type { EndUserActor, Pressed } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db, Work } from '../../kernel/unit-of-work.ts';
import { dateOf, startOfDay } from '../../shared/calendar.ts';
import { tell } from '../notifications/notice.ts';
import type { Duration } from '../plans/duration.ts';
import type { HashPerson } from '../platform/person-key.ts';
import { settle } from '../subscriptions/settlement.ts';
import { listHearers } from '../team/team-queries.ts';
import { TRIAL_NOTICES } from './trial-notices.ts';

/** Whoever makes accounts to try again and again gets no further than this in a day, at one bot. */
const FREE_TRIALS_A_DAY = 200;

/**
 * Whether somebody had a trial, or a subscription of any kind, in a chat of a plan `p`, at whichever bot sold it. Who that
 * is says a `q` with `person` and `telegram_user_id`: a subscription knows its holder until they are forgotten, a trial
 * for ever.
 */
export const HAD_ANYTHING = `EXISTS (
  SELECT FROM channels tc
   WHERE tc.id = ANY(p.channel_ids)
     AND (EXISTS (SELECT FROM trial_uses tu WHERE tu.person = q.person AND tu.telegram_chat_id = tc.telegram_chat_id)
       OR EXISTS (SELECT FROM end_users th
                    JOIN subscriptions ts ON ts.end_user_id = th.id
                    JOIN channels td ON td.id = ts.channel_id
                   WHERE th.telegram_id = q.telegram_user_id AND td.telegram_chat_id = tc.telegram_chat_id)))`;

/** Whom `HAD_ANYTHING` is about. */
export interface Taster {
  /** The keyed hash of their Telegram id. */
  person: bigint;
  telegramUserId: bigint;
}

interface OfferedTrial {
  channelIds: readonly number[];
  duration: Duration;
  hadAnything: boolean;
}

/**
 * Gives a free trial at once. The caller holds the lock on the end user, and has read the plan under it.
 * @returns `noneLeft` where the bot has given as many as it may today; its owner is told
 * @throws AppError `trial.used`, `oldButton`, `chatNotConnected`
 */
export async function giveTrial(
  work: Work,
  scope: TenantScope,
  actor: Pressed<EndUserActor>,
  { plan, person, timeZone }: { plan: OfferedTrial; person: bigint; timeZone: string },
): Promise<'given' | 'noneLeft'> {
  const { botId } = scope;
  if (plan.hadAnything) {
    // The same press, heard again, has given it.
    if (!(await work.once(actor.act))) return 'given';
    throw new AppError('trial.used');
  }
  if ((await countGivenToday(work, botId, timeZone)) >= FREE_TRIALS_A_DAY) {
    const key = `trials-used-up:${botId}:${dateOf(work.now, timeZone).toISOString().slice(0, 10)}`;
    for (const to of await listHearers(work.db, scope, 'shop')) {
      tell(work, TRIAL_NOTICES.trialsUsedUp, to, { botId }, { key: `${key}:${to.ownerId}` });
    }
    return 'noneLeft';
  }
  // It did something else when it was heard first.
  if (!(await work.once(actor.act))) throw new AppError('oldButton');
  const { channelIds, duration } = plan;
  const { endUserId } = actor;
  const given = { botId, endUserId, channelIds, duration };
  await settle(work, { ...given, source: 'trial', sourceId: endUserId }, timeZone);
  if (!(await noteTrial(work, { person, channelIds }))) throw new AppError('trial.used');
  return 'given';
}

/** By the books. Those who come at the same moment stand in a line, so that not one more is given. */
async function countGivenToday({ db, now }: Work, botId: number, timeZone: string): Promise<number> {
  await db.$queryRaw`SELECT pg_advisory_xact_lock(hashtext('trials'), ${botId}::int)::text`;
  return db.timeEntry.count({
    where: { botId, source: 'trial', createdAt: { gte: startOfDay(now, timeZone) } },
  });
}

/**
 * Writes down that a payment was for a trial, where it was; see `noteTrial`.
 * @throws AppError `trial.usedMeanwhile`: then nothing is approved
 */
export async function noteBoughtTrial(
  work: Work,
  { paymentId, channelIds, hash }: { paymentId: number; channelIds: readonly number[]; hash: HashPerson },
): Promise<void> {
  const bought = await work.db.payment.findFirst({
    where: { id: paymentId, plan: { isTrial: true } },
    select: { endUser: { select: { telegramUserId: true } } },
  });
  if (!bought) return;
  const person = hash(bought.endUser.telegramUserId);
  if (!(await noteTrial(work, { person, channelIds }))) throw new AppError('trial.usedMeanwhile');
}

/** Whether a trial of any of these chats was had before. Nothing is locked. */
export async function isTrialUsed(
  db: Db,
  { person, channelIds }: { person: bigint; channelIds: readonly number[] },
): Promise<boolean> {
  const [used] = await db.$queryRaw<object[]>`
    SELECT FROM trial_uses u JOIN channels c ON c.telegram_chat_id = u.telegram_chat_id
     WHERE u.person = ${person} AND c.id = ANY(${channelIds}::int[]) LIMIT 1`;
  return used !== undefined;
}

/**
 * Writes down that somebody has had the trial of these chats. The caller has settled it: so the chats are locked, and keep
 * their ids at Telegram.
 * @returns false where they had one in any of them before
 */
async function noteTrial(
  { db, now }: Work,
  { person, channelIds }: { person: bigint; channelIds: readonly number[] },
): Promise<boolean> {
  const noted = await db.$executeRaw`
    INSERT INTO trial_uses (person, telegram_chat_id, used_at)
    SELECT ${person}::bigint, telegram_chat_id, ${now} FROM channels WHERE id IN (${Prisma.join([...channelIds])})
    ON CONFLICT DO NOTHING`;
  return noted === channelIds.length;
}

/** Which of a bot's chats somebody has tried, and when. */
export function listTrials(
  db: Db,
  { botId }: TenantScope,
  person: bigint,
): Promise<{ chat: string; usedAt: Date }[]> {
  return db.$queryRaw`
    SELECT c.title AS chat, u.used_at AS "usedAt"
      FROM trial_uses u JOIN channels c ON c.telegram_chat_id = u.telegram_chat_id
     WHERE u.person = ${person} AND c.user_bot_id = ${botId} ORDER BY u.used_at`;
}
