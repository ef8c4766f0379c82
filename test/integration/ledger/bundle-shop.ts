import type { TenantScope } from '../../../src/kernel/tenant-scope.ts';
import { DAY_MS } from '../../../src/shared/durations.ts';
import type { Platform } from '../../support/platform.ts';
import type { Bought } from './bought-time.ts';

export interface Sold {
  id: number;
  channelIds: number[];
  bought: Bought;
}

export interface BundleShop {
  scope: TenantScope;
  chats: { id: number; telegramChatId: bigint }[];
  plans: Sold[];
  /** How long it keeps a place after the end. */
  graceDays: number;
}

let given = 0;
/** Of people, messages, codes and moves: none comes twice. */
export function nextNumber(): number {
  given += 1;
  return given;
}

/** One bot with two chats, and each kind of duration for the one, the other and both. */
export async function openBundleShop(
  { database, clock }: Platform,
  { graceDays = 0 }: { graceDays?: number } = {},
): Promise<BundleShop> {
  const createdAt = clock.now();
  const telegramUserId = BigInt(nextNumber());
  const telegramBotId = BigInt(nextNumber());
  const owner = await database.owner.create({
    data: { telegramUserId, fullName: 'Aziz', language: 'en', createdAt },
  });
  const bot = await database.sellerBot.create({
    data: {
      ownerId: owner.id,
      telegramBotId,
      encryptedToken: 'none',
      username: 'bundles_bot',
      name: 'Bundles',
      cardNumber: '8600123456789012',
      cardHolder: 'AZIZ',
      createdAt,
    },
  });
  await database.botSettings.create({ data: { botId: bot.id, graceDays } });
  const about = { botId: bot.id, title: 'Club', canInvite: true, canRestrict: true, connectedAt: createdAt };
  const chats = [
    await database.channel.create({ data: { ...about, telegramChatId: -telegramUserId, type: 'channel' } }),
    await database.channel.create({ data: { ...about, telegramChatId: -telegramBotId, type: 'group' } }),
  ];
  const [channel, group] = chats.map(({ id }) => id) as [number, number];
  const [soon, late] = [30, 120].map((days) => dateAfter(createdAt, days)) as [string, string];
  const plans: Sold[] = [];
  for (const channelIds of [[channel], [group], [channel, group], [group, channel]]) {
    for (const [bought, columns] of [
      [{ months: 1 }, { durationMonths: 1 }],
      [{ months: 6 }, { durationMonths: 6 }],
      [{ months: 0 }, { durationMonths: 0 }],
      [{ days: 10 }, { durationDays: 10 }],
      [{ days: 45 }, { durationDays: 45 }],
      [{ until: soon }, { endsOn: new Date(soon) }],
      [{ until: late }, { endsOn: new Date(late) }],
    ] as const) {
      const [first = 0, ...others] = channelIds;
      const { id } = await database.plan.create({
        data: { channelId: first, ...columns, price: '50000', isCustom: true },
      });
      await database.planChat.createMany({
        data: others.map((channelId) => ({ planId: id, channelId })),
      });
      plans.push({ id, channelIds, bought });
    }
  }
  const scope = {
    botId: bot.id,
    telegramBotId,
    botUsername: 'bundles_bot',
    ownerId: owner.id,
    ownerTelegramUserId: telegramUserId,
  };
  return { scope, chats, plans, graceDays };
}

function dateAfter(now: Date, days: number): string {
  return new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
}
