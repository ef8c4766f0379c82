import type { EndUser as EndUserRow } from '../../../infra/prisma-client/client.ts';
import { type OwnerActor, requireOwner } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../../kernel/unit-of-work.ts';
import { fromDecimal } from '../../../shared/money.ts';
import { CONNECTED } from '../../channels/channel.ts';
import type { Provider } from '../../merchant-accounts/merchant-account.ts';
import { toDuration, toDurationColumns } from '../../plans/duration.ts';
import { PAYMENT_METHODS } from '../methods/index.ts';

/** An order by which an owner tries a provider: paid, it gives nothing and counts nowhere. */
export interface TestOrder {
  paymentId: number;
  /** Tiyin. */
  amount: bigint;
  /** Where it is paid. */
  link: string;
}

export function createTestOrderService({ transact }: { transact: UnitOfWork }) {
  /**
   * Any number of them may be open at a time, beside what the owner has chosen as an end user of their own bot.
   * @throws AppError `notFound`, `connect.keysFirst`, `connect.planFirst`
   */
  async function order(scope: TenantScope, actor: OwnerActor, provider: Provider): Promise<TestOrder> {
    return transact(async (work) => {
      const { db, now } = work;
      await requireOwner(db, scope, actor);
      const account = await db.merchantAccount.findFirst({
        where: { botId: scope.botId, provider, removedAt: null },
      });
      if (!account) throw new AppError('notFound');
      if (account.encryptedSecrets === null) throw new AppError('connect.keysFirst');
      if (!(await work.once(actor.act))) throw new AppError('oldButton');
      const plan = await db.plan.findFirst({
        where: {
          isActive: true,
          archivedAt: null,
          price: { gt: 0 },
          channel: { botId: scope.botId, ...CONNECTED },
        },
        orderBy: [{ price: 'asc' }, { id: 'asc' }],
      });
      if (!plan) throw new AppError('connect.planFirst');
      const { id: endUserId } = await asEndUser(work, scope);
      const row = await db.payment.create({
        data: {
          endUserId,
          botId: scope.botId,
          channelId: plan.channelId,
          planId: plan.id,
          ...toDurationColumns(toDuration(plan)),
          amount: plan.price,
          paymentMethod: provider,
          isTest: true,
          status: 'created',
          createdAt: now,
        },
      });
      const [paymentId, amount] = [row.id, fromDecimal(row.amount)];
      const toPay = { id: paymentId, endUserId, amount, isTest: true };
      const { link } = await PAYMENT_METHODS[provider].instructions(db, scope, toPay);
      return { paymentId, amount, link };
    });
  }

  return { order };
}

/** The owner's own row among the end users of their bot; one that is not there yet is made, as by their first visit. */
async function asEndUser({ db, now }: Work, { botId, ownerId }: TenantScope): Promise<EndUserRow> {
  const { telegramUserId, username, fullName, language } = await db.owner.findUniqueOrThrow({
    where: { id: ownerId },
  });
  await db.endUser.createMany({
    data: [{ telegramUserId, botId, username, fullName, language, createdAt: now }],
    skipDuplicates: true,
  });
  return db.endUser.findUniqueOrThrow({ where: { telegramUserId_botId: { telegramUserId, botId } } });
}
