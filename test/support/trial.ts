import type { SandboxPerson } from '../../sandbox/sandbox.ts';
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

export const FOR_NEW_PEOPLE = 'A trial is for people who are new to this chat. Please choose a plan.';

/** Whether a shop's window offers a trial to somebody. */
export async function offersTrial({ shop }: Pick<Shop, 'shop'>, person: SandboxPerson): Promise<boolean> {
  await person.sends(shop, '/menu');
  return (
    person
      .chatWith(shop)
      .last?.buttons.flat()
      .some(({ text }) => text.includes('Trial')) ?? false
  );
}
