import type { FastifyRequest } from 'fastify';
import { sayNamed } from './answers.ts';
import { AUDIT_ACTORS, type AuditActors, type AuditLine } from './contract/audit.ts';

/** What was done to what, in the words of whoever asks. */
export function sayAudit(
  request: FastifyRequest,
  { action, target }: { action: string; target: string },
): string {
  const [noun = '', id = ''] = target.split(':');
  const what =
    noun === 'setting' ? sayNamed(request, 'setting', id) : sayNamed(request, 'audit.target', noun, { id });
  return `${sayNamed(request, 'audit', action)} · ${what}`;
}

/** As what somebody acted, and what whoever asks may call them. */
export function toActor(
  request: FastifyRequest,
  { actor, name }: { actor: string; name: string | null },
): AuditLine['actor'] {
  const [role = '', who = ''] = actor.split(':');
  const kind = AUDIT_ACTORS.find((known) => known === role) ?? 'system';
  return { kind, name: name ?? (kind === 'provider' ? sayNamed(request, 'provider.name', who) : null) };
}

/** Those by whom a trail is narrowed. */
export function toActors(
  request: FastifyRequest,
  found: readonly { actor: string; name: string | null }[],
): AuditActors {
  return { items: found.map((one) => ({ actor: one.actor, ...toActor(request, one) })) };
}
