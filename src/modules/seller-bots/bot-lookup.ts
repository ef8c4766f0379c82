import type { Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import type { OwnerActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { type ManagerRole, mayDo, type Right, rolesWith, type TeamRole } from '../../kernel/rights.ts';
import { type TenantScope, toTenantScope } from '../../kernel/tenant-scope.ts';
import { type Page, pageOf, readCursor } from '../../shared/page.ts';
import { readSelling } from '../channels/selling-queries.ts';
import { type BotAtAGlance, type SellerBot, toSellerBot } from './seller-bot.ts';

/** As many as fit on a telephone's screen. */
const BOTS_PER_PAGE = 10;

/** With what waits at each. */
const GLANCE = { _count: { select: { payments: { where: { status: 'pending' } } } } } as const;
type BotRow = Prisma.SellerBotGetPayload<{ include: typeof GLANCE }>;

/** Which bots are somebody's: their own, and those that they help with. */
export function createBotLookup({ prisma }: { prisma: PrismaClient }) {
  /**
   * A page of somebody's bots that are not removed, theirs and those that they help with, newest last.
   * @param after `0`, or the `next` of the page before
   */
  async function listBots(actor: OwnerActor, after: string): Promise<Page<BotAtAGlance>> {
    const { where, roleOf } = await findTheirs(actor);
    const rows = await prisma.sellerBot.findMany({
      where: { ...where, id: { gt: readCursor(after) } },
      include: GLANCE,
      orderBy: { id: 'asc' },
      take: BOTS_PER_PAGE + 1,
    });
    return pageOf(await atAGlance(rows, roleOf), BOTS_PER_PAGE, (bot) => bot);
  }

  /** Every one of them. */
  async function listAllBots(actor: OwnerActor): Promise<BotAtAGlance[]> {
    const { where, roleOf } = await findTheirs(actor);
    const rows = await prisma.sellerBot.findMany({ where, include: GLANCE, orderBy: { id: 'asc' } });
    return atAGlance(rows, roleOf);
  }

  /** The same, and nothing of them but what somebody is there. */
  async function listRoles(actor: OwnerActor): Promise<{ id: number; role: TeamRole }[]> {
    const { where, roleOf } = await findTheirs(actor);
    const rows = await prisma.sellerBot.findMany({ where, select: { id: true }, orderBy: { id: 'asc' } });
    return rows.map(({ id }) => ({ id, role: roleOf(id) }));
  }

  /** Which bots are somebody's, and what they are in each. Hardly anybody helps: the others are found as ever. */
  async function findTheirs({ telegramUserId }: OwnerActor) {
    const owner = { telegramUserId };
    const helped = await prisma.botManager.findMany({
      where: { telegramUserId, status: 'active' },
      select: { botId: true, role: true },
    });
    const roles = new Map(helped.map(({ botId, role }) => [botId, role as ManagerRole]));
    const whose = helped.length === 0 ? { owner } : { OR: [{ owner }, { id: { in: [...roles.keys()] } }] };
    return {
      where: { ...whose, removedAt: null },
      roleOf: (botId: number): TeamRole => roles.get(botId) ?? 'owner',
    };
  }

  async function atAGlance(
    rows: readonly BotRow[],
    roleOf: (botId: number) => TeamRole,
  ): Promise<BotAtAGlance[]> {
    const sellingOf = await readSelling(
      prisma,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => {
      const role = roleOf(row.id);
      const waiting = mayDo(role, 'receipts') ? row._count.payments : 0;
      return { ...toSellerBot(row), role, waiting, sells: sellingOf(row.id).sells };
    });
  }

  /**
   * @param right by which a manager may open it too; without one it opens for its owner alone
   * @throws AppError `notFound` for whoever may not, exactly as for nobody's bot
   */
  async function openBot(
    actor: OwnerActor,
    telegramBotId: bigint,
    right?: Right,
  ): Promise<{ scope: TenantScope; bot: SellerBot; role: TeamRole }> {
    const row = await findFor(actor, { telegramBotId, removedAt: null }, right);
    return { scope: toTenantScope(row), bot: toSellerBot(row), role: row.role };
  }

  /** Which of somebody's bots a chat belongs to; `right` as for `openBot`. @throws AppError `notFound` */
  async function scopeOfChannel(actor: OwnerActor, channelId: number, right?: Right): Promise<TenantScope> {
    return scopeOf(actor, { channels: { some: { id: channelId } } }, right);
  }

  async function scopeOfFreeMember(
    actor: OwnerActor,
    freeMemberId: number,
    right?: Right,
  ): Promise<TenantScope> {
    return scopeOf(actor, { freeMembers: { some: { id: freeMemberId } } }, right);
  }

  /** @param id `user_bots.id` */
  async function scopeOfBot(actor: OwnerActor, id: number, right?: Right): Promise<TenantScope> {
    return scopeOf(actor, { id }, right);
  }

  async function scopeOfPlan(actor: OwnerActor, planId: number, right?: Right): Promise<TenantScope> {
    return scopeOf(actor, { channels: { some: { plans: { some: { id: planId } } } } }, right);
  }

  async function scopeOfPayment(actor: OwnerActor, paymentId: number, right?: Right): Promise<TenantScope> {
    return scopeOf(actor, { payments: { some: { id: paymentId } } }, right);
  }

  /** Also where the bot is removed by now: its money is still its owner's to return. */
  async function scopeOfRefund(actor: OwnerActor, refundId: number, right?: Right): Promise<TenantScope> {
    return scopeOf(actor, { refunds: { some: { id: refundId } } }, right, {});
  }

  async function scopeOfEndUser(actor: OwnerActor, endUserId: number, right?: Right): Promise<TenantScope> {
    return scopeOf(actor, { endUsers: { some: { id: endUserId } } }, right);
  }

  async function scopeOfPromo(actor: OwnerActor, promoCodeId: number, right?: Right): Promise<TenantScope> {
    return scopeOf(actor, { promoCodes: { some: { id: promoCodeId } } }, right);
  }

  async function scopeOfReferral(actor: OwnerActor, referralId: number, right?: Right): Promise<TenantScope> {
    return scopeOf(actor, { referrals: { some: { id: referralId } } }, right);
  }

  async function scopeOfSource(actor: OwnerActor, sourceId: number, right?: Right): Promise<TenantScope> {
    return scopeOf(actor, { sources: { some: { id: sourceId } } }, right);
  }

  async function scopeOfSubscription(
    actor: OwnerActor,
    subscriptionId: number,
    right?: Right,
  ): Promise<TenantScope> {
    const subscriptions = { some: { id: subscriptionId } };
    return scopeOf(actor, { channels: { some: { subscriptions } } }, right);
  }

  async function scopeOfManager(actor: OwnerActor, managerId: number): Promise<TenantScope> {
    return scopeOf(actor, { managers: { some: { id: managerId } } });
  }

  async function scopeOf(
    actor: OwnerActor,
    where: object,
    right?: Right,
    isThere: object = { removedAt: null },
  ): Promise<TenantScope> {
    return toTenantScope(await findFor(actor, { ...where, ...isThere }, right));
  }

  /** Whose it is needs no look at them where it is whoever asks. */
  async function findFor({ telegramUserId }: OwnerActor, where: object, right: Right | undefined) {
    const owner = { telegramUserId };
    const own = await prisma.sellerBot.findFirst({ where: { ...where, owner } });
    if (own) return { ...own, owner, role: 'owner' as const };
    if (!right) throw new AppError('notFound');
    const helping = { telegramUserId, status: 'active', role: { in: [...rolesWith(right)] } };
    const helped = await prisma.sellerBot.findFirst({
      where: { ...where, removedAt: null, managers: { some: helping } },
      include: { owner: { select: { telegramUserId: true } }, managers: { where: helping } },
    });
    const [manager] = helped?.managers ?? [];
    if (!helped || !manager) throw new AppError('notFound');
    return { ...helped, role: manager.role as ManagerRole };
  }

  return {
    listBots,
    listAllBots,
    listRoles,
    openBot,
    scopeOfBot,
    scopeOfChannel,
    scopeOfFreeMember,
    scopeOfPlan,
    scopeOfPayment,
    scopeOfRefund,
    scopeOfEndUser,
    scopeOfPromo,
    scopeOfReferral,
    scopeOfSource,
    scopeOfSubscription,
    scopeOfManager,
  };
}
