import type { Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, requireModerator } from '../../kernel/actor.ts';
import type { AuditAction } from '../../kernel/audit.ts';
import { AppError } from '../../kernel/errors.ts';
import { type PersonName, stillKnown } from '../../kernel/person.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { parseCardNumber } from '../../shared/card-number.ts';
import type { Clock } from '../../shared/clock.ts';
import { toAsciiDigits } from '../../shared/digits.ts';
import { fromDecimal, parsePrice, toDecimalString } from '../../shared/money.ts';
import {
  type Found,
  foundOf,
  type Page,
  pageOf,
  readBigCursor,
  readCursor,
  readCursorBack,
} from '../../shared/page.ts';
import { asSeen } from '../../shared/typed.ts';
import { personMatches } from '../end-users/end-user.ts';
import { ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { NOT_FORGOTTEN, type Owner } from '../owners/owner.ts';
import { OWNER_NOTICES } from '../owners/owner-notices.ts';
import { toOwner } from '../owners/owner-service.ts';
import { shownMethod } from '../payments/methods/shown-method.ts';
import { amountOfRow, type Currency, currencyOf } from '../payments/payment.ts';
import type { PaymentStatus } from '../payments/payment-status.ts';
import { type Duration, toDuration } from '../plans/duration.ts';
import { readSettings, writeSetting } from '../platform/platform-settings.ts';
import {
  isAmountSetting,
  isDaysSetting,
  MAX_DAYS,
  SETTING_NAMES,
  type SettingName,
} from '../platform/setting-names.ts';
import { giveToNewOwner } from '../seller-bots/managed/new-owner.ts';
import { FAILING } from '../seller-bots/seller-bot.ts';
import type { TariffPaymentStatus } from '../tariffs/tariff.ts';
import type { TariffPurpose } from '../tariffs/tariff-gateway.ts';
import { toPurpose, WITH_PURPOSE } from '../tariffs/tariff-messages.ts';
import { type Manager, toManager } from '../team/manager.ts';

export interface OwnerPage {
  owner: Owner;
  since: Date;
  /** Null: they came by themselves, or by somebody who is not known any more. */
  invitedBy: PersonName | null;
  bots: OwnersBot[];
  /** Null: free. */
  paidUntil: Date | null;
  /** What they paid the platform, the newest first. */
  tariffPayments: {
    id: number;
    purpose: TariffPurpose;
    amount: bigint;
    status: TariffPaymentStatus;
    createdAt: Date;
  }[];
}

export interface OwnersBot {
  telegramBotId: bigint;
  username: string;
  /** `handedOver`: somebody else's at Telegram, to whom a moderator may give it. */
  state: 'runs' | 'dead' | 'removed' | 'released' | 'handedOver';
  /** Who helps with it, the first one first; with the bot that is over. */
  team: readonly Manager[];
}

export interface Dashboard {
  owners: number;
  /** Bots that run. */
  bots: number;
  /** Bots whose token died. */
  failingBots: number;
  /** Tariff receipts under review. */
  waitingTariffs: number;
  /** Connections whose keys are there, and that no buyer may choose yet. */
  waitingConnections: number;
}

/** A payment as moderators watch it: without the person and the receipt. */
export interface WatchedPayment {
  id: number;
  botUsername: string;
  duration: Duration;
  currency: Currency;
  /** Tiyin, or whole Stars. */
  amount: bigint;
  /** The word of `pay:`. */
  method: string;
  status: PaymentStatus;
  createdAt: Date;
}

export type PaymentFilter = 'all' | PaymentStatus;

/** A line of the trail, to be read. */
export interface AuditLine {
  at: Date;
  actor: string;
  action: AuditAction;
  target: string;
  /** The tenant's. */
  botUsername: string | null;
}

const OWNERS_PER_PAGE = 10;
const LINES_PER_PAGE = 10;
/** What fits into one message with everything else. */
const HISTORY_LENGTH = 5;
const MAX_TEXT_LENGTH = 300;

export type ModerationService = ReturnType<typeof createModerationService>;

/** What moderators do with owners and with the platform itself. To anybody else nothing of it exists: `notFound`. */
export function createModerationService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  moderatorIds: readonly bigint[];
  /** Tells every process that what it remembers of this bot is old. */
  invalidate: (telegramBotId: bigint) => Promise<void>;
}) {
  const { prisma, transact, clock, moderatorIds } = deps;

  /** Newest first. @param before `0`, or the `next` of the page before */
  async function listOwners(actor: Actor, before: string): Promise<Page<Owner>> {
    requireModerator(actor, moderatorIds);
    const cursor = readCursor(before);
    const rows = await prisma.owner.findMany({
      where: { ...NOT_FORGOTTEN, ...(cursor === 0 ? {} : { id: { lt: cursor } }) },
      orderBy: { id: 'desc' },
      take: OWNERS_PER_PAGE + 1,
    });
    return pageOf(rows, OWNERS_PER_PAGE, toOwner);
  }

  /** Those whose name, @username or Telegram id is what was typed; the newest, as many as a page holds. */
  async function findOwners(actor: Actor, typed: string): Promise<Found<Owner>> {
    requireModerator(actor, moderatorIds);
    const ids = await prisma.$queryRaw<{ id: number }[]>`
      SELECT id FROM user_admins WHERE ${personMatches(typed)} ORDER BY id DESC LIMIT ${OWNERS_PER_PAGE + 1}`;
    const rows = await prisma.owner.findMany({
      where: { id: { in: ids.map(({ id }) => id) } },
      orderBy: { id: 'desc' },
    });
    return foundOf(rows, OWNERS_PER_PAGE, toOwner);
  }

  /** @throws AppError `notFound` */
  async function openOwner(actor: Actor, ownerId: number): Promise<OwnerPage> {
    requireModerator(actor, moderatorIds);
    const row = await prisma.owner.findUnique({
      where: { id: ownerId },
      include: {
        invitedBy: true,
        bots: { orderBy: { id: 'desc' }, take: 20, include: WITH_TEAM },
        tariffs: { where: { status: 'active', expiresAt: { gt: clock.now() } } },
        tariffPayments: { orderBy: { id: 'desc' }, take: HISTORY_LENGTH, include: WITH_PURPOSE },
      },
    });
    if (!row) throw new AppError('notFound');
    return {
      owner: toOwner(row),
      since: row.createdAt,
      invitedBy: stillKnown(row.invitedBy),
      bots: row.bots.map(toOwnersBot),
      paidUntil: row.tariffs[0]?.expiresAt ?? null,
      tariffPayments: row.tariffPayments.map((payment) => ({
        id: payment.id,
        purpose: toPurpose(payment),
        amount: fromDecimal(payment.amount),
        status: payment.status as TariffPaymentStatus,
        createdAt: payment.createdAt,
      })),
    };
  }

  async function readDashboard(actor: Actor): Promise<Dashboard> {
    requireModerator(actor, moderatorIds);
    const [owners, bots, failingBots, waitingTariffs, waitingConnections] = await Promise.all([
      prisma.owner.count({ where: NOT_FORGOTTEN }),
      prisma.sellerBot.count({ where: { isActive: true } }),
      prisma.sellerBot.count({ where: FAILING }),
      prisma.tariffPayment.count({ where: { status: 'pending' } }),
      prisma.merchantAccount.count({
        where: { removedAt: null, liveAt: null, keysSetAt: { not: null }, bot: { removedAt: null } },
      }),
    ]);
    return { owners, bots, failingBots, waitingTariffs, waitingConnections };
  }

  /** Newest first, without tests: those are seen by the owner alone. @param before `0`, or the `next` of the page before */
  async function listPayments(
    actor: Actor,
    { filter, before }: { filter: PaymentFilter; before: string },
  ): Promise<Page<WatchedPayment>> {
    requireModerator(actor, moderatorIds);
    const cursor = readCursorBack(before);
    // As a pair, so that the index of both finds them: among many others, those in a rare state stand far apart.
    const ids =
      filter === 'all'
        ? await prisma.$queryRaw<{ id: number }[]>`
            SELECT id FROM payments WHERE id < ${cursor} AND NOT is_test ORDER BY id DESC LIMIT ${LINES_PER_PAGE + 1}`
        : await prisma.$queryRaw<{ id: number }[]>`
            SELECT id FROM payments WHERE status >= ${filter} AND (status, id) < (${filter}, ${cursor}) AND NOT is_test
             ORDER BY status DESC, id DESC LIMIT ${LINES_PER_PAGE + 1}`;
    const rows = await prisma.payment.findMany({
      where: { id: { in: ids.map(({ id }) => id) } },
      include: { bot: { select: { username: true } } },
      orderBy: { id: 'desc' },
    });
    return pageOf(rows, LINES_PER_PAGE, ({ bot, ...row }) => ({
      id: row.id,
      botUsername: bot.username,
      duration: toDuration(row),
      currency: currencyOf(row),
      amount: amountOfRow(row),
      method: shownMethod(row.paymentMethod),
      status: row.status as PaymentStatus,
      createdAt: row.createdAt,
    }));
  }

  /** Newest first. @param before `0`, or the `next` of the page before */
  async function listAudit(actor: Actor, before: string): Promise<Page<AuditLine>> {
    requireModerator(actor, moderatorIds);
    const cursor = readBigCursor(before);
    const rows = await prisma.auditEntry.findMany({
      ...(cursor === 0n ? {} : { where: { id: { lt: cursor } } }),
      orderBy: { id: 'desc' },
      take: LINES_PER_PAGE + 1,
    });
    const bots = await prisma.sellerBot.findMany({
      where: { id: { in: rows.flatMap(({ botId }) => (botId === null ? [] : [botId])) } },
      select: { id: true, username: true },
    });
    const usernames = new Map(bots.map(({ id, username }) => [id, username]));
    return pageOf(rows, LINES_PER_PAGE, ({ at, actor, action, target, botId }) => ({
      at,
      actor,
      action: action as AuditAction,
      target,
      botUsername: botId === null ? null : (usernames.get(botId) ?? null),
    }));
  }

  const releasable = (telegramBotId: bigint) => ({
    telegramBotId,
    releasedAt: null,
    OR: [{ removedAt: { not: null } }, { handedOverAt: { not: null } }],
  });

  /** A bot that may be released. @throws AppError `notFound` */
  async function findReleasable(actor: Actor, telegramBotId: bigint): Promise<{ username: string }> {
    requireModerator(actor, moderatorIds);
    const row = await prisma.sellerBot.findFirst({ where: releasable(telegramBotId) });
    if (!row) throw new AppError('notFound');
    return row;
  }

  /**
   * Lets a removed bot go, so that another owner may add it; one that has changed hands is its new owner's at once.
   * @returns whose it was. @throws AppError `notFound`, `ownerBanned` of the new owner
   */
  async function releaseBot(actor: Actor, telegramBotId: bigint): Promise<{ ownerId: number }> {
    requireModerator(actor, moderatorIds);
    const released = await transact(async (work) => {
      const { db, now, audit, once } = work;
      await db.$queryRaw`SELECT id FROM user_bots WHERE telegram_bot_id = ${telegramBotId} ORDER BY id FOR UPDATE`;
      const row = await db.sellerBot.findFirst({ where: releasable(telegramBotId), orderBy: { id: 'desc' } });
      if (!row) throw new AppError('notFound');
      if (row.removedAt === null) await giveToNewOwner(work, row, moderatorIds);
      else await db.sellerBot.updateMany({ where: releasable(telegramBotId), data: { releasedAt: now } });
      // Noted with its effect: whoever runs it once more finds it done.
      await once(actor.act);
      audit(actor, 'bot.released', { bot: row.id });
      return { ownerId: row.ownerId };
    });
    await deps.invalidate(telegramBotId);
    return released;
  }

  /** Selling stops on all their bots at once; members keep what they paid for. @throws AppError `notFound` */
  async function setOwnerBanned(
    actor: Actor,
    { ownerId, banned }: { ownerId: number; banned: boolean },
  ): Promise<void> {
    requireModerator(actor, moderatorIds);
    await transact(async (work) => {
      const { db, audit, once } = work;
      if (!(await once(actor.act))) return;
      const known = await db.owner.count({ where: { id: ownerId, ...NOT_FORGOTTEN } });
      if (known === 0) throw new AppError('notFound');
      const changed = await db.owner.updateMany({
        where: { id: ownerId, banned: !banned },
        data: { banned },
      });
      if (changed.count === 0) return;
      const notice = banned ? OWNER_NOTICES.ownerBanned : OWNER_NOTICES.ownerUnbanned;
      tell(work, notice, ownerOf({ ownerId }), { ownerId });
      audit(actor, banned ? 'owner.banned' : 'owner.unbanned', { owner: ownerId });
    });
  }

  async function readAllSettings(actor: Actor): Promise<ReadonlyMap<SettingName, string>> {
    requireModerator(actor, moderatorIds);
    return readSettings(prisma, SETTING_NAMES);
  }

  /** What a setting would be from then on. @throws AppError as `setSetting` would */
  function readSetting(actor: Actor, { name, typed }: { name: SettingName; typed: string }): string {
    requireModerator(actor, moderatorIds);
    return readValue(name, typed);
  }

  /** @throws AppError `price.malformed`, `price.outOfRange`, `botSetting.outOfRange`, `card.malformed`, `settingText` */
  async function setSetting(
    actor: Actor,
    { name, typed }: { name: SettingName; typed: string },
  ): Promise<void> {
    requireModerator(actor, moderatorIds);
    const value = readValue(name, typed);
    await transact(async ({ db, now, audit, once }) => {
      if (!(await once(actor.act))) return;
      await writeSetting(db, name, value, now);
      audit(actor, 'setting.changed', { setting: name });
    });
  }

  return {
    listOwners,
    findOwners,
    openOwner,
    readDashboard,
    listPayments,
    listAudit,
    findReleasable,
    releaseBot,
    setOwnerBanned,
    readSettings: readAllSettings,
    readSetting,
    setSetting,
  };
}

