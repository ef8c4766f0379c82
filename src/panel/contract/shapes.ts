import { z } from 'zod';
import { LANGUAGES } from '../../infra/i18n/i18n.ts';

/** ISO 8601, UTC. */
export const instant = z.iso.datetime();

/** Somebody, as whoever may look at them sees them. */
export const person = z.strictObject({
  id: z.int(),
  /** Null of whoever was forgotten. */
  telegramId: z.string().nullable(),
  name: z.string(),
  username: z.string().nullable(),
  language: z.enum(LANGUAGES),
  banned: z.boolean(),
  closedBot: z.boolean(),
});
