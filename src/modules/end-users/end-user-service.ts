import { type Language, suggestLanguage } from '../../infra/i18n.ts';
import type { EndUser as EndUserRow, PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Person, TenantScope } from '../../shared/tenant-scope.ts';
import type { UnitOfWork } from '../promises/unit-of-work.ts';
import { type EndUser, toEndUser } from './end-user.ts';

export function createEndUserService(deps: { prisma: PrismaClient; transact: UnitOfWork; clock: Clock }) {
  const { prisma, transact, clock } = deps;

  async function register(scope: TenantScope, person: Person, language: Language): Promise<EndUserRow> {
    return transact(async ({ db, now, promise }) => {
      const inserted = await db.endUser.createManyAndReturn({
        data: {
          telegramUserId: person.telegramUserId,
          botId: scope.botId,
          username: person.username,
          fullName: person.fullName,
          language,
          createdAt: now,
        },
        skipDuplicates: true,
      });
      const endUser = inserted[0];
      if (!endUser) return db.endUser.findUniqueOrThrow({ where: identity(scope, person.telegramUserId) });
      if (person.telegramUserId !== scope.ownerTelegramUserId) {
        promise({
          kind: 'small-notice',
          key: `new-end-user:${endUser.id}`,
          botId: scope.botId,
          payload: {
            to: { kind: 'owner', ownerId: scope.ownerId },
            notice: { kind: 'newEndUser', endUserId: endUser.id },
            quiet: true,
          },
        });
      }
      return endUser;
    });
  }

  return {
    /**
     * Whoever writes to a seller bot is its end user from then on; their name is kept as they have it now.
     * @param language theirs as far as it is known elsewhere; absent: what Telegram suggests
     */
    async visit(scope: TenantScope, person: Person, language?: Language): Promise<EndUser> {
      const known = await prisma.endUser.findUnique({ where: identity(scope, person.telegramUserId) });
      if (!known) {
        return toEndUser(await register(scope, person, language ?? suggestLanguage(person.languageCode)));
      }
      const changed =
        known.username !== person.username || known.fullName !== person.fullName || known.blockedAt !== null;
      if (!changed) return toEndUser(known);
      const data = { username: person.username, fullName: person.fullName, blockedAt: null };
      return toEndUser(await prisma.endUser.update({ where: { id: known.id, botId: scope.botId }, data }));
    },

    async chooseLanguage(scope: TenantScope, endUser: EndUser, language: Language): Promise<EndUser> {
      const data = { language, languageChosenAt: clock.now() };
      return toEndUser(await prisma.endUser.update({ where: { id: endUser.id, botId: scope.botId }, data }));
    },

    /** The person closed the bot, or opened it again. */
    async noteBlocked(scope: TenantScope, telegramUserId: bigint, blocked: boolean): Promise<void> {
      await prisma.endUser.updateMany({
        where: { telegramUserId, botId: scope.botId },
        data: { blockedAt: blocked ? clock.now() : null },
      });
    },
  };
}

function identity(scope: TenantScope, telegramUserId: bigint) {
  return { telegramUserId_botId: { telegramUserId, botId: scope.botId } };
}
