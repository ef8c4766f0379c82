import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Services } from '../../modules/services.ts';
import { say } from '../answers.ts';
import { confirmation } from '../contract/confirmation.ts';
import { oneRow } from '../contract/shapes.ts';
import { sessionOf } from './session-guard.ts';

/** What has become of what waits for somebody's word in the main bot. */
export function confirmationRoutes(
  app: FastifyInstance,
  { services: { panelConfirmations } }: { services: Pick<Services, 'panelConfirmations'> },
): void {
  app.get<{ Params: z.infer<typeof oneRow> }>(
    '/confirmations/:id',
    { schema: { params: oneRow, response: { 200: confirmation } } },
    async (request) => {
      const { id, state, error } = await panelConfirmations.read(sessionOf(request), request.params.id);
      return {
        id,
        state,
        ...(error === null ? {} : { error: { code: error, message: say(request, `errors.${error}`) } }),
      };
    },
  );
}
