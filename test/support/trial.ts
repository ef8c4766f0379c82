import type { Ground } from './platform.ts';
import type { Shop } from './shop.ts';

/** The shop's chat may be tried. @returns the plan's id */
export async function offerTrial(
  { database }: Pick<Ground, 'database'>,
  { planId }: Pick<Shop, 'planId'>,
  { days = 7, price = '0' }: { days?: number; price?: string } = {},
): Promise<number> {
  const { channelId } = await database.plan.findUniqueOrThrow({ where: { id: planId } });
  const trial = { durationDays: days, price, isTrial: true, isCustom: true };
  const { id } = await database.plan.create({ data: { channelId, ...trial } });
  return id;
}
