import { isForgotten } from './tenant-scope.ts';

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

/** Somebody who may still be named; null where there is nobody, or they have asked to be forgotten. */
export function stillKnown<P extends PersonName>(person: P | null | undefined): P | null {
  return person && !isForgotten(person) ? person : null;
}
