import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import type { Session } from '../../modules/panel-access/session-service.ts';
import type { Services } from '../../modules/services.ts';
import type { Clock } from '../../shared/clock.ts';
import { devices, languageBody, me, signedIn, signInBody } from '../contract/session.ts';
import { rowId } from '../contract/shapes.ts';
import { browserName } from './browser-name.ts';
import { readInitData } from './init-data.ts';
import { readMe } from './me.ts';
import { COOKIE, COOKIE_OPTIONS, sessionOf } from './session-guard.ts';
import { createSignInLimits } from './sign-in-limits.ts';

export interface SessionRoutesDeps {
  services: Pick<Services, 'panelSessions' | 'panelEntries' | 'owners' | 'sellerBots'>;
  clock: Clock;
  botToken: string;
  timeZone: string;
  mainBotUsername: () => Promise<string>;
}

type SignIn = z.infer<typeof signInBody>;
const sessionId = z.strictObject({ id: rowId });

/** Signing in and out, and who one is. */
export function sessionRoutes(app: FastifyInstance, deps: SessionRoutesDeps): void {
  const { panelSessions, panelEntries, owners } = deps.services;
  const limits = createSignInLimits();

  /** @throws AppError `session.bad…`, `session.staleInitData` */
  async function whoIs(body: SignIn): Promise<Parameters<typeof panelSessions.signIn>[0]> {
    if ('initData' in body) {
      const user = readInitData(body.initData, { botToken: deps.botToken, now: deps.clock.now() });
      if (user === 'stale') throw new AppError('session.staleInitData');
      if (user === 'bad') throw new AppError('session.badInitData');
      return user;
    }
    const person = await panelEntries.take(body);
    if (!person) throw new AppError('session.badCode');
    return { ...person, signed: null };
  }

  /** @returns what they carry from now on */
  async function signIn(request: FastifyRequest, body: SignIn): Promise<string> {
    // The answer names it: while Telegram cannot be reached, nothing that is good for once is used up, and nobody waits in line.
    const bot = await deps.mainBotUsername();
    return limits.attempt(request.ip, { byCode: 'code' in body }, async () => {
      const person = await whoIs(body);
      try {
        return await panelSessions.signIn(person, { browser: browserName(request.headers['user-agent']) });
      } catch (error) {
        const isNotKnown = error instanceof AppError && error.code === 'session.notKnown';
        throw isNotKnown ? new AppError(error.code, { bot }) : error;
      }
    });
  }

  app.post<{ Body: SignIn }>(
    '/session',
    { config: { isOpen: true }, schema: { body: signInBody, response: { 200: signedIn } } },
    async (request, reply) => {
      const token = await signIn(request, request.body);
      const session = await panelSessions.authenticate(token);
      const isMiniApp = session.kind === 'miniApp';
      if (!isMiniApp) {
        // How long, not until when: many a computer's clock is wrong.
        const maxAge = Math.floor((session.expiresAt.getTime() - deps.clock.now().getTime()) / 1_000);
        void reply.setCookie(COOKIE, token, { ...COOKIE_OPTIONS, maxAge });
      }
      return {
        session: { ...toAnswer(session), ...(isMiniApp ? { token } : {}) },
        me: await readMe(deps, session),
      };
    },
  );

  app.delete('/session', async (request, reply) => {
    const session = sessionOf(request);
    await panelSessions.end(session, session.id);
    return signedOut(reply);
  });

  app.get('/sessions', { schema: { response: { 200: devices } } }, async (request) => {
    const session = sessionOf(request);
    const items = await panelSessions.listDevices(session);
    return {
      items: items.map(({ createdAt, lastSeenAt, ...device }) => ({
        ...device,
        createdAt: createdAt.toISOString(),
        lastSeenAt: lastSeenAt.toISOString(),
        current: device.id === session.id,
      })),
    };
  });

  app.delete<{ Params: z.infer<typeof sessionId> }>(
    '/sessions/:id',
    { schema: { params: sessionId } },
    async (request, reply) => {
      await panelSessions.end(sessionOf(request), request.params.id);
      return reply.code(204).send();
    },
  );

  app.delete('/sessions', async (request, reply) => {
    await panelSessions.endAll(sessionOf(request).person.telegramUserId);
    return signedOut(reply);
  });

  app.get('/me', { schema: { response: { 200: me } } }, (request) => readMe(deps, sessionOf(request)));

  app.put<{ Body: z.infer<typeof languageBody> }>(
    '/me/language',
    { schema: { body: languageBody } },
    async (request, reply) => {
      const { telegramUserId } = sessionOf(request).person;
      await owners.chooseLanguage({ kind: 'owner', telegramUserId }, request.body.language);
      return reply.code(204).send();
    },
  );
}

function toAnswer({ id, kind, expiresAt }: Session) {
  return { id, kind, expiresAt: expiresAt.toISOString() };
}

/** What the page kept of them goes with them. */
function signedOut(reply: FastifyReply): FastifyReply {
  return reply
    .clearCookie(COOKIE, COOKIE_OPTIONS)
    .header('clear-site-data', '"cache", "storage"')
    .code(204)
    .send();
}
