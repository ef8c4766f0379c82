import { z } from 'zod';
import type { OutboxDefinitions } from '../../kernel/outbox/outbox-message.ts';
import { toTenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { beginSending, lockBroadcast } from './broadcast-changes.ts';

const startBroadcast = z.object({ broadcastId: z.int() });

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** A broadcast is due to start, or to go on: whoever sends them looks. */
    'start-broadcast': z.infer<typeof startBroadcast>;
  }
}

export function createBroadcastMessages({
  transact,
  wakeSender,
}: {
  transact: UnitOfWork;
  wakeSender: () => void;
}): OutboxDefinitions<'start-broadcast'> {
  return {
    'start-broadcast': {
      payload: startBroadcast,
      async handle({ broadcastId }) {
        await transact(async (work) => {
          const row = await lockBroadcast(work, broadcastId);
          if (row?.status !== 'scheduled' || !row.startsAt || row.startsAt > work.now) return;
          await beginSending(work, toTenantScope({ ...row.bot, id: row.botId }), row);
        });
        wakeSender();
        return 'delivered';
      },
      onUnknown: 'retry',
      endsWithBot: true,
    },
  };
}
