import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ConfirmedRequest } from '../../modules/panel-access/confirmed-actions.ts';
import type { Services } from '../../modules/services.ts';
import type { ConfirmationAsked } from '../contract/confirmation.ts';
import { sessionOf } from './session-guard.ts';

/**
 * What a stolen browser session must not be able to do: there it waits for a press in the main bot (202), while whoever
 * comes by a Mini App was signed in by Telegram just now, and has it done at once.
 * @param key by which the page asks for it again; there is one question for it
 * @param done what the route answers where it is done at once
 */
export async function confirmed<Done>(
  { panelConfirmations }: { panelConfirmations: Pick<Services['panelConfirmations'], 'ask'> },
  request: FastifyRequest,
  reply: FastifyReply,
  { key = null, ...asked }: ConfirmedRequest & { key?: string | null },
  done: () => Promise<Done>,
): Promise<Done | ConfirmationAsked> {
  const session = sessionOf(request);
  if (session.kind === 'miniApp') return done();
  const { id, expiresAt } = await panelConfirmations.ask(session, asked, key);
  void reply.code(202);
  return { confirmation: { id, expiresAt: expiresAt.toISOString() } };
}
