import { addTariffTime } from '../../../src/modules/tariffs/tariff-queries.ts';
import type { Platform } from '../platform.ts';
import type { Shop } from '../shop.ts';

/** The owner has paid their tariff for a year: providers are offered to their buyers. */
export async function payTariff(
  { database, clock }: Pick<Platform, 'database'> & { clock: Pick<Platform['clock'], 'now'> },
  { owner }: Pick<Shop, 'owner'>,
): Promise<void> {
  const { id: ownerId } = await database.owner.findFirstOrThrow({ where: { telegramUserId: owner.id } });
  await database.$transaction((db) =>
    addTariffTime(db, { ownerId, months: 12, amount: 100n }, clock.now(), 'Asia/Tashkent'),
  );
}
