/** How somebody is named to somebody else. */
export interface PersonName {
  fullName: string;
  username: string | null;
  telegramUserId: bigint;
}

/** Somebody in the database, by the id there. */
export interface KnownPerson extends PersonName {
  id: number;
}
