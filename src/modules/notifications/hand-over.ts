import type { Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import type { ClaimedMessage, OutboxKind, OutboxPayloads } from '../../kernel/outbox/outbox-message.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { HandedOverMatter, NoticeContent, PersonName } from './message-gateway.ts';

/** What an outbox message is about, in the words of whoever has to help. Kinds that are not here have no owner who could. */
const MATTERS: { readonly [K in OutboxKind]?: HandedOverMatter } = {
  'launch-bot': 'launch',
  'deliver-access': 'access',
  'remove-member': 'removal',
  'remove-stranger': 'removal',
  'settle-ban': 'ban',
  'revoke-link': 'link',
  'review-request': 'receipt',
  'review-copy': 'receipt',
  'pass-support': 'support',
  'small-notice': 'message',
  'sure-notice': 'message',
};

/** Tells the owner, once, of an outbox message that Telegram has refused for a day, and what they can do about it. */
export function createHandOver({
  transact,
}: {
  transact: UnitOfWork;
}): (claimed: Pick<ClaimedMessage, 'id' | 'kind' | 'botId'>) => Promise<void> {
  return async ({ id, kind, botId }) => {
    if (botId === null || MATTERS[kind] === undefined) return;
    await transact(async ({ db, enqueue }) => {
      const bot = await db.sellerBot.findUnique({ where: { id: botId }, select: { ownerId: true } });
      if (!bot) return;
      enqueue({
        kind: 'sure-notice',
        key: `handed-over:${id}`,
        payload: {
          to: { kind: 'owner', ownerId: bot.ownerId },
          notice: { kind: 'handedOver', promiseId: String(id) },
          quiet: false,
        },
      });
    });
  };
}

/** Null where it was delivered after all, or is about nobody who is left. */
export async function readHandedOver(prisma: PrismaClient, promiseId: string): Promise<NoticeContent | null> {
  const row = await prisma.outboxMessage.findUnique({ where: { id: BigInt(promiseId) } });
  if (!row || row.botId === null || (row.doneAt !== null && row.outcome !== 'failed')) return null;
  const kind = row.kind as OutboxKind;
  const matter = MATTERS[kind];
  const bot = await prisma.sellerBot.findUnique({ where: { id: row.botId } });
  if (!bot || matter === undefined) return null;
  const { username: botUsername, telegramBotId } = bot;
  const about = { kind: 'handedOver', botUsername, telegramBotId } as const;
  if (matter === 'launch') return { ...about, matter, person: null, title: '' };
  const subject = await findSubject(prisma, bot, kind, row.payload);
  return subject && { ...about, matter, ...subject };
}

interface Subject {
  person: PersonName;
  /** Empty where no chat is meant. */
  title: string;
}

const WITH_PLACE = { endUser: true, channel: true } as const;

/** Whom a message of this kind is about, and in which chat. */
async function findSubject(
  prisma: PrismaClient,
  bot: { id: number; telegramBotId: bigint },
  kind: OutboxKind,
  stored: Prisma.JsonValue,
): Promise<Subject | null> {
  switch (kind) {
    case 'deliver-access':
    case 'remove-member': {
      const { subscriptionId: id } = payloadOf(kind, stored);
      return subjectOf(await prisma.subscription.findUnique({ where: { id }, include: WITH_PLACE }));
    }
    case 'revoke-link': {
      const { inviteLinkId: id } = payloadOf(kind, stored);
      const include = { subscription: { include: WITH_PLACE } };
      const link = await prisma.inviteLink.findUnique({ where: { id }, include });
      return subjectOf(link?.subscription ?? null);
    }
    case 'review-request':
    case 'review-copy': {
      const { paymentId: id } = payloadOf(kind, stored);
      return subjectOf(await prisma.payment.findUnique({ where: { id }, include: WITH_PLACE }));
    }
    case 'settle-ban': {
      const { channelId, endUserId } = payloadOf(kind, stored);
      return inChannel(prisma, channelId, { id: endUserId });
    }
    case 'remove-stranger': {
      const { channelId, telegramUserId } = payloadOf(kind, stored);
      return inChannel(prisma, channelId, { telegramUserId: BigInt(telegramUserId), botId: bot.id });
    }
    case 'pass-support': {
      const { supportMessageId: id } = payloadOf(kind, stored);
      const message = await prisma.supportMessage.findUnique({ where: { id } });
      const either = message ? [message.fromTelegramUserId, message.toTelegramUserId] : [];
      return named(
        await prisma.endUser.findFirst({ where: { botId: bot.id, telegramUserId: { in: either } } }),
      );
    }
    case 'small-notice':
    case 'sure-notice': {
      const { to } = payloadOf(kind, stored);
      if (to.kind !== 'endUser') return null;
      return named(await prisma.endUser.findUnique({ where: { id: to.endUserId } }));
    }
    default:
      return null;
  }
}

/** The kind that stands beside it says what a row's payload holds: whoever wrote the row was held to it. */
function payloadOf<K extends OutboxKind>(kind: K, stored: Prisma.JsonValue): OutboxPayloads[K] {
  const byKind = { [kind]: stored } as unknown as OutboxPayloads;
  return byKind[kind];
}

function subjectOf(row: { endUser: PersonName; channel: { title: string } } | null): Subject | null {
  return row && { person: row.endUser, title: row.channel.title };
}

function named(person: PersonName | null): Subject | null {
  return person && { person, title: '' };
}

async function inChannel(
  prisma: PrismaClient,
  channelId: number,
  who: { id: number } | { telegramUserId: bigint; botId: number },
): Promise<Subject | null> {
  const [channel, person] = await Promise.all([
    prisma.channel.findUnique({ where: { id: channelId } }),
    prisma.endUser.findFirst({ where: who }),
  ]);
  if (!channel) return null;
  if (person) return { person, title: channel.title };
  if (!('telegramUserId' in who)) return null;
  // A stranger who never used the bot: the id is all that is known.
  return {
    person: { fullName: '', username: null, telegramUserId: who.telegramUserId },
    title: channel.title,
  };
}
