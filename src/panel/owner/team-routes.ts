import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import type { ConfirmedRequest } from '../../modules/panel-access/confirmed-actions.ts';
import type { Services } from '../../modules/services.ts';
import { INVITE_HOURS, MAX_MANAGERS, type Manager as ManagerOfBot } from '../../modules/team/manager.ts';
import { managerLink } from '../../modules/team/manager-link.ts';
import { confirmationAsked } from '../contract/confirmation.ts';
import {
  type ChangedRole,
  changedRole,
  type Invitation,
  type InvitedAs,
  invitation,
  invitedAs,
  type Manager,
  manager,
  type Team,
  team as teamShape,
} from '../contract/settings.ts';
import { oneRow } from '../contract/shapes.ts';
import { confirmed } from '../session/confirmed.ts';
import { tenantOf } from '../session/scope-guard.ts';

type OneRow = z.infer<typeof oneRow>;

interface TeamRoutesDeps {
  services: Pick<Services, 'botSettings' | 'panelConfirmations' | 'team'>;
  mainBotUsername: () => Promise<string>;
}

/** Who helps with a bot: its owner invites and decides, and whoever helps may leave. */
export function teamRoutes(app: FastifyInstance, { services, mainBotUsername }: TeamRoutesDeps): void {
  const { botSettings, team } = services;

  app.get('/team', { schema: { response: { 200: teamShape } } }, async (request): Promise<Team> => {
    const { scope, actor } = tenantOf(request);
    const [managers, { quietReceipts }] = await Promise.all([
      team.list(scope, actor),
      botSettings.read(scope, actor),
    ]);
    return { items: managers.map(toManager), most: MAX_MANAGERS, quietReceipts };
  });

  app.get<{ Params: OneRow }>(
    '/team/:id',
    { schema: { params: oneRow, response: { 200: manager } } },
    async (request): Promise<Manager> => {
      const { scope, actor } = tenantOf(request);
      return toManager(await team.open(scope, actor, request.params.id));
    },
  );

  app.post<{ Params: InvitedAs }>(
    '/team/:role',
    { schema: { params: invitedAs, response: { 200: invitation, 202: confirmationAsked } } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const { role } = request.params;
      const payload = { telegramBotId: String(scope.telegramBotId), role };
      const asked = { action: 'inviteManager', payload } as const;
      return confirmed(services, request, reply, asked, async (): Promise<Invitation> => {
        const token = await team.invite(scope, actor, role);
        if (token === null) throw new AppError('notFound');
        return { link: managerLink(await mainBotUsername(), token), role, hours: INVITE_HOURS };
      });
    },
  );

  const waits = { params: oneRow, response: { 202: confirmationAsked } };

  /** A browser waits for a word in Telegram. */
  const decide = async (
    request: FastifyRequest,
    reply: FastifyReply,
    asked: ConfirmedRequest,
    act: () => Promise<unknown>,
  ) =>
    confirmed(services, request, reply, asked, async () => {
      await act();
      return reply.code(204).send();
    });

  for (const [path, action, service] of [
    ['/team/:id/ok', 'acceptManager', team.accept],
    ['/team/:id/no', 'refuseManager', team.refuse],
    ['/team/:id/remove', 'removeManager', team.remove],
  ] as const) {
    app.post<{ Params: OneRow }>(path, { schema: waits }, async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const managerId = request.params.id;
      const payload = { telegramBotId: String(scope.telegramBotId), managerId };
      return decide(request, reply, { action, payload }, () => service(scope, actor, managerId));
    });
  }

  app.post<{ Params: ChangedRole }>(
    '/team/:id/role/:role',
    { schema: { ...waits, params: changedRole } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const { id: managerId, role } = request.params;
      const payload = { telegramBotId: String(scope.telegramBotId), managerId, role };
      return decide(request, reply, { action: 'setManagerRole', payload }, () =>
        team.setRole(scope, actor, { managerId, role }),
      );
    },
  );

  /** @param managerId what whoever asks says they are; null: whatever they are */
  async function leave(request: FastifyRequest, reply: FastifyReply, managerId: number | null) {
    const { scope, actor } = tenantOf(request);
    const { telegramUserId } = actor;
    const own = await team.findOwn(scope, { kind: 'owner', telegramUserId });
    if (!own || (managerId !== null && managerId !== own.id)) throw new AppError('notFound');
    const payload = { telegramBotId: String(scope.telegramBotId) };
    return decide(request, reply, { action: 'leaveTeam', payload }, () =>
      team.leave({ kind: 'owner', telegramUserId }, own.id),
    );
  }

  const look = { right: 'look' } as const;
  app.post('/team/leave', { config: look, schema: { response: waits.response } }, (request, reply) =>
    leave(request, reply, null),
  );

  app.post<{ Params: OneRow }>('/team/:id/leave', { config: look, schema: waits }, (request, reply) =>
    leave(request, reply, request.params.id),
  );
}

function toManager({ id, telegramUserId, fullName, username, role, status, addedAt }: ManagerOfBot): Manager {
  return {
    id,
    telegramId: String(telegramUserId),
    name: fullName,
    username,
    role,
    state: status,
    since: addedAt.toISOString(),
  };
}
