import type { Language } from '../../infra/i18n.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Clock } from '../../shared/clock.ts';
import { fromDecimalString } from '../../shared/money.ts';
import type { TenantScope } from '../../shared/tenant-scope.ts';
import type { Owner } from '../owners/owner.ts';

const TARIFF_MONTHS = [1, 6, 12] as const;

export interface TariffPage {
  /** Null: free. */
  paidUntil: Date | null;
  /** Tiyin; null: not on sale yet. */
  prices: { months: number; price: bigint | null }[];
}

/** What stands in the seller bot's answer to /start: nothing, the platform's own words, or the default text. */
export type Advertisement = { shown: false } | { shown: true; text: string | null };

export function createTariffService({ prisma, clock }: { prisma: PrismaClient; clock: Clock }) {
  const activeTariff = (ownerId: number) => ({
    ownerId,
    status: 'active',
    OR: [{ expiresAt: null }, { expiresAt: { gt: clock.now() } }],
  });

  async function readSettings(names: string[]): Promise<Map<string, string>> {
    const rows = await prisma.platformSetting.findMany({ where: { name: { in: names } } });
    return new Map(rows.map((row) => [row.name, row.value]));
  }

  return {
    async openPage(owner: Owner): Promise<TariffPage> {
      const [active, settings] = await Promise.all([
        prisma.tariffPeriod.findFirst({ where: activeTariff(owner.id) }),
        readSettings(['card', ...TARIFF_MONTHS.map((months) => `price${months}`)]),
      ]);
      return {
        paidUntil: active?.expiresAt ?? null,
        prices: TARIFF_MONTHS.map((months) => {
          const price = settings.get(`price${months}`);
          return { months, price: price && settings.has('card') ? fromDecimalString(price) : null };
        }),
      };
    },

    /** The free tariff carries one line of Getolog's in every answer to /start. */
    async advertisementFor(scope: TenantScope, language: Language): Promise<Advertisement> {
      const name = `ad-${language}`;
      const [active, settings] = await Promise.all([
        prisma.tariffPeriod.findFirst({ where: activeTariff(scope.ownerId), select: { id: true } }),
        readSettings([name]),
      ]);
      return active ? { shown: false } : { shown: true, text: settings.get(name) ?? null };
    },
  };
}
