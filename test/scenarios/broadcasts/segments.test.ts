import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUDIENCE_STATES, type AudienceState } from '../../../src/modules/broadcasts/audience-states.ts';
import { countRecipients, fixRecipients } from '../../../src/modules/broadcasts/recipients.ts';
import { EVERYBODY, type Segment } from '../../../src/modules/broadcasts/segment.ts';
import { DAY_MS } from '../../../src/shared/durations.ts';
import { LANGUAGES } from '../../../src/shared/languages.ts';
import { newSource } from '../../support/growth/sources.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { Random } from '../../support/random.ts';
import { openShop } from '../../support/shop.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.closesClean());

/** Access to one chat, as the one who made it up knows it. */
interface Held {
  chat: number;
  isActive: boolean;
  endsInDays: number | null;
  isTrial: boolean;
  /** They stay when it ends. */
  isFree: boolean;
}

interface Somebody {
  id: number;
  mayGet: boolean;
  language: string;
  source: number | null;
  held: Held[];
}

const PEOPLE = 150;

/** What the words of a segment mean, said once more without the database. */
function isMeant({ mayGet, language, source, held }: Somebody, segment: Segment): boolean {
  const there = held.filter(({ chat }) => segment.chat === null || chat === segment.chat);
  const active = there.filter(({ isActive }) => isActive);
  const byState: Record<AudienceState, boolean> = {
    all: segment.chat === null || there.length > 0,
    live: active.length > 0,
    ended: there.length > 0 && active.length === 0,
    never: there.length === 0,
    ending: active.some(({ endsInDays, isFree }) => endsInDays !== null && endsInDays <= 7 && !isFree),
    trial: active.some(({ isTrial }) => isTrial),
  };
  return (
    mayGet &&
    byState[segment.state] &&
    (segment.language === null || segment.language === language) &&
    (segment.source === null || segment.source === source)
  );
}

test('each segment is exactly those whom it names, whoever else a bot knows', async () => {
  const { database, clock } = platform;
  const shop = await openShop(platform);
  const random = new Random(20_261_129);
  const now = clock.now();
  const { id: botId } = await database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(shop.shop.id) },
  });
  const { id: channel } = await database.channel.findFirstOrThrow({ where: { botId } });
  const { id: group } = await database.channel.create({
    data: { botId, telegramChatId: -77n, type: 'group', title: 'Group', connectedAt: now },
  });
  const { id: source } = await newSource(platform, shop, 'Ads');
  const known: Somebody[] = [];
  for (let index = 0; index < PEOPLE; index += 1) {
    const telegramUserId = index === 0 ? BigInt(shop.owner.id) : BigInt(9_000_000_000 + index);
    const why =
      index === 0
        ? 'owner'
        : random.pick(['', '', '', '', 'banned', 'blocked', 'off', 'forgotten', 'manager', 'was manager']);
    const language = random.pick(LANGUAGES);
    const from = random.chance(30) ? source : null;
    const { id } = await database.endUser.create({
      data: {
        botId,
        language,
        telegramUserId: why === 'forgotten' ? -telegramUserId : telegramUserId,
        fullName: why,
        banned: why === 'banned',
        blockedAt: why === 'blocked' ? now : null,
        offersOffAt: why === 'off' ? now : null,
        sourceId: from,
        createdAt: now,
      },
    });
    if (why.endsWith('manager')) {
      const status = why === 'manager' ? 'active' : 'removed';
      await database.botManager.create({
        data: { botId, telegramUserId, fullName: why, role: 'support', status, addedAt: now },
      });
    }
    // Null: of all chats.
    const freeIn = random.pick([undefined, undefined, undefined, channel, group, null]);
    if (freeIn !== undefined) {
      const asFree = { name: why, addedBy: BigInt(shop.owner.id), addedAt: now };
      await database.freeMember.create({ data: { botId, channelId: freeIn, telegramUserId, ...asFree } });
    }
    const held: Held[] = [];
    for (const chat of [channel, group]) {
      if (random.chance(40)) continue;
      const one: Held = {
        chat,
        isActive: random.chance(60),
        endsInDays: random.chance(15) ? null : random.int(21) - 2,
        isTrial: random.chance(30),
        isFree: freeIn === null || freeIn === chat,
      };
      held.push(one);
      const at = one.endsInDays === null ? null : new Date(now.getTime() + one.endsInDays * DAY_MS);
      const subscription = await database.subscription.create({
        data: {
          endUserId: id,
          channelId: chat,
          startedAt: now,
          // The place may be kept behind the end that was bought.
          expiresAt: at && new Date(at.getTime() - (random.chance(20) ? 3 : 0) * DAY_MS),
          graceUntil: at,
          status: one.isActive ? 'active' : random.pick(['expired', 'kicked']),
          endedAt: one.isActive ? null : now,
        },
      });
      await database.timeEntry.create({
        data: {
          botId,
          endUserId: id,
          subscriptionId: subscription.id,
          channelId: chat,
          source: one.isTrial ? 'trial' : 'grant',
          sourceId: one.isTrial ? subscription.id : null,
          addedFrom: new Date(now.getTime() - 40 * DAY_MS),
          addedTo: at,
          createdAt: now,
        },
      });
    }
    known.push({ id, mayGet: why === '' || why === 'was manager', language, source: from, held });
  }
  const bot = { botId, ownerTelegramUserId: BigInt(shop.owner.id) };
  for (const state of AUDIENCE_STATES) {
    for (const chat of [null, channel, group]) {
      for (const more of [{}, { language: 'ru' as const }, { source }, { source, language: 'uz' as const }]) {
        const segment: Segment = { ...EVERYBODY, state, chat, ...more };
        const meant = known.filter((one) => isMeant(one, segment)).map(({ id }) => id);
        const draft = await database.broadcast.create({
          data: {
            botId,
            createdBy: 1n,
            fromChatId: 1n,
            messageId: 1,
            segment,
            status: 'draft',
            createdAt: now,
          },
        });
        const most = { segment, most: PEOPLE };
        expect(await countRecipients(database, bot, most, now), JSON.stringify(segment)).toBe(meant.length);
        await fixRecipients(database, bot, { ...most, id: draft.id }, now);
        const rows = await database.broadcastRecipient.findMany({
          where: { broadcastId: draft.id },
          orderBy: { endUserId: 'asc' },
        });
        expect(
          rows.map(({ endUserId }) => endUserId),
          JSON.stringify(segment),
        ).toEqual(meant);
      }
    }
  }
});
