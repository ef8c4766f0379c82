import type { Language } from '../../infra/i18n/i18n.ts';
import { type PreparedBatch, preparedBatchLoader, type RunPrepared } from '../../infra/postgres/prepared.ts';
import { isLostRaceInSql } from '../../infra/postgres/sql-state.ts';
import { isUnavailable } from '../../infra/unavailable.ts';
import type { NewMessage } from '../../kernel/outbox/outbox-message.ts';
import type { Person, TenantScope } from '../../kernel/tenant-scope.ts';
import { type Aftermath, followUp, type UnitOfWork, type Work } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import type { HashPerson } from '../platform/person-key.ts';
import type { Arrival, ArrivalLink, Attribute } from './arrival.ts';
import { type EndUser, toEndUser } from './end-user.ts';
import { END_USER_NOTICES } from './end-user-notices.ts';

/** How somebody comes to a bot for the first time. */
export interface Arriving {
  language: Language;
  link: ArrivalLink | null;
}

const keyOf = (endUserId: number | '') => `new-end-user:${endUserId}`;

/**
 * Makes people known and tells owners of them, in one statement for all who come at a time: a channel that is told of its
 * bot comes as a whole. In order, so that two processes never wait for each other. Who is known already has no row.
 */
const REGISTER: PreparedBatch = {
  name: 'end-users-register',
  with: `asked AS (
      SELECT * FROM unnest($1::int[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[])
             WITH ORDINALITY q(bot_id, telegram_user_id, username, full_name, language, now, kind, payload, n)),
    arrived AS (
      INSERT INTO end_users (telegram_id, user_bot_id, username, full_name, language, created_at)
      SELECT telegram_user_id, bot_id, username, full_name, language, now FROM asked ORDER BY telegram_user_id, bot_id
      ON CONFLICT (telegram_id, user_bot_id) DO NOTHING
      RETURNING id, telegram_id, user_bot_id),
    told AS (
      INSERT INTO promises (kind, key, user_bot_id, payload, due_at)
      SELECT q.kind, '${keyOf('')}' || e.id, q.bot_id, jsonb_set(q.payload::jsonb, '{notice,endUserId}', to_jsonb(e.id)), LEAST(q.now, now())
        FROM asked q JOIN arrived e ON e.telegram_id = q.telegram_user_id AND e.user_bot_id = q.bot_id
       WHERE q.payload IS NOT NULL
      ON CONFLICT (key) DO NOTHING
      RETURNING id, key)`,
  text: `
    SELECT q.n, e.id, told.id::text AS "messageId"
      FROM asked q JOIN arrived e ON e.telegram_id = q.telegram_user_id AND e.user_bot_id = q.bot_id
      LEFT JOIN told ON told.key = '${keyOf('')}' || e.id`,
};

/** Its id stands in the notice as soon as Postgres has given it one. */
const NOT_YET = 0;

export function createRegistration(
  deps: Aftermath & {
    write: RunPrepared;
    transact: UnitOfWork;
    clock: Clock;
    hashPerson: () => Promise<HashPerson>;
    attributions: readonly Attribute[];
  },
) {
  const { transact, clock, hashPerson, attributions } = deps;
  const insert = preparedBatchLoader<
    [number, bigint, string | null, string, string, Date, string | null, string | null],
    { id: number; messageId: string | null }
  >(deps.write, REGISTER);

  /** The owner of a bot hears of nobody but others. */
  function tellOwner(
    work: Pick<Work, 'enqueue'>,
    scope: TenantScope,
    telegramUserId: bigint,
    endUserId: number,
  ): void {
    if (telegramUserId === scope.ownerTelegramUserId) return;
    const options = { key: keyOf(endUserId), botId: scope.botId };
    tell(work, END_USER_NOTICES.newEndUser, ownerOf(scope), { endUserId }, options);
  }

  /** @returns null for whoever is known by now */
  async function registerWithOthers(
    scope: TenantScope,
    { telegramUserId, username, fullName }: Person,
    language: Language,
  ): Promise<EndUser | null> {
    const { botId } = scope;
    const messages: NewMessage[] = [];
    tellOwner({ enqueue: (message) => messages.push(message) }, scope, telegramUserId, NOT_YET);
    const [message] = messages;
    const row = await insert(
      botId,
      telegramUserId,
      username,
      fullName,
      language,
      clock.now(),
      message?.kind ?? null,
      message ? JSON.stringify(message.payload) : null,
    );
    if (!row) return null;
    if (row.messageId !== null) await followUp(deps, [{ id: BigInt(row.messageId), botId }], [botId]);
    return {
      id: row.id,
      telegramUserId,
      username,
      fullName,
      language,
      hasChosenLanguage: false,
      wantedPlanId: null,
      banned: false,
    };
  }

  async function registerAlone(
    scope: TenantScope,
    person: Person,
    { language, link }: Arriving,
  ): Promise<EndUser> {
    const hash = link && (await hashPerson());
    const { botId } = scope;
    const { telegramUserId, username, fullName } = person;
    const row = await transact(async (work) => {
      const { db, now } = work;
      const inserted = await db.endUser.createManyAndReturn({
        data: { telegramUserId, botId, username, fullName, language, createdAt: now },
        skipDuplicates: true,
      });
      const endUser = inserted[0];
      if (!endUser) {
        return db.endUser.findUniqueOrThrow({ where: { telegramUserId_botId: { telegramUserId, botId } } });
      }
      tellOwner(work, scope, telegramUserId, endUser.id);
      if (link && hash) {
        const arrival: Arrival = { scope, endUserId: endUser.id, person: hash(telegramUserId), link };
        for (const attribute of attributions) await attribute(work, arrival);
      }
      return endUser;
    });
    return toEndUser(row);
  }

  /** Makes somebody known, with what brought them; whoever is known already stays as they are. */
  return async (scope: TenantScope, person: Person, arriving: Arriving): Promise<EndUser> => {
    if (arriving.link !== null) return registerAlone(scope, person, arriving);
    const endUser = await registerWithOthers(scope, person, arriving.language).catch((error: unknown) => {
      if (isUnavailable(error) && !isLostRaceInSql(error)) throw error;
      // One with whom something is wrong is no reason to turn the others out.
      return null;
    });
    return endUser ?? registerAlone(scope, person, arriving);
  };
}
