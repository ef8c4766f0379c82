import { z } from 'zod';
import type { Fernet } from '../../infra/crypto/fernet.ts';
import { sealJson, unsealJson } from '../../infra/crypto/sealed-json.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { OutboxDefinitions, OutboxHandler } from '../../kernel/outbox/outbox-message.ts';
import { type TenantScope, toTenantScope } from '../../kernel/tenant-scope.ts';
import { LANGUAGES } from '../../shared/languages.ts';
import { findAddress, ownerOf } from '../notifications/address.ts';
import { PAYMENT_STATUSES } from '../payments/payment-status.ts';
import { PEOPLE_STATES } from '../profiles/people-states.ts';
import type { ExportContent, ExportGateway } from './export-gateway.ts';
import type { ExportService } from './export-service.ts';

const text = z.string().optional();
const id = z.int().optional();
const payments = z.object({
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
});
const users = z.object({
  state: z.enum(PEOPLE_STATES).optional(),
  chat: id,
  plan: id,
  source: id,
  language: z.enum(LANGUAGES).optional(),
  endsBefore: text,
  q: text,
});
const wantedExport = z.discriminatedUnion('what', [
  z.object({ what: z.literal('payments'), filter: payments }),
  z.object({ what: z.literal('users'), filter: users }),
]);

/** Which rows of a bot its owner wants as a file. */
export type WantedExport = z.infer<typeof wantedExport>;

/** What people are searched by is about them: it stands encrypted in a row that outlives the file. */
const sealedExport = z.strictObject({ sealed: z.string() });

export function sealExport(fernet: Fernet, wanted: WantedExport): z.infer<typeof sealedExport> {
  return { sealed: sealJson(fernet, wanted) };
}

/** The second is of before they were encrypted. */
const payload = z.union([sealedExport, wantedExport]);

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** The owner asked for a table, and is where no file can be saved. */
    'send-export': z.infer<typeof payload>;
  }
}

interface ExportMessagesDeps {
  prisma: PrismaClient;
  exports: Pick<ExportService, 'payments' | 'endUsers'>;
  messages: ExportGateway;
  moderatorIds: readonly bigint[];
  fernet: Fernet;
}

export function createExportMessages(deps: ExportMessagesDeps): OutboxDefinitions<'send-export'> {
  return {
    'send-export': {
      payload,
      handle: createExportHandler(deps),
      // Whoever did not get it asks again.
      onUnknown: 'counts as sent',
      endsWhenRefused: true,
      endsWithBot: true,
    },
  };
}

function createExportHandler(deps: ExportMessagesDeps): OutboxHandler<'send-export'> {
  const { prisma, exports, messages, fernet } = deps;

  function contentOf(wanted: WantedExport, scope: TenantScope): ExportContent {
    const owner = { kind: 'owner', telegramUserId: scope.ownerTelegramUserId } as const;
    if (wanted.what === 'payments') {
      return { what: wanted.what, rows: exports.payments(scope, owner, wanted.filter) };
    }
    const { endsBefore, ...filter } = wanted.filter;
    const before = endsBefore === undefined ? undefined : new Date(endsBefore);
    return { what: wanted.what, rows: exports.endUsers(scope, owner, { ...filter, endsBefore: before }) };
  }

  return async (asked, { botId }) => {
    const wanted = 'sealed' in asked ? unsealJson(fernet, asked.sealed, wantedExport.parse) : asked;
    const bot =
      botId === null
        ? null
        : await prisma.sellerBot.findUnique({ where: { id: botId }, include: { owner: true } });
    const to = bot && (await findAddress(deps, ownerOf(bot)));
    if (!wanted || !bot || !to) return 'not-due';
    const scope = toTenantScope(bot);
    await messages.sendExport(to, scope.botUsername, contentOf(wanted, scope));
    return 'delivered';
  };
}
