import { z } from 'zod';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { OutboxDefinitions, OutboxHandler } from '../../kernel/outbox/outbox-message.ts';
import { toTenantScope } from '../../kernel/tenant-scope.ts';
import { findAddress, ownerOf } from '../notifications/address.ts';
import { PAYMENT_STATUSES } from '../payments/payment-status.ts';
import type { ExportGateway } from './export-gateway.ts';
import type { ExportService } from './export-service.ts';

const text = z.string().optional();
const id = z.int().optional();
const wantedExport = z.object({
  what: z.literal('payments'),
  filter: z.object({
    state: z.enum(PAYMENT_STATUSES).optional(),
    method: text,
    chat: id,
    plan: id,
    source: id,
    promo: id,
    currency: z.enum(['UZS', 'XTR']).optional(),
    min: text,
    max: text,
    from: text,
    to: text,
    q: text,
  }),
});

/** Which rows of a bot its owner wants as a file. */
export type WantedExport = z.infer<typeof wantedExport>;

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** The owner asked for a table, and is where no file can be saved. */
    'send-export': WantedExport;
  }
}

interface ExportMessagesDeps {
  prisma: PrismaClient;
  exports: Pick<ExportService, 'payments'>;
  messages: ExportGateway;
  moderatorIds: readonly bigint[];
}

export function createExportMessages(deps: ExportMessagesDeps): OutboxDefinitions<'send-export'> {
  return {
    'send-export': {
      payload: wantedExport,
      handle: createExportHandler(deps),
      // Whoever did not get it asks again.
      onUnknown: 'counts as sent',
      endsWhenRefused: true,
      endsWithBot: true,
    },
  };
}

function createExportHandler(deps: ExportMessagesDeps): OutboxHandler<'send-export'> {
  const { prisma, exports, messages } = deps;
  return async ({ what, filter }, { botId }) => {
    const bot =
      botId === null
        ? null
        : await prisma.sellerBot.findUnique({ where: { id: botId }, include: { owner: true } });
    const to = bot && (await findAddress(deps, ownerOf(bot)));
    if (!bot || !to) return 'not-due';
    const scope = toTenantScope(bot);
    const owner = { kind: 'owner', telegramUserId: scope.ownerTelegramUserId } as const;
    const rows = exports.payments(scope, owner, filter);
    await messages.sendExport(to, scope.botUsername, { what, rows });
    return 'delivered';
  };
}
