import type { Db } from '../../kernel/unit-of-work.ts';
import type { SettingName } from './setting-names.ts';

/** Everything in `platform_settings`: the rest is what the platform remembers of itself. */
type StoredName =
  | SettingName
  | 'key-check'
  | 'person-key'
  | 'reconciled-up-to'
  | 'served-at'
  | 'webhooks-set-with';

export async function readSetting(db: Db, name: StoredName): Promise<string | null> {
  return (await db.platformSetting.findUnique({ where: { name } }))?.value ?? null;
}

/** Those that are set, by their names. */
export async function readSettings<Name extends StoredName>(
  db: Db,
  names: readonly Name[],
): Promise<ReadonlyMap<Name, string>> {
  const rows = await db.platformSetting.findMany({ where: { name: { in: [...names] } } });
  return new Map(rows.map(({ name, value }) => [name as Name, value]));
}

export async function writeSetting(db: Db, name: StoredName, value: string, updatedAt: Date): Promise<void> {
  await db.platformSetting.upsert({
    where: { name },
    create: { name, value, updatedAt },
    update: { value, updatedAt },
  });
}

/** Leaves what is set already. @returns whether nothing was */
export async function addSetting(db: Db, name: StoredName, value: string, updatedAt: Date): Promise<boolean> {
  const data = [{ name, value, updatedAt }];
  return (await db.platformSetting.createMany({ data, skipDuplicates: true })).count > 0;
}

/** The line that seller bots carry, in a language; an expression of SQL, as `language` is. */
export const advertisementIn = (language: string): string =>
  `(SELECT value FROM platform_settings WHERE name = 'ad-' || ${language})`;
