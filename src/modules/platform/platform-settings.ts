import type { Db } from '../../kernel/unit-of-work.ts';

/** Soʻm: what a tariff costs, what the connection of a provider does, and what a Star is worth. */
const AMOUNT_NAMES = [
  'price1',
  'price6',
  'price12',
  'connect-payme',
  'connect-click',
  'connect-uzum',
  'star-rate',
] as const;

/** What an owner gets who brings another, and what the other gets: days of a tariff. 0 of the first: nobody gets any. */
const DAYS_NAMES = ['refdays', 'refnewdays'] as const;
type DaysName = (typeof DAYS_NAMES)[number];
const DEFAULT_DAYS = 15;
export const MAX_DAYS = 365;

/** What moderators set: amounts, days, the platform's card, and the line that seller bots carry, in each language. */
export const SETTING_NAMES = [
  ...AMOUNT_NAMES,
  ...DAYS_NAMES,
  'card',
  'holder',
  'ad-uz',
  'ad-en',
  'ad-ru',
] as const;
export type SettingName = (typeof SETTING_NAMES)[number];

export function isAmountSetting(name: SettingName): boolean {
  return (AMOUNT_NAMES as readonly string[]).includes(name);
}

export function isDaysSetting(name: SettingName): name is DaysName {
  return (DAYS_NAMES as readonly string[]).includes(name);
}

/** What counts until moderators have set it. */
export function daysOf(value: string | undefined): number {
  return value === undefined ? DEFAULT_DAYS : Number(value);
}

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
