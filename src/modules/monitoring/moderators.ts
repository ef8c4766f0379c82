import type { Language } from '../../infra/i18n/i18n.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Moderator } from './alert-gateway.ts';

/** Who runs the platform, and the languages that they read, as known when the database was last there. */
export interface Moderators {
  list(): readonly Moderator[];
  refresh(): Promise<void>;
}

export function createModerators(prisma: PrismaClient, ids: readonly bigint[]): Moderators {
  let languages = new Map<bigint, Language>();
  return {
    list: () =>
      ids.map((telegramUserId) => ({ telegramUserId, language: languages.get(telegramUserId) ?? 'uz' })),
    async refresh() {
      const rows = await prisma.owner.findMany({
        where: { telegramUserId: { in: [...ids] } },
        select: { telegramUserId: true, language: true },
      });
      languages = new Map(rows.map((row) => [row.telegramUserId, row.language as Language]));
    },
  };
}
