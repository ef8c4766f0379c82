import { z } from 'zod';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { OutboxDefinitions, OutboxTable } from '../../kernel/outbox/outbox-message.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { findAddress, type Recipient } from './address.ts';
import { readGivenOver } from './given-over.ts';
import type {
  Notice,
  NoticeContent,
  NoticeContext,
  NoticeGateway,
  NoticeKind,
  Notices,
  NoticeTable,
} from './notice.ts';

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** A notice that may be lost when its outcome is unknown. */
    'small-notice': StoredNotice;
    /** A notice about money or access: repeated until confirmed. */
    'sure-notice': StoredNotice;
  }
}

interface StoredNotice {
  to: Recipient;
  notice: Notice;
  quiet: boolean;
}

const recipient = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('owner'), ownerId: z.int() }),
  z.object({ kind: z.literal('moderator'), telegramUserId: z.string() }),
  z.object({ kind: z.literal('endUser'), endUserId: z.int() }),
]);

export interface NotificationMessagesDeps {
  prisma: PrismaClient;
  messages: NoticeGateway;
  clock: Clock;
  moderatorIds: readonly bigint[];
  notices: NoticeTable;
  /** The table that this one becomes a part of. */
  outbox: () => OutboxTable;
}

/** Notices: who shall hear one, and what it is about, is read as the database has it by then. */
export function createNotificationMessages(
  deps: NotificationMessagesDeps,
): OutboxDefinitions<'small-notice' | 'sure-notice'> {
  const { prisma, messages, clock, notices } = deps;
  const payload = z.object({
    to: recipient,
    // Each module reads its own: the kind is what makes it one that this program knows.
    notice: z.custom<Notice>((notice) => Object.hasOwn(notices, String(Reflect.get(Object(notice), 'kind')))),
    quiet: z.boolean(),
  });
  const definition = {
    payload,
    async handle({ to, notice, quiet }: StoredNotice) {
      const context = {
        to,
        now: clock.now(),
        findGivenOver: (messageId: bigint) => readGivenOver(prisma, deps.outbox(), messageId),
      };
      const [address, content] = await Promise.all([
        findAddress(deps, to),
        readContent(notices, prisma, notice, context),
      ]);
      if (!address || !content) return 'not-due' as const;
      try {
        await messages.sendNotice(address, content, quiet);
      } catch (error) {
        if (isDeliveryFailure(error, 'blocked')) await noteBlocked(prisma, to, clock.now());
        throw error;
      }
      return 'delivered' as const;
    },
    givenOver: {
      matter: 'message' as const,
      async subject(db: Db, { to }: StoredNotice) {
        if (to.kind !== 'endUser') return null;
        const person = await db.endUser.findUnique({ where: { id: to.endUserId } });
        return person && { person, title: '' };
      },
    },
  };
  return {
    'small-notice': { ...definition, onUnknown: 'counts as sent', endsWhenRefused: true },
    'sure-notice': { ...definition, onUnknown: 'retry' },
  };
}

async function readContent<K extends NoticeKind>(
  notices: NoticeTable,
  db: Db,
  notice: { kind: K } & Notices[K]['payload'],
  context: NoticeContext,
): Promise<NoticeContent | null> {
  const { kind } = notice;
  const content = await notices[kind].content(db, notice, context);
  return content && ({ kind, ...content } as NoticeContent);
}

async function noteBlocked(prisma: PrismaClient, to: Recipient, blockedAt: Date): Promise<void> {
  const data = { blockedAt };
  if (to.kind === 'owner') await prisma.owner.update({ where: { id: to.ownerId }, data });
  if (to.kind === 'endUser') await prisma.endUser.update({ where: { id: to.endUserId }, data });
}
