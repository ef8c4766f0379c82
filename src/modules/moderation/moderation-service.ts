import type { Owner as OwnerRow, PrismaClient } from '../../infra/prisma-client/client.ts';
import { parseCardNumber } from '../../shared/card-number.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { parsePrice, toDecimalString } from '../../shared/money.ts';
import { type Page, readCursor } from '../../shared/page.ts';
import type { Owner } from '../owners/owner.ts';
import { toOwner } from '../owners/owner-service.ts';
import type { UnitOfWork } from '../promises/unit-of-work.ts';

/** What moderators set, by its name in `platform_settings`. */
export const SETTING_NAMES = [
  'price1',
  'price6',
  'price12',
  'card',
  'holder',
  'ad-uz',
  'ad-en',
  'ad-ru',
] as const;
export type SettingName = (typeof SETTING_NAMES)[number];

export interface OwnerPage {
  owner: Owner;
  bots: { username: string; isActive: boolean }[];
  /** Null: free. */
  paidUntil: Date | null;
}

const OWNERS_PER_PAGE = 10;
const MAX_TEXT_LENGTH = 300;

/** What moderators do with owners and with the platform itself. Callers have checked that the person is one. */
export function createModerationService(deps: { prisma: PrismaClient; transact: UnitOfWork; clock: Clock }) {
  const { prisma, transact, clock } = deps;

  function toPage(rows: OwnerRow[]): Page<Owner> {
    const items = rows.slice(0, OWNERS_PER_PAGE).map(toOwner);
    return { items, next: rows.length > OWNERS_PER_PAGE ? String(items.at(-1)?.id) : null };
  }

  /** Newest first. @param before `0`, or the `next` of the page before */
  async function listOwners(before: string): Promise<Page<Owner>> {
    const cursor = readCursor(before);
    const rows = await prisma.owner.findMany({
      ...(cursor === 0 ? {} : { where: { id: { lt: cursor } } }),
      orderBy: { id: 'desc' },
      take: OWNERS_PER_PAGE + 1,
    });
    return toPage(rows);
  }

  /** @throws AppError `notFound` */
  async function openOwner(ownerId: number): Promise<OwnerPage> {
    const row = await prisma.owner.findUnique({
      where: { id: ownerId },
      include: {
        bots: { where: { removedAt: null }, orderBy: { id: 'asc' }, take: 20 },
        tariffs: { where: { status: 'active', expiresAt: { gt: clock.now() } } },
      },
    });
    if (!row) throw new AppError('notFound');
    return {
      owner: toOwner(row),
      bots: row.bots.map(({ username, isActive }) => ({ username, isActive })),
      paidUntil: row.tariffs[0]?.expiresAt ?? null,
    };
  }

  /** Selling stops on all their bots at once; members keep what they paid for. @throws AppError `notFound` */
  async function setOwnerBanned(moderatorId: bigint, ownerId: number, banned: boolean): Promise<void> {
    await transact(async ({ db, promise, audit }) => {
      const known = await db.owner.count({ where: { id: ownerId } });
      if (known === 0) throw new AppError('notFound');
      const changed = await db.owner.updateMany({
        where: { id: ownerId, banned: !banned },
        data: { banned },
      });
      if (changed.count === 0) return;
      promise({
        kind: 'sure-notice',
        payload: {
          to: { kind: 'owner', ownerId },
          notice: { kind: banned ? 'ownerBanned' : 'ownerUnbanned', ownerId },
          quiet: false,
        },
      });
      audit({
        actor: `moderator:${moderatorId}`,
        action: banned ? 'owner.banned' : 'owner.unbanned',
        target: `owner:${ownerId}`,
        botId: null,
      });
    });
  }

  async function readSettings(): Promise<Map<string, string>> {
    const rows = await prisma.platformSetting.findMany({ where: { name: { in: [...SETTING_NAMES] } } });
    return new Map(rows.map((row) => [row.name, row.value]));
  }

  /** @throws AppError `price.malformed`, `card.malformed`, `settingText` */
  async function setSetting(moderatorId: bigint, name: SettingName, typed: string): Promise<void> {
    const value = readValue(name, typed);
    await transact(async ({ db, now, audit }) => {
      const data = { value, updatedAt: now };
      await db.platformSetting.upsert({ where: { name }, create: { name, ...data }, update: data });
      audit({
        actor: `moderator:${moderatorId}`,
        action: 'setting.changed',
        target: `setting:${name}`,
        botId: null,
      });
    });
  }

  return { listOwners, openOwner, setOwnerBanned, readSettings, setSetting };
}

function readValue(name: SettingName, typed: string): string {
  if (name.startsWith('price')) {
    const price = parsePrice(typed);
    if (price === null) throw new AppError('price.malformed');
    return toDecimalString(price);
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
