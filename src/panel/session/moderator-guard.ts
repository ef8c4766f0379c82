import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ModeratorActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { sessionOf } from './session-guard.ts';

/** For anybody else there is nothing here. */
export function guardModerators(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    moderatorOf(request);
  });
}

/** @throws AppError `notFound` for whoever does not run the platform */
export function moderatorOf(request: FastifyRequest): ModeratorActor {
  const { isModerator, telegramUserId } = sessionOf(request).person;
  if (!isModerator) throw new AppError('notFound');
  return { kind: 'moderator', telegramUserId };
}
