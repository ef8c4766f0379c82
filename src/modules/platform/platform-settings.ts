import type { Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';

type Db = PrismaClient | Prisma.TransactionClient;

/** What the platform remembers of itself, beside what moderators set. */
export async function readSetting(db: Db, name: string): Promise<string | null> {
  return (await db.platformSetting.findUnique({ where: { name } }))?.value ?? null;
}

export async function writeSetting(db: Db, name: string, value: string, updatedAt: Date): Promise<void> {
  await db.platformSetting.upsert({
    where: { name },
    create: { name, value, updatedAt },
    update: { value, updatedAt },
  });
}
