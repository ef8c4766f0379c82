import type { Config } from '../config.ts';
import { withServersDatabase } from '../infra/postgres/command-database.ts';
import { createDatabase } from '../infra/postgres/prisma.ts';
import type { AlertWord } from '../modules/monitoring/alert.ts';
import type { Moderator } from '../modules/monitoring/alert-gateway.ts';
import { createModerators } from '../modules/monitoring/moderators.ts';
import { createBotFactory } from '../telegram/bots/bot-factory.ts';
import { createAlertGateway } from '../telegram/outgoing/alert-gateway.ts';
import type { TelegramHttp } from '../telegram/outgoing/http-client.ts';
import { createThrottle } from '../telegram/outgoing/throttle.ts';

/** Tells every moderator one thing, the way that a real alert takes. */
export async function tellModerators(
  config: Config & { botToken: string },
  http: TelegramHttp,
  word: AlertWord,
): Promise<{ told: Moderator[]; missed: Moderator[] }> {
  const factory = createBotFactory({ http, apiRoot: config.telegramApiRoot });
  const { monitoringBotToken, botToken } = config;
  const gateway = createAlertGateway({
    throttle: createThrottle(),
    mainBot: () => Promise.resolve(factory.api(botToken)),
    monitoringBot: monitoringBotToken === undefined ? null : factory.api(monitoringBotToken),
    timeZone: config.timeZone,
  });
  const moderators = await readModerators(config.moderatorIds);
  const results = await Promise.allSettled(moderators.map((one) => gateway.tell(one, [word], false)));
  const those = (status: 'fulfilled' | 'rejected') =>
    moderators.filter((_, place) => results[place]?.status === status);
  return { told: those('fulfilled'), missed: those('rejected') };
}

/** With their languages, as the database knows them; a database that is unavailable keeps no alert back. */
async function readModerators(ids: readonly bigint[]): Promise<readonly Moderator[]> {
  if (ids.length === 0) return [];
  return withServersDatabase(process.env, 'make', async (url) => {
    const database = createDatabase({ url, poolSize: 1 });
    const moderators = createModerators(database.prisma, ids);
    try {
      await moderators.refresh();
    } catch (error) {
      process.stderr.write(
        `Languages could not be read (${error instanceof Error ? error.name : 'unknown'}).\n`,
      );
    } finally {
      await database.close();
    }
    return moderators.list();
  });
}