const WITH_TEAM = { managers: { where: { status: 'active' }, orderBy: { id: 'asc' } } } as const;

function toOwnersBot(row: Prisma.SellerBotGetPayload<{ include: typeof WITH_TEAM }>): OwnersBot {
  const { telegramBotId, username } = row;
  if (row.releasedAt) return { telegramBotId, username, state: 'released', team: [] };
  if (row.removedAt) return { telegramBotId, username, state: 'removed', team: [] };
  const team = row.managers.map(toManager);
  if (row.handedOverAt) return { telegramBotId, username, state: 'handedOver', team };
  return { telegramBotId, username, state: row.isActive ? 'runs' : 'dead', team };
}

function readValue(name: SettingName, given: string): string {
  const typed = name.startsWith('ad-') ? given : asSeen(given);
  if (isAmountSetting(name)) {
    const price = parsePrice(typed);
    if (typeof price === 'string') throw new AppError(`price.${price}`);
    return toDecimalString(price);
  }
  if (isDaysSetting(name)) {
    const digits = toAsciiDigits(typed.trim());
    if (!/^\d{1,3}$/.test(digits) || Number(digits) > MAX_DAYS) {
      throw new AppError('botSetting.outOfRange', { min: 0, max: MAX_DAYS });
    }
    return String(Number(digits));
  }
  if (name === 'card') {
    const card = parseCardNumber(typed);
    if (!card) throw new AppError('card.malformed');
    return card.digits;
  }
  const text = typed.trim();
  if (text.length === 0 || text.length > MAX_TEXT_LENGTH) {
    throw new AppError('settingText', { max: MAX_TEXT_LENGTH });
  }
  return text;
}
