import type { Language } from '../../infra/i18n/i18n.ts';
import { type Prepared, preparedBatchLoader, type RunPrepared } from '../../infra/postgres/prepared.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { AppError } from '../../kernel/errors.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { MINUTE_MS } from '../../shared/durations.ts';
import { ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import type { PanelFeed } from './panel-feed.ts';
import { PANEL_NOTICES } from './panel-notices.ts';
import { lastingOf, type SessionKind } from './session.ts';
import { hashToken, makeSessionToken } from './session-token.ts';

/** Somebody who is signed in, as they are at this request. */
export interface Session {
  id: number;
  kind: SessionKind;
  expiresAt: Date;
  person: SignedIn;
}

interface SignedIn {
  /** `user_admins.id`. */
  ownerId: number;
  telegramUserId: bigint;
  fullName: string;
  username: string | null;
  language: Language;
  banned: boolean;
  /** The main bot cannot write to them. */
  closedBot: boolean;
  isModerator: boolean;
}

/** A device, as its person sees it in their list. */
export interface Device {
  id: number;
  kind: SessionKind;
  browser: string | null;
  createdAt: Date;
  lastSeenAt: Date;
}

/** Whom Telegram has named: by what it signed for a Mini App, or by a way in that their chat was given. */
interface SigningIn {
  telegramUserId: bigint;
  /** Null: they come by a browser. */
  signed: { at: Date; hash: string } | null;
}

interface LockedPerson {
  ownerId: number;
  signedOutAt: Date | null;
}

/** At so many places somebody may be signed in, of each kind: nobody uses as many. */
const MOST_OF_A_KIND = 20;
/** That somebody was here is written no more often than this. */
const SEEN_EVERY_MS = 10 * MINUTE_MS;

/** The session and its person in one round trip: whatever has become of either counts at once. */
const AUTHENTICATE: Prepared = {
  name: 'panel-session',
  text: `
    SELECT q.n, s.id, s.kind, s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt",
           s.ended_at AS "endedAt", s.telegram_id::text AS "telegramUserId",
           o.id AS "ownerId", o.full_name AS "fullName", o.username, o.language, o.banned,
           o.blocked_at IS NOT NULL AS "closedBot"
      FROM unnest($1::text[]) WITH ORDINALITY q(hash, n)
      JOIN panel_sessions s ON s.token_hash = decode(q.hash, 'hex')
      LEFT JOIN user_admins o ON o.telegram_id = s.telegram_id`,
};

interface AuthenticatedRow {
  id: number;
  kind: SessionKind;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
  endedAt: string | null;
  telegramUserId: string;
  /** Null of whoever is no owner any more. */
  ownerId: number | null;
  fullName: string;
  username: string | null;
  language: Language;
  banned: boolean;
  closedBot: boolean;
}

/** Who may open the panel, from where, and until when. */
export function createPanelSessionService(deps: {
  prisma: PrismaClient;
  read: RunPrepared;
  transact: UnitOfWork;
  clock: Clock;
  moderatorIds: readonly bigint[];
  feed: PanelFeed;
}) {
  const { prisma, read, transact, clock, moderatorIds, feed } = deps;
  const find = preparedBatchLoader<[string], AuthenticatedRow>(read, AUTHENTICATE);

  /**
   * Signs in whom Telegram has named. Of whoever is signed in at many places already, the one that they opened first ends.
   * @returns what they carry from now on; it is kept nowhere
   * @throws AppError `session.notKnown` for whoever never opened the main bot, or was forgotten; `session.staleInitData`
   */
  async function signIn(
    { telegramUserId, signed }: SigningIn,
    { browser }: { browser: string | null },
  ): Promise<string> {
    const token = makeSessionToken();
    const kind: SessionKind = signed ? 'miniApp' : 'browser';
    const initDataHash = signed ? new Uint8Array(hashToken(signed.hash)) : null;
    const { ms } = lastingOf(kind, moderatorIds.includes(telegramUserId));
    const ended = await transact(async (work) => {
      const { db, now, audit } = work;
      const known = await lockPerson(work, telegramUserId);
      if (!known) throw new AppError('session.notKnown');
      if (signed && initDataHash) {
        const isOver = known.signedOutAt !== null && signed.at <= known.signedOutAt;
        if (isOver || (await hasEnded(work, { telegramUserId, initDataHash }))) {
          throw new AppError('session.staleInitData');
        }
      }
      const surplus = await findSurplus(work, { telegramUserId, kind });
      const { id } = await db.panelSession.create({
        data: {
          tokenHash: new Uint8Array(hashToken(token)),
          initDataHash,
          telegramUserId,
          kind,
          browser,
          createdAt: now,
          lastSeenAt: now,
          expiresAt: new Date(now.getTime() + ms),
        },
      });
      audit({ kind: 'owner', telegramUserId }, 'panel.signed-in', { session: id });
      if (kind === 'browser') {
        tell(work, PANEL_NOTICES.newBrowserSession, ownerOf(known), { sessionId: id });
      }
      // Nobody wanted them ended: what signed them opens others still.
      await db.panelSession.updateMany({ where: { id: { in: surplus } }, data: { initDataHash: null } });
      return endRows(work, telegramUserId, { in: surplus });
    });
    if (ended > 0) feed.signedOut(telegramUserId);
    return token;
  }

  /** @throws AppError `session.none` of what nobody was given, `session.ended` of what is over for any reason */
  async function authenticate(token: string): Promise<Session> {
    const row = await find(hashToken(token).toString('hex'));
    if (!row) throw new AppError('session.none');
    const now = clock.now();
    const telegramUserId = BigInt(row.telegramUserId);
    const isModerator = moderatorIds.includes(telegramUserId);
    const { ms, unusedMs } = lastingOf(row.kind, isModerator);
    const lastSeenAt = new Date(row.lastSeenAt);
    // Whoever has become a moderator since stays no longer than one does.
    const expiresAt = earlier(new Date(row.expiresAt), after(new Date(row.createdAt), ms));
    const isOver = row.endedAt !== null || expiresAt <= now || after(lastSeenAt, unusedMs) <= now;
    const { id, kind, ownerId, fullName, username, language, banned, closedBot } = row;
    if (isOver || ownerId === null) throw new AppError('session.ended');
    if (after(lastSeenAt, SEEN_EVERY_MS) <= now) {
      await prisma.panelSession.updateMany({ where: { id, endedAt: null }, data: { lastSeenAt: now } });
    }
    return {
      id,
      kind,
      expiresAt,
      person: { ownerId, telegramUserId, fullName, username, language, banned, closedBot, isModerator },
    };
  }

  /** Where somebody is signed in, the latest first. */
  async function listDevices({ person: { telegramUserId } }: Session): Promise<Device[]> {
    const now = clock.now();
    const rows = await prisma.panelSession.findMany({
      where: { telegramUserId, endedAt: null, expiresAt: { gt: now } },
      orderBy: { id: 'desc' },
    });
    const isModerator = moderatorIds.includes(telegramUserId);
    return rows
      .map((row) => ({ ...row, kind: row.kind as SessionKind }))
      .filter(({ kind, lastSeenAt }) => after(lastSeenAt, lastingOf(kind, isModerator).unusedMs) > now)
      .map(({ id, kind, browser, createdAt, lastSeenAt }) => ({ id, kind, browser, createdAt, lastSeenAt }));
  }

  /** What signed it opens no other. @throws AppError `notFound` of what is not theirs, or over */
  async function end({ person: { telegramUserId } }: Session, id: number): Promise<void> {
    const count = await transact(async (work) => {
      await lockPerson(work, telegramUserId);
      return endRows(work, telegramUserId, id);
    });
    if (count === 0) throw new AppError('notFound');
    feed.signedOut(telegramUserId);
  }

  /** Signs somebody out everywhere: whatever Telegram has signed until now opens nothing any more. */
  async function endAll(telegramUserId: bigint): Promise<void> {
    const count = await transact(async (work) => {
      await lockPerson(work, telegramUserId);
      await work.db.owner.updateMany({ where: { telegramUserId }, data: { signedOutAt: work.now } });
      return endRows(work, telegramUserId, undefined);
    });
    if (count > 0) feed.signedOut(telegramUserId);
  }

  return { signIn, authenticate, listDevices, end, endAll };
}

/** Locked, so that of one person nobody signs in, signs out or is forgotten beside us. Null: nobody who is known. */
async function lockPerson({ db }: Work, telegramUserId: bigint): Promise<LockedPerson | null> {
  const [person] = await db.$queryRaw<LockedPerson[]>`
    SELECT id AS "ownerId", signed_out_at AS "signedOutAt" FROM user_admins
     WHERE telegram_id = ${telegramUserId} FOR NO KEY UPDATE`;
  return person ?? null;
}

/** Whether a session that was opened by the same was ended: it is not opened again. */
async function hasEnded(
  { db }: Work,
  signed: { telegramUserId: bigint; initDataHash: Uint8Array<ArrayBuffer> },
): Promise<boolean> {
  return (await db.panelSession.count({ where: { ...signed, endedAt: { not: null } } })) > 0;
}

/** Which have to end for another one of that kind. */
async function findSurplus(
  { db, now }: Work,
  of: { telegramUserId: bigint; kind: SessionKind },
): Promise<number[]> {
  const rows = await db.panelSession.findMany({
    where: { ...of, endedAt: null, expiresAt: { gt: now } },
    orderBy: { id: 'desc' },
    skip: MOST_OF_A_KIND - 1,
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

async function endRows(
  { db, now, audit }: Work,
  telegramUserId: bigint,
  id: number | { in: number[] } | undefined,
): Promise<number> {
  const ended = await db.panelSession.updateManyAndReturn({
    where: { ...(id === undefined ? {} : { id }), telegramUserId, endedAt: null },
    data: { endedAt: now },
    select: { id: true },
  });
  for (const session of ended)
    audit({ kind: 'owner', telegramUserId }, 'panel.ended', { session: session.id });
  // What was asked for there goes with it: it may have been somebody else who asked.
  await db.panelConfirmation.updateMany({
    where: { sessionId: { in: ended.map((session) => session.id) }, decidedAt: null, expiresAt: { gt: now } },
    data: { expiresAt: now },
  });
  return ended.length;
}

function after(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms);
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}
