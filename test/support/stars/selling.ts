import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { SandboxMessage } from '../../../sandbox/world/conversation.ts';
import type { Platform } from '../platform.ts';
import { payTariff } from '../providers/paid-tariff.ts';
import type { Shop } from '../shop.ts';

/** Its owner has paid the tariff, switches Stars on, and types what the plan costs in them. */
export async function sellForStars(platform: Platform, shop: Shop, stars = '150'): Promise<void> {
  const { mainBot } = platform;
  const { owner } = shop;
  await payTariff(platform, shop);
  await owner.presses(mainBot, `bot:${shop.shop.id}:pay:stars:on`);
  await pricesInStars(platform, shop, shop.planId, stars);
}

/** The same, and the month renews itself every 30 days for whoever wants that. */
export async function renewsInStars(platform: Platform, shop: Shop): Promise<void> {
  await sellForStars(platform, shop);
  await shop.owner.presses(platform.mainBot, `stars-renew-on:${shop.planId}`);
  await platform.quiet();
}

/** The owner types what a plan costs in Stars. */
export async function pricesInStars(
  { mainBot, quiet }: Pick<Platform, 'mainBot' | 'quiet'>,
  { owner }: Pick<Shop, 'owner'>,
  planId: number,
  stars: string,
): Promise<void> {
  await owner.presses(mainBot, `stars:${planId}`);
  await owner.sends(mainBot, stars);
  await quiet();
}

/** Somebody orders the shop's month in Stars. @returns the order's number, and the link of its button */
export async function ordersInStars(
  { database, quiet }: Pick<Platform, 'database' | 'quiet'>,
  { shop, planId }: Pick<Shop, 'shop' | 'planId'>,
  buyer: SandboxPerson,
): Promise<{ paymentId: number; link: string }> {
  await buyer.presses(shop, `pay:${planId}:stars`);
  await quiet();
  const link = invoiceOf(buyer.chatWith(shop).last);
  const { id: paymentId } = await database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: BigInt(buyer.id), bot: { telegramBotId: BigInt(shop.id) } } },
    orderBy: { id: 'desc' },
  });
  return { paymentId, link };
}

/** The link by which an order on screen is paid. */
export function invoiceOf(message: SandboxMessage | undefined): string {
  const link = message?.buttons.flat().find(({ url }) => url?.startsWith('https://t.me/$'))?.url;
  if (link === undefined) throw new Error(`There is nothing to pay by: ${message?.text}`);
  return link;
}

/** Somebody orders the month with auto-renewal, pays, and is let in. @returns the first charge, and the order's number */
export async function subscribesInStars(
  platform: Pick<Platform, 'database' | 'quiet'>,
  { shop, planId }: Pick<Shop, 'shop' | 'planId'>,
  buyer: SandboxPerson,
): Promise<{ chargeId: string; paymentId: number }> {
  await buyer.presses(shop, `pay:${planId}:starsub`);
  await platform.quiet();
  const paid = await buyer.paysBy(shop, /^Pay/);
  if (!paid.ok) throw new Error(paid.reason);
  await platform.quiet();
  const { paymentId } = await platform.database.starSubscription.findFirstOrThrow({
    where: { firstChargeId: paid.chargeId },
  });
  return { chargeId: paid.chargeId, paymentId };
}
