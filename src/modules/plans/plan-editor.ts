import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { DeliveryError } from '../../kernel/outbox/delivery-error.ts';
import { requireMay, requireMayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { parsePrice, toDecimalString } from '../../shared/money.ts';
import { type Channel, CONNECTED, toChannel } from '../channels/channel.ts';
import { lockChats } from '../channels/chat-connection.ts';
import type { ChatGateway } from '../channels/chat-gateway.ts';
import { type Duration, toDurationColumns } from './duration.ts';
import { type NewPlanKind, readPlanName, readTerm } from './new-plan.ts';
import { firstChatFirst, type Plan } from './plan.ts';
import { getConnectedChat, getPlan, requireRoom } from './plan-queries.ts';

/** A plan as its own page shows it. */
export interface EditedPlan {
  plan: Plan;
  /** Those that it opens, the first one first. */
  chats: (Pick<Channel, 'id' | 'type' | 'title'> & { isConnected: boolean })[];
}

/** A chat that a plan may open. */
export interface PlanChatChoice {
  channel: Channel;
  /** One that is not is there to be taken out. */
  isConnected: boolean;
  isOpened: boolean;
  /** People discuss there what stands in a channel that the plan opens: the one goes with the other. */
  isDiscussion: boolean;
}

/** What an owner makes of their plans beyond the four standard ones. */
export function createPlanEditor(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  timeZone: string;
  chats: Pick<ChatGateway, 'discussionOf'>;
}) {
  const { prisma, transact, clock, timeZone, chats: telegram } = deps;

  /** Before an owner is asked about a new plan. @throws AppError `notFound`, `plan.tooMany`, `plan.trialExists` */
  async function requireMayAdd(
    scope: TenantScope,
    actor: Actor,
    { channelId, kind }: { channelId: number; kind: NewPlanKind | null },
  ): Promise<{ title: string }> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const chat = await getConnectedChat(prisma, scope, channelId);
    await requireRoom({ db: prisma }, { channelIds: [channelId] });
    if (kind === 'trial') await requireNoTrial({ db: prisma }, channelId);
    return chat;
  }

  /** How long a new plan lasts, as typed. @throws AppError `planTerm.*` */
  function readDuration(kind: NewPlanKind, text: string): Duration {
    return readTerm(kind, text, clock.now(), timeZone);
  }

  /**
   * A new plan, on sale at once. A trial alone may cost nothing.
   * @param term as it was typed and read before; read again, because a date may have passed since
   * @returns its id; null where the message is heard again
   * @throws AppError `planTerm.*`, `price.malformed`, `price.outOfRange`, `plan.tooMany`, `plan.trialExists`, `notFound`
   */
  async function addPlan(
    scope: TenantScope,
    actor: Actor,
    { channelId, kind, term, text }: { channelId: number; kind: NewPlanKind; term: string; text: string },
  ): Promise<number | null> {
    return transact(async (work) => {
      const { db, now, audit, once } = work;
      await requireMay(db, scope, actor, 'shop');
      const isTrial = kind === 'trial';
      const duration = readTerm(kind, term, now, timeZone);
      const price = readPrice(text, isTrial);
      await lockChats(work, scope);
      await getConnectedChat(db, scope, channelId);
      if (!(await once(actor.act))) return null;
      await requireRoom(work, { channelIds: [channelId] });
      if (isTrial) await requireNoTrial(work, channelId);
      const columns = toDurationColumns(duration);
      const { id } = await db.plan.create({
        data: { channelId, ...columns, price: toDecimalString(price), isTrial, isCustom: true },
      });
      audit(actor, 'plan.added', { plan: id, bot: scope.botId });
      return id;
    });
  }

  /** @throws AppError `notFound` */
  async function openPlan(scope: TenantScope, actor: Actor, planId: number): Promise<EditedPlan> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const plan = await getPlan(prisma, scope, planId);
    const rows = await prisma.channel.findMany({
      where: { id: { in: plan.channelIds }, botId: scope.botId },
    });
    const chats = rows.map((row) => ({ ...toChannel(row), isConnected: isConnected(row) }));
    const place = ({ id }: { id: number }) => plan.channelIds.indexOf(id);
    return { plan, chats: chats.sort((one, other) => place(one) - place(other)) };
  }

  /** What was chosen or sold keeps its own price. @throws AppError `price.malformed`, `price.outOfRange`, `notFound` */
  async function setPriceOf(
    scope: TenantScope,
    actor: Actor,
    { planId, text }: { planId: number; text: string },
  ): Promise<void> {
    await changePlan(scope, actor, planId, async ({ db, audit }, { isTrial }) => {
      const price = toDecimalString(readPrice(text, isTrial));
      await db.plan.update({ where: { id: planId }, data: { price } });
      audit(actor, 'plan.price-set', { plan: planId, bot: scope.botId });
    });
  }

  /** @throws AppError `planName.empty`, `planName.tooLong`, `notFound` */
  async function rename(
    scope: TenantScope,
    actor: Actor,
    { planId, text }: { planId: number; text: string },
  ): Promise<void> {
    await changePlan(scope, actor, planId, async ({ db, audit }) => {
      await db.plan.update({ where: { id: planId }, data: { name: readPlanName(text) } });
      audit(actor, 'plan.renamed', { plan: planId, bot: scope.botId });
    });
  }

  /** Never to be sold again; what was chosen or sold stays. @throws AppError `notFound` */
  async function remove(scope: TenantScope, actor: Actor, planId: number): Promise<void> {
    await changePlan(scope, actor, planId, async ({ db, now, audit }) => {
      await db.plan.update({ where: { id: planId }, data: { archivedAt: now, isActive: false } });
      audit(actor, 'plan.removed', { plan: planId, bot: scope.botId });
    });
  }

  /** Every chat that is connected or that the plan opens, and which of them it opens. @throws AppError `notFound` */
  async function listChatChoices(
    scope: TenantScope,
    actor: Actor,
    planId: number,
  ): Promise<{ plan: Plan; choices: PlanChatChoice[] }> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const plan = await getPlan(prisma, scope, planId);
    const rows = await prisma.channel.findMany({
      where: { botId: scope.botId, OR: [CONNECTED, { id: { in: plan.channelIds } }] },
      orderBy: [{ type: 'asc' }, { id: 'asc' }],
    });
    const chats = rows.map((row) => ({
      channel: toChannel(row),
      isConnected: isConnected(row),
      isOpened: plan.channelIds.includes(row.id),
    }));
    const discussed = await listDiscussions(
      scope,
      chats
        .filter((chat) => chat.isConnected && chat.isOpened && chat.channel.type === 'channel')
        .map(({ channel }) => channel),
    );
    const choices = chats.map((chat) => ({
      ...chat,
      isDiscussion: chat.isConnected && discussed.includes(chat.channel.telegramChatId),
    }));
    return { plan, choices };
  }

  /** Where Telegram does not answer nothing is proposed: the page works without. */
  async function listDiscussions(scope: TenantScope, channels: readonly Channel[]): Promise<bigint[]> {
    const { telegramBotId } = scope;
    const found = await Promise.all(
      channels.map(async ({ telegramChatId }) => {
        try {
          return await telegram.discussionOf({ telegramBotId, telegramChatId });
        } catch (error) {
          if (!(error instanceof DeliveryError)) throw error;
          return null;
        }
      }),
    );
    return found.filter((one) => one !== null);
  }

  /**
   * The plan opens this chat too, or no longer. What was chosen or sold opens what it did. With more than one chat a plan
   * is none of the standard ones any more.
   * @throws AppError `plan.firstChat`, `plan.trialOneChat`, `plan.tooMany`, `notFound`
   */
  async function toggleChat(
    scope: TenantScope,
    actor: Actor,
    { planId, channelId }: { planId: number; channelId: number },
  ): Promise<void> {
    await changePlan(scope, actor, planId, async (work, plan) => {
      const { db, audit } = work;
      if (plan.channelIds.includes(channelId)) {
        if (channelId === plan.channelId) throw new AppError('plan.firstChat');
        await db.planChat.deleteMany({ where: { planId, channelId } });
      } else {
        await getConnectedChat(db, scope, channelId);
        if (plan.isTrial) throw new AppError('plan.trialOneChat');
        const chats = [...plan.channelIds, channelId].map((id) => ({ channelId: id }));
        if (plan.isActive) {
          await requireRoom(work, {
            channelIds: firstChatFirst({ channelId: plan.channelId, chats }),
            planId,
          });
        }
        await db.planChat.create({ data: { planId, channelId } });
        await db.plan.update({ where: { id: planId }, data: { isCustom: true } });
      }
      audit(actor, 'plan.chats-set', { plan: planId, bot: scope.botId });
    });
  }

  /** Changes of a bot's plans stand in a line. Heard again, a press or message changes nothing. */
  async function changePlan(
    scope: TenantScope,
    actor: Actor,
    planId: number,
    change: (work: Work, plan: Plan) => Promise<void>,
  ): Promise<void> {
    await transact(async (work) => {
      await requireMay(work.db, scope, actor, 'shop');
      if (!(await work.once(actor.act))) return;
      await lockChats(work, scope);
      await change(work, await getPlan(work.db, scope, planId));
    });
  }

  return {
    requireMayAdd,
    readDuration,
    addPlan,
    openPlan,
    setPriceOf,
    rename,
    remove,
    listChatChoices,
    toggleChat,
  };
}

function isConnected({
  connectedAt,
  disconnectedAt,
}: {
  connectedAt: Date | null;
  disconnectedAt: Date | null;
}): boolean {
  return connectedAt !== null && disconnectedAt === null;
}

/** Tiyin. */
function readPrice(text: string, isTrial: boolean): bigint {
  const price = parsePrice(text, isTrial ? 0n : 1n);
  if (typeof price === 'string') throw new AppError(`price.${price}`);
  return price;
}

async function requireNoTrial({ db }: Pick<Work, 'db'> | { db: PrismaClient }, channelId: number) {
  const trials = await db.plan.count({ where: { channelId, isTrial: true, archivedAt: null } });
  if (trials > 0) throw new AppError('plan.trialExists');
}
