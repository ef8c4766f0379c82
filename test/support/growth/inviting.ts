import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { Referral, Subscription } from '../../../src/infra/prisma-client/client.ts';
import type { Ground, Platform } from '../platform.ts';
import { payFor, type Shop } from '../shop.ts';

interface Promised {
  referral: 'off' | 'days' | 'percent';
  referralDays: number;
  referralPercent: number;
  friendPercent: number;
  graceDays: number;
}

/** What an owner gives to whoever brings a buyer, from now on. */
export async function offerReward(
  { database }: Pick<Ground, 'database'>,
  { shop }: Pick<Shop, 'shop'>,
  settings: Partial<Promised>,
): Promise<void> {
  const { id: botId } = await database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(shop.id), removedAt: null },
  });
  await database.botSettings.upsert({
    where: { botId },
    create: { botId, ...settings },
    update: settings,
  });
}

/** What somebody's link to a shop ends in. */
export async function inviteCodeOf(
  { database }: Pick<Ground, 'database'>,
  { shop }: Pick<Shop, 'shop'>,
  { id }: SandboxPerson,
): Promise<string> {
  const inviteCode = String(id).padStart(8, '0').slice(-8);
  await database.endUser.updateMany({
    where: { telegramUserId: id, bot: { telegramBotId: BigInt(shop.id) } },
    data: { inviteCode },
  });
  return inviteCode;
}

/** Somebody opens a shop by the link of a friend. */
export async function comesBy(
  { telegram }: Pick<Ground, 'telegram'>,
  { shop }: Pick<Shop, 'shop'>,
  code: string,
  firstName = 'Friend',
): Promise<SandboxPerson> {
  const friend = telegram.newPerson({ firstName, languageCode: 'en' });
  await friend.starts(shop, { payload: `r_${code}` });
  await friend.presses(shop, 'lang:en');
  return friend;
}

/** Somebody buys a plan, is approved, and what follows has followed. @returns the payment */
export async function buys(
  platform: Pick<Platform, 'telegram' | 'mainBot' | 'database' | 'quiet'>,
  shop: Shop,
  person: SandboxPerson,
  planId = shop.planId,
): Promise<number> {
  const paymentId = await payFor(platform, { ...shop, planId }, person);
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await platform.quiet();
  return paymentId;
}

/** An owner takes a purchase back, and what follows has followed. */
export async function takesBack(
  { quiet }: Pick<Platform, 'quiet'>,
  { owner, shop }: Shop,
  paymentId: number,
): Promise<void> {
  await owner.presses(shop, `revert:${paymentId}:yes`);
  await quiet();
}

/** How somebody was brought to a shop. */
export function referralOf({ database }: Pick<Ground, 'database'>, friend: SandboxPerson): Promise<Referral> {
  return database.referral.findFirstOrThrow({ where: { friend: { telegramUserId: friend.id } } });
}

/** What somebody has of a chat now; null: nothing. */
export function heldBy(
  { database }: Pick<Ground, 'database'>,
  person: SandboxPerson,
  channelId?: number,
): Promise<Subscription | null> {
  return database.subscription.findFirst({
    where: {
      status: 'active',
      endUser: { telegramUserId: person.id },
      ...(channelId === undefined ? {} : { channelId }),
    },
  });
}
