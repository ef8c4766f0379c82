import type { Logger } from 'pino';
import { withoutSecretFields } from '../../infra/observability/logger.ts';
import { CONSEQUENCES } from './update-outcome.ts';
import type { UpdateReceiver } from './update-receiver.ts';
import { isUnusable, kindOf, parseUpdate } from './update-schema.ts';

/** What is no update has no outcome either: it is refused before anybody is asked. */
const NO_UPDATE_STATUS = 400;

/** Takes what a webhook brings; whoever has it names what they ask of it. */
export function createWebhookIntake(deps: {
  receiver: Pick<UpdateReceiver, 'receive' | 'ignore'>;
  logger: Logger;
}) {
  const { receiver } = deps;
  const updates = withoutSecretFields(deps.logger);

  return {
    /** @returns the HTTP status that tells Telegram what became of it */
    async receive(telegramBotId: bigint, body: unknown): Promise<number> {
      const update = parseUpdate(body);
      if (!update) return NO_UPDATE_STATUS;
      if (isUnusable(update)) return CONSEQUENCES[await receiver.ignore(telegramBotId)].status;
      const startedAt = performance.now();
      const outcome = await receiver.receive(telegramBotId, update);
      // A flood must not flood the log: the receiver tells of it once in a while.
      updates[outcome === 'full' ? 'trace' : 'info'](
        {
          bot: String(telegramBotId),
          update: update.update_id,
          kind: kindOf(update),
          outcome,
          ms: Math.round(performance.now() - startedAt),
        },
        'update',
      );
      return CONSEQUENCES[outcome].status;
    },
  };
}
