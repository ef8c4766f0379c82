import type { Language } from '../../infra/i18n/i18n.ts';

export interface Owner {
  id: number;
  telegramUserId: bigint;
  username: string | null;
  fullName: string;
  language: Language;
  /** False until they picked one themselves. */
  hasChosenLanguage: boolean;
  banned: boolean;
}

/** Rows of people: whoever asked to be forgotten is an owner in the database alone. */
export const NOT_FORGOTTEN = { telegramUserId: { gt: 0 } };
