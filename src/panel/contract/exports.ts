import { z } from 'zod';
import { paymentFilter } from './payments.ts';
import { usersFileQuery } from './users.ts';

/** What is to be sent to their chat as a file. */
export const exportBody = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('payments'), filter: paymentFilter.default({}) }),
  z.strictObject({ what: z.literal('users'), filter: usersFileQuery.default({}) }),
]);
export type ExportBody = z.infer<typeof exportBody>;
