import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Clock } from '../../shared/clock.ts';
import { readSetting, writeSetting } from './platform-settings.ts';

const SETTING = 'webhooks-set-with';

/**
 * Which key made the secrets that all webhooks are set with. Telegram never tells a webhook's secret, so this is the only
 * way to know that a change of keys has reached every bot: the fingerprint of the first key, noted once they are all
 * set. Where it differs, every webhook is set anew.
 */
export function createWebhookKeyService({ prisma, clock }: { prisma: PrismaClient; clock: Clock }) {
  return {
    async isEverywhere(fingerprint: string): Promise<boolean> {
      return (await readSetting(prisma, SETTING)) === fingerprint;
    },
    async note(fingerprint: string): Promise<void> {
      await writeSetting(prisma, SETTING, fingerprint, clock.now());
    },
  };
}
