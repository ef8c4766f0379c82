import type { Database } from '../../../src/infra/postgres/prisma.ts';
import type { Prisma } from '../../../src/infra/prisma-client/client.ts';
import type { Random } from '../random.ts';
import { Life, type Lines, type Sold } from './random-life.ts';
import { dayOf, plusDays } from './reckoning.ts';

const PEOPLE = 80;
const DAYS = 480;

/** Where it is sold, to be filled. */
interface Ground {
  prisma: Database['prisma'];
  botId: number;
  channelId: number;
  random: Random;
  now: Date;
  zone: string;
}

/**
 * Fills a shop with a second chat, plans of every kind, sources, and 80 people who bought, left, came back, tried, got
 * grants, took money back and were forgotten in the last 480 days: rows as the product writes them.
 * @returns the ids of its second chat, its plans and its sources
 */
export async function writeRandomShop(ground: Ground) {
  const { prisma, botId, random, now, zone } = ground;
  const groupId = await addGroup(ground);
  const plans = await addPlans(ground, groupId);
  const sources = await addSources(ground);
  const lines: Lines = { people: [], visits: [], payments: [], chats: [], stays: [], entries: [] };
  // Above whatever the shop itself will ever write.
  let id = botId * 100_000;
  const nextId = () => {
    id += 1;
    return id;
  };
  for (let number = 0; number < PEOPLE; number += 1) {
    const came = plusDays(now, -random.int(DAYS));
    new Life({ botId, random, now, zone, plans, sources, nextId }, lines, came).passes();
  }
  await prisma.endUser.createMany({ data: lines.people });
  await prisma.sourceVisit.createMany({ data: lines.visits });
  await prisma.subscription.createMany({ data: lines.stays.map((stay) => ({ ...stay, paymentId: null })) });
  await prisma.payment.createMany({ data: lines.payments });
  // The database has noted the first chat of each already.
  await prisma.paymentChat.createMany({ data: lines.chats, skipDuplicates: true });
  await prisma.timeEntry.createMany({ data: lines.entries });
  await prisma.$executeRaw`
    UPDATE subscriptions SET payment_id = (
             SELECT max(source_id) FROM time_entries t WHERE t.subscription_id = subscriptions.id AND t.source = 'payment')
     WHERE id IN (SELECT subscription_id FROM time_entries WHERE user_bot_id = ${botId})`;
  return { groupId, plans: plans.map((plan) => plan.id), sources };
}

async function addGroup({ prisma, botId, now }: Ground): Promise<number> {
  const telegramChatId = -BigInt(5_000_000_000 + botId);
  const { id } = await prisma.channel.create({
    data: { botId, telegramChatId, type: 'group', title: 'Talks', connectedAt: plusDays(now, -DAYS) },
  });
  return id;
}

async function addPlans({ prisma, channelId, now, zone }: Ground, groupId: number): Promise<Sold[]> {
  const soon = new Date(dayOf(plusDays(now, 40), zone));
  const plans: Sold[] = [];
  for (const [chats, columns, price, isTrial] of [
    [[channelId], { durationMonths: 3 }, 120_000, false],
    [[channelId], { durationMonths: 12 }, 480_000, false],
    [[channelId], { durationMonths: 0 }, 900_000, false],
    [[groupId], { durationMonths: 1 }, 36_000, false],
    [[groupId], { durationDays: 10 }, 16_000, false],
    [[groupId], { endsOn: soon }, 64_000, false],
    [[channelId, groupId], { durationMonths: 1 }, 72_000, false],
    [[groupId, channelId], { durationDays: 16 }, 48_000, false],
    [[channelId], { durationDays: 5 }, 0, true],
    [[groupId], { durationDays: 5 }, 5_000, true],
  ] as const) {
    const [first, ...others] = chats;
    const data: Prisma.PlanUncheckedCreateInput = {
      channelId: first,
      ...columns,
      price,
      isTrial,
      isCustom: true,
    };
    const { id } = await prisma.plan.create({ data });
    await prisma.planChat.createMany({ data: others.map((chat) => ({ planId: id, channelId: chat })) });
    plans.push({ id, chats: [...chats], columns, price, isTrial });
  }
  return plans;
}

async function addSources({ prisma, botId, now }: Ground): Promise<number[]> {
  const about = { botId, createdAt: plusDays(now, -DAYS) };
  const sources = await prisma.source.createManyAndReturn({
    data: [
      { ...about, slug: 'insta', name: 'Instagram', cost: '250000' },
      { ...about, slug: 'friends', name: 'Friends' },
    ],
  });
  return sources.map(({ id }) => id);
}
