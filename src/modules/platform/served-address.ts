import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Clock } from '../../shared/clock.ts';
import { addSetting, readSetting, writeSetting } from './platform-settings.ts';

const SETTING = 'served-at';
const POLLING = 'polling';

/** The database has served another address; starting would take its bots away from whoever runs them. */
export class ServedElsewhereError extends Error {
  override readonly name = 'ServedElsewhereError';

  constructor(servedAt: string, servesNow: string) {
    super(
      `This database has served ${nameOf(servedAt)}, and would now serve ${nameOf(servesNow)}. If it was copied, ` +
        'its bots are live elsewhere and must stay there. If it has moved for good, start once with TAKE_OVER=1.',
    );
  }
}

function nameOf(address: string): string {
  return address === POLLING ? 'its bots by polling' : address;
}

/**
 * Notes which address this database serves.
 * @param serverUrl undefined: the bots are polled, which counts as an address of its own
 * @throws ServedElsewhereError when it has served another one, unless told to take over
 */
export async function claimServedAddress(
  { prisma, clock }: { prisma: PrismaClient; clock: Clock },
  serverUrl: string | undefined,
  takeOver: boolean,
): Promise<void> {
  const value = serverUrl ?? POLLING;
  const updatedAt = clock.now();
  if (await addSetting(prisma, SETTING, value, updatedAt)) return;
  const present = await readSetting(prisma, SETTING);
  if (present === value) return;
  if (present !== null && !takeOver) throw new ServedElsewhereError(present, value);
  await writeSetting(prisma, SETTING, value, updatedAt);
}

/** Whether this database still serves that address: another start may have taken it over meanwhile. */
export async function isServedAddress(prisma: PrismaClient, serverUrl: string | undefined): Promise<boolean> {
  return (await readSetting(prisma, SETTING)) === (serverUrl ?? POLLING);
}
