import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { EndUserActor, OwnerActor, Pressed } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { HashPerson } from '../platform/person-key.ts';
import { listTrials } from '../trials/trials.ts';
import { forgetEndUser, forgetOwner } from './forgetting.ts';
import { listFree } from './free-list-data.ts';
import { BROADCAST, BROUGHT, HELPS, INVITED, PERSON, PLAN, PROMO_CODE, SOURCE } from './shown-columns.ts';

/** What an end user would lose with their data: the end of each active subscription; null = lifetime. */
export interface EndUserLoss {
  /** Then their id stays, so that the ban does. */
  banned: boolean;
  subscriptions: { title: string; expiresAt: Date | null }[];
  /** Of their own, not used yet. */
  promoCodes: number;
  /** They have a link that brings friends, and with it what may wait for them. */
  invites: boolean;
  /** Of advertising, by which they have come. */
  sources: number;
  /** Nobody removes them from some chat. */
  isFree: boolean;
}

/** What an owner would lose: their bots, which stop, and the rest of their tariff. */
export interface OwnerLoss {
  banned: boolean;
  bots: number;
  members: number;
  paidUntil: Date | null;
  /** They have a link to invite others, or rewards that are still open. */
  invites: boolean;
}

/** People see what is kept of them, and may be forgotten. What was sold stays, without the person. */
export function createPrivacyService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  hashPerson: () => Promise<HashPerson>;
  invalidate: (telegramBotId: bigint) => Promise<void>;
}) {
  const { prisma, transact } = deps;

  return {
    /** Everything that one bot keeps of a person, ready for JSON. */
    async readEndUser(scope: TenantScope, { endUserId, telegramUserId }: EndUserActor): Promise<object> {
      const mine = { endUserId };
      const hash = await deps.hashPerson();
      const [person, payments, subscriptions, trials, promoCodes, brought, visits, freeList] =
        await Promise.all([
          prisma.endUser.findFirst({
            where: { id: endUserId, botId: scope.botId },
            select: {
              ...PERSON,
              offersOffAt: true,
              wantedPlanId: true,
              inviteCode: true,
              broughtBy: { select: INVITED },
            },
          }),
          prisma.payment.findMany({
            where: { ...mine, botId: scope.botId, isTest: false },
            orderBy: { id: 'asc' },
            select: {
              id: true,
              chats: { select: { channel: { select: { title: true } } } },
              durationMonths: true,
              durationDays: true,
              endsOn: true,
              amount: true,
              currency: true,
              paymentMethod: true,
              attempts: {
                orderBy: { id: 'asc' },
                select: {
                  provider: true,
                  providerTxnId: true,
                  state: true,
                  amount: true,
                  createTime: true,
                  performTime: true,
                  cancelTime: true,
                  paymentSource: true,
                  fiscalPerform: true,
                  fiscalCancel: true,
                },
              },
              listPrice: true,
              discount: true,
              promoUse: { select: { status: true, days: true, promoCode: { select: { code: true } } } },
              status: true,
              rejectReason: true,
              createdAt: true,
              receiptAt: true,
              receiptNote: true,
              decidedAt: true,
            },
          }),
          prisma.subscription.findMany({
            where: { ...mine, channel: { botId: scope.botId } },
            orderBy: { id: 'asc' },
            select: {
              channel: { select: { title: true } },
              status: true,
              startedAt: true,
              expiresAt: true,
              graceUntil: true,
              winbackAt: true,
              joinedAt: true,
              kickedAt: true,
              endedAt: true,
              timeEntries: {
                orderBy: { id: 'asc' },
                select: {
                  source: true,
                  addedFrom: true,
                  addedTo: true,
                  createdAt: true,
                  takenBackAt: true,
                  takenBackTo: true,
                },
              },
            },
          }),
          listTrials(prisma, scope, hash(telegramUserId)),
          prisma.promoCode.findMany({
            where: { ...mine, botId: scope.botId },
            select: { code: true, kind: true, value: true, endsOn: true, createdAt: true },
          }),
          prisma.referral.findMany({
            where: { inviterId: endUserId, botId: scope.botId },
            orderBy: { id: 'asc' },
            select: INVITED,
          }),
          prisma.sourceVisit.findMany({
            where: { ...mine, source: { botId: scope.botId } },
            orderBy: { firstAt: 'asc' },
            select: {
              source: { select: { slug: true } },
              firstAt: true,
              lastAt: true,
              visits: true,
              isNew: true,
              click: true,
            },
          }),
          listFree(prisma, scope, telegramUserId),
        ]);
      if (!person) throw new AppError('notFound');
      const bot = scope.botUsername;
      // What an owner sent to many, and what became of the copy for them.
      const broadcasts = await prisma.broadcastRecipient.findMany({
        where: { ...mine, broadcast: { botId: scope.botId } },
        orderBy: { broadcastId: 'asc' },
        select: { at: true, state: true },
      });
      const sources = visits.map(({ source, ...visit }) => ({ ...source, ...visit }));
      return plain({
        bot,
        person,
        payments,
        subscriptions,
        trials,
        promoCodes,
        brought,
        sources,
        broadcasts,
        freeList,
      });
    },

    /** Everything that the platform keeps of an owner, ready for JSON. Tokens stay what they are: secret. */
    async readOwner({ telegramUserId }: OwnerActor): Promise<object> {
      const theirs = { owner: { telegramUserId } };
      const [person, bots, tariffs, tariffPayments, brought, panelSessions, helps] = await Promise.all([
        prisma.owner.findUnique({
          where: { telegramUserId },
          select: { ...PERSON, inviteCode: true, broughtBy: { select: BROUGHT } },
        }),
        prisma.sellerBot.findMany({
          where: theirs,
          orderBy: { id: 'asc' },
          select: {
            telegramBotId: true,
            username: true,
            createdAt: true,
            removedAt: true,
            welcomeMessage: true,
            termsMessage: true,
            cardNumber: true,
            cardHolder: true,
            settings: { omit: { botId: true } },
            channels: {
              orderBy: { id: 'asc' },
              select: {
                title: true,
                type: true,
                connectedAt: true,
                disconnectedAt: true,
                plans: { orderBy: { id: 'asc' }, select: PLAN },
              },
            },
            merchantAccounts: {
              orderBy: { id: 'asc' },
              omit: { id: true, botId: true, encryptedSecrets: true },
            },
            // Those of one person are that person's.
            promoCodes: { where: { endUserId: null }, orderBy: { id: 'asc' }, select: PROMO_CODE },
            sources: { orderBy: { id: 'asc' }, select: SOURCE },
            broadcasts: { orderBy: { id: 'asc' }, select: BROADCAST },
          },
        }),
        prisma.tariffPeriod.findMany({
          where: theirs,
          orderBy: { id: 'asc' },
          select: { plan: true, startedAt: true, expiresAt: true, amountPaid: true, status: true },
        }),
        prisma.tariffPayment.findMany({
          where: theirs,
          orderBy: { id: 'asc' },
          select: {
            purpose: true,
            durationMonths: true,
            amount: true,
            status: true,
            createdAt: true,
            receiptNote: true,
          },
        }),
        // Those are somebody else: only what came of it is the owner's.
        prisma.ownerReferral.findMany({
          where: { inviter: { telegramUserId } },
          orderBy: { id: 'asc' },
          select: BROUGHT,
        }),
        prisma.panelSession.findMany({
          where: { telegramUserId },
          orderBy: { id: 'asc' },
          omit: { id: true, tokenHash: true, initDataHash: true, telegramUserId: true },
        }),
        prisma.botManager.findMany({
          where: { telegramUserId },
          orderBy: { id: 'asc' },
          select: HELPS,
        }),
      ]);
      if (!person) throw new AppError('notFound');
      return plain({ person, bots, tariffs, tariffPayments, brought, panelSessions, helps });
    },

    async endUserLoss(scope: TenantScope, { endUserId, telegramUserId }: EndUserActor): Promise<EndUserLoss> {
      const person = await prisma.endUser.findFirst({
        where: { id: endUserId, botId: scope.botId },
        select: {
          banned: true,
          inviteCode: true,
          _count: {
            select: {
              personalCodes: { where: { uses: { none: { status: 'used' } } } },
              sourceVisits: true,
            },
          },
          subscriptions: {
            where: { status: 'active' },
            select: { expiresAt: true, channel: { select: { title: true } } },
          },
        },
      });
      if (!person) throw new AppError('notFound');
      return {
        isFree: (await listFree(prisma, scope, telegramUserId)).length > 0,
        banned: person.banned,
        promoCodes: person._count.personalCodes,
        invites: person.inviteCode !== null,
        sources: person._count.sourceVisits,
        subscriptions: person.subscriptions.map(({ channel, expiresAt }) => ({
          title: channel.title,
          expiresAt,
        })),
      };
    },

    async ownerLoss({ telegramUserId }: OwnerActor): Promise<OwnerLoss> {
      const owner = { telegramUserId };
      const bot = { owner, removedAt: null };
      const [person, bots, members, tariff] = await Promise.all([
        prisma.owner.findUnique({
          where: owner,
          select: {
            banned: true,
            inviteCode: true,
            broughtBy: { select: { status: true } },
          },
        }),
        prisma.sellerBot.count({ where: bot }),
        prisma.endUser.count({ where: { bot, subscriptions: { some: { status: 'active' } } } }),
        prisma.tariffPeriod.findFirst({ where: { owner, status: 'active' } }),
      ]);
      if (!person) throw new AppError('notFound');
      return {
        banned: person.banned,
        bots,
        members,
        paidUntil: tariff?.expiresAt ?? null,
        invites: person.inviteCode !== null || person.broughtBy?.status === 'waiting',
      };
    },

    /**
     * Takes them out of the database at once, whatever they or the owner do next: whoever comes back begins anew. What they have
     * ends; the outbox messages that put them out of its chats are all that still knows them.
     */
    async forgetEndUser(scope: TenantScope, actor: Pressed<EndUserActor>): Promise<void> {
      await transact(async (work) => {
        if (await work.once(actor.act)) await forgetEndUser(work, scope.botId, actor.endUserId);
      });
    },

    /** Removes the owner's bots for good, and takes the owner out of the database at once. */
    async forgetOwner({ telegramUserId, act }: Pressed<OwnerActor>): Promise<void> {
      const bots = await transact(async (work) => {
        if (!(await work.once(act))) return [];
        const owner = await work.db.owner.findUnique({ where: { telegramUserId }, select: { id: true } });
        return owner ? forgetOwner(work, owner.id) : [];
      });
      await Promise.all(bots.map((telegramBotId) => deps.invalidate(telegramBotId)));
    },
  };
}

/** Ids and amounts as text: JSON has no exact numbers of their size. */
function plain(data: object): object {
  return JSON.parse(
    JSON.stringify(data, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  ) as object;
}
