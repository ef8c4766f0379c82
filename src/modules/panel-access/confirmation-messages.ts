import { z } from 'zod';
import type { Language } from '../../infra/i18n/i18n.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { OutboxDefinitions } from '../../kernel/outbox/outbox-message.ts';
import type { Address } from '../notifications/address.ts';
import type { ConfirmationGateway } from './confirmation.ts';
import type { ConfirmationService } from './confirmation-service.ts';

const aboutOne = z.object({ confirmationId: z.int() });

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** Its person is asked in the main bot. */
    'ask-confirmation': z.infer<typeof aboutOne>;
    /** Its time is up: the question has no buttons any more, and what was cut off is finished. */
    'close-confirmation': z.infer<typeof aboutOne>;
  }
}

/** What somebody is asked in the main bot because of their browser, and what becomes of the question. */
export function createConfirmationMessages({
  prisma,
  confirmations,
  messages,
  mainBotId,
}: {
  prisma: PrismaClient;
  confirmations: Pick<ConfirmationService, 'find' | 'settle'>;
  messages: ConfirmationGateway;
  mainBotId: bigint;
}): OutboxDefinitions<'ask-confirmation' | 'close-confirmation'> {
  /** Null: its person is forgotten. */
  async function findPerson(
    confirmationId: number,
  ): Promise<{ to: Address; messageId: number | null } | null> {
    const row = await prisma.panelConfirmation.findUnique({ where: { id: confirmationId } });
    const owner = row && (await prisma.owner.findUnique({ where: { telegramUserId: row.telegramUserId } }));
    if (!row || !owner) return null;
    const { telegramUserId, language } = owner;
    return { to: { via: 'main', telegramUserId, language: language as Language }, messageId: row.messageId };
  }

  return {
    'ask-confirmation': {
      payload: aboutOne,
      onUnknown: 'retry',
      endsWhenRefused: true,
      async handle({ confirmationId: id }) {
        const [question, person] = await Promise.all([confirmations.find(id), findPerson(id)]);
        if (!question || !person || question.state !== 'waiting') return 'not-due';
        const { messageId } = await messages.askConfirmation(person.to, question);
        await prisma.panelConfirmation.updateMany({ where: { id }, data: { messageId } });
        return 'delivered';
      },
    },
    'close-confirmation': {
      payload: aboutOne,
      onUnknown: 'retry',
      endsWhenRefused: true,
      async handle({ confirmationId: id }) {
        const outcome = await confirmations.settle(id);
        const person = await findPerson(id);
        if (!outcome || !person || person.messageId === null) return 'not-due';
        const { to, messageId } = person;
        const message = { telegramBotId: mainBotId, chatId: to.telegramUserId, messageId };
        await messages.showConfirmation(message, to, outcome);
        return 'delivered';
      },
    },
  };
}
