import { z } from 'zod';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { DeliveryError } from '../../kernel/outbox/delivery-error.ts';
import type { ClaimedMessage, OutboxDefinitions } from '../../kernel/outbox/outbox-message.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { FORGOTTEN } from '../platform/stored-secrets.ts';
import { forgetEndUser, forgetOwner, nobody } from './forgetting.ts';

const forgetEndUserPayload = z.object({ endUserId: z.int(), telegramUserId: z.string().optional() });
const forgetOwnerPayload = z.object({ ownerId: z.int(), botIds: z.array(z.int()).optional() });

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /**
     * What had to know a forgotten person forgets them too, once it is done. Without their id it was enqueued by an older
     * program, which had not yet taken them out of the database.
     */
    'forget-end-user': z.infer<typeof forgetEndUserPayload>;
    /** The tokens of a forgotten owner's bots go, once their webhooks have. Without `botIds` it is an older program's. */
    'forget-owner': z.infer<typeof forgetOwnerPayload>;
  }
}

/** How soon to look again whether what needs the person is done; ever later, because a lost chat may stay lost. */
const LOOK_AGAIN_MS = 5_000;
const LOOK_AGAIN_AT_LAST_MS = 600_000;

function lookAgain({ earlierAttempts }: Pick<ClaimedMessage, 'earlierAttempts'>): DeliveryError {
  const retryAfterMs = Math.min(LOOK_AGAIN_MS * 2 ** earlierAttempts, LOOK_AGAIN_AT_LAST_MS);
  return new DeliveryError('not-sent', { retryAfterMs });
}

/** The last that is known of forgotten people goes, once nothing is left to do that needs it. */
export function createPrivacyMessages(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
}): OutboxDefinitions<'forget-end-user' | 'forget-owner'> {
  const { prisma, transact } = deps;

  return {
    'forget-end-user': {
      payload: forgetEndUserPayload,
      onUnknown: 'retry',
      async handle({ endUserId, telegramUserId }, claimed) {
        const { botId } = claimed;
        if (botId === null) return 'not-due';
        if (telegramUserId === undefined) {
          await transact((work) => forgetEndUser(work, botId, endUserId));
          return 'delivered';
        }
        if (await isStillNeeded(prisma, botId, telegramUserId)) throw lookAgain(claimed);
        await forgetInOutbox(prisma, botId, telegramUserId, nobody(endUserId));
        return 'delivered';
      },
    },

    'forget-owner': {
      payload: forgetOwnerPayload,
      onUnknown: 'retry',
      async handle({ ownerId, botIds }, claimed) {
        if (botIds === undefined) {
          await transact((work) => forgetOwner(work, ownerId));
          return 'delivered';
        }
        // Their tokens are needed until the webhooks are gone, and nobody is charged any more.
        const retiring = await prisma.outboxMessage.count({
          where: {
            kind: 'retire-bot',
            doneAt: null,
            OR: botIds.map((botId) => ({ payload: { path: ['botId'], equals: botId } })),
          },
        });
        const stopping = await prisma.outboxMessage.count({
          where: { kind: 'stop-star-subscription', botId: { in: botIds }, doneAt: null },
        });
        if (retiring + stopping > 0) throw lookAgain(claimed);
        await prisma.$executeRaw`
          UPDATE promises SET payload = payload - 'telegramUserId'
           WHERE user_bot_id = ANY(${botIds}) AND kind = 'stop-star-subscription'`;
        await prisma.sellerBot.updateMany({
          where: { id: { in: botIds }, ownerId },
          data: { encryptedToken: FORGOTTEN },
        });
        return 'delivered';
      },
    },
  };
}

/** What alone knows whom it is about; removals of a removed bot end by themselves. */
async function isStillNeeded(prisma: PrismaClient, botId: number, telegramUserId: string): Promise<boolean> {
  const open = await prisma.outboxMessage.count({
    where: {
      botId,
      kind: { in: ['remove-member', 'remove-stranger', 'stop-star-subscription'] },
      doneAt: null,
      payload: { path: ['telegramUserId'], equals: telegramUserId },
    },
  });
  return open > 0;
}

/**
 * Whatever was or will be told about them names nobody. Others are named by the same words nowhere: an id stands in a
 * payload as a text of its own, in a key as its last part.
 */
async function forgetInOutbox(
  prisma: PrismaClient,
  botId: number,
  telegramUserId: string,
  stranger: bigint,
): Promise<void> {
  const [known, unknown] = [`"${telegramUserId}"`, `"${stranger}"`];
  const [inKey, notInKey] = [`:${telegramUserId}`, `:${stranger}`];
  await prisma.$executeRaw`
    UPDATE promises SET payload = replace(payload::text, ${known}, ${unknown})::jsonb,
           key = CASE WHEN right(key, length(${inKey})) = ${inKey}
                      THEN left(key, -length(${inKey})) || ${notInKey} ELSE key END
     WHERE user_bot_id = ${botId}
       AND (position(${known} in payload::text) > 0 OR right(key, length(${inKey})) = ${inKey})`;
}
