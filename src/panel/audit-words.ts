import type { FastifyRequest } from 'fastify';
import { sayNamed } from './answers.ts';

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
