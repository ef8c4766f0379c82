import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebhookSecrets } from '../../infra/crypto/webhook-secret.ts';
import { readJson } from '../../shared/json.ts';
import { readBotId } from '../bot-id.ts';
import type { UpdateIntake } from './update-intake.ts';

/** Telegram's updates are some kilobytes; whoever sends more is not Telegram. */
const MAX_UPDATE_BYTES = 1024 * 1024;
const JSON_TYPE = 'application/json';
const SECRET_HEADER = 'x-telegram-bot-api-secret-token';

export interface WebhookDeps {
  secrets: WebhookSecrets;
  intake: UpdateIntake;
  /** Somebody was sent away whose update was not even looked at. */
  observeRefusal: () => void;
  /** The server takes nothing new any more. */
  isClosing: () => boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of those that brought the right secret. */
    telegramBotId: bigint;
  }
}

type Hook = FastifyRequest<{ Params: { botId: string } }>;

/**
 * `POST /webhook/:botId`. Strangers leave before their body is read and before anything is looked up; the order of the
 * answers is a contract.
 */
export async function webhookRoute(app: FastifyInstance, deps: WebhookDeps): Promise<void> {
  // Any body is taken, so that its size is judged before its type; Telegram's own by a name that Fastify remembers.
  app.removeAllContentTypeParsers();
  for (const contentType of [JSON_TYPE, '*']) {
    app.addContentTypeParser(contentType, { parseAs: 'string' }, (_request, body, done) => done(null, body));
  }

  // No hooks around the answer: with them Fastify takes another, slower way for each.
  function answer(reply: FastifyReply, status: number): FastifyReply {
    if (isRefusal(status)) deps.observeRefusal();
    if (deps.isClosing()) void reply.header('connection', 'close');
    return reply.code(status).send();
  }
  // What Fastify itself refuses, such as a body that is too large.
  app.addHook('onError', (_request, _reply, error, done) => {
    if (isRefusal(error.statusCode ?? 500)) deps.observeRefusal();
    done();
  });
  app.decorateRequest('telegramBotId', 0n);

  app.post('/webhook/:botId', {
    bodyLimit: MAX_UPDATE_BYTES,
    // Whoever takes the update writes one line; Fastify's two would cost more than the routing.
    logLevel: 'silent',
    onRequest: (request: Hook, reply, done) => {
      const telegramBotId = readBotId(request.params.botId);
      if (telegramBotId === null) return void answer(reply, 404);
      const given = request.headers[SECRET_HEADER];
      const secret = typeof given === 'string' ? given : undefined;
      if (!deps.secrets.accepts(telegramBotId, secret)) return void answer(reply, 401);
      request.telegramBotId = telegramBotId;
      done();
    },
    handler: (request: Hook, reply) => {
      const { telegramBotId } = request;
      if (!isJson(request.headers['content-type'])) return void answer(reply, 415);
      const update = typeof request.body === 'string' ? readJson(request.body) : undefined;
      // In one go with other answers of this turn: to wake whoever waits for them costs more than the answer.
      deps.intake.receive(telegramBotId, update).then(
        (status) => setImmediate(answer, reply, status),
        (error: unknown) =>
          reply.send(error instanceof Error ? error : new Error('No update', { cause: error })),
      );
    },
  });
}

function isRefusal(status: number): boolean {
  return status >= 400 && status < 500;
}

function isJson(contentType: string | undefined): boolean {
  return contentType === JSON_TYPE || /^application\/json\s*(?:;|$)/i.test(contentType ?? '');
}
