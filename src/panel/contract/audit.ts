import { z } from 'zod';
import { askedDay, instant, pageOf, pageQuery } from './shapes.ts';

export const AUDIT_ACTORS = [
  'owner',
  'manager',
  'moderator',
  'end-user',
  'chat-admin',
  'provider',
  'system',
] as const;

export const auditQuery = pageQuery.extend({
  /** What they acted as, or who: `owner`, `owner:712000012`, `712000012`. */
  actor: z
    .string()
    .regex(/^(?:[a-z-]{1,20}(?::[a-z0-9-]{1,20})?|\d{1,20})$/)
    .optional(),
  /** `plan.price-set`, or all of a kind: `plan`. */
  action: z
    .string()
    .regex(/^[a-z-]{1,30}(?:\.[a-z-]{1,30})?$/)
    .optional(),
  /** Days of the platform's time zone, both in. */
  from: askedDay.optional(),
  to: askedDay.optional(),
});
export type AuditQuery = z.infer<typeof auditQuery>;

/** Somebody by whom the trail is narrowed: `actor` is what the filter of that name takes. */
const auditActor = z.strictObject({
  actor: z.string(),
  kind: z.enum(AUDIT_ACTORS),
  /** Null: nobody, or nobody who may be named. */
  name: z.string().nullable(),
});

/** Who acted, the latest first; not everybody who ever did. */
export const auditActors = z.strictObject({ items: z.array(auditActor) });
export type AuditActors = z.infer<typeof auditActors>;

export const auditLine = z.strictObject({
  id: z.string(),
  at: instant,
  actor: z.strictObject({
    kind: z.enum(AUDIT_ACTORS),
    /** Null: nobody, or nobody who may be named. */
    name: z.string().nullable(),
  }),
  action: z.string(),
  /** `<noun>:<id>`. */
  target: z.string(),
  /** All of it in words, in the reader's language. */
  text: z.string(),
});
export type AuditLine = z.infer<typeof auditLine>;

export const auditPage = pageOf(auditLine);
export type AuditPage = z.infer<typeof auditPage>;
