import { z } from 'zod';
import type { OwnerActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { MANAGER_ROLES } from '../../kernel/rights.ts';
import { MAX_MANAGERS, type Manager } from '../team/manager.ts';
import { action, type ConfirmedServices } from './confirmed-action.ts';

const telegramBotId = z.string();
const role = z.enum(MANAGER_ROLES);
const oneManager = z.object({ telegramBotId, managerId: z.int() });
const manager = z.object({
  bot: z.string(),
  fullName: z.string(),
  username: z.string().nullable(),
  telegramUserId: z.string(),
});

async function openManager(
  { sellerBots, team }: ConfirmedServices,
  actor: OwnerActor,
  { managerId, ...of }: z.infer<typeof oneManager>,
) {
  const { scope, bot } = await sellerBots.openBot(actor, BigInt(of.telegramBotId));
  return { scope, bot, manager: await team.open(scope, actor, managerId) };
}

/** @param from what they have to be for it @throws AppError `team.decided` */
async function describe(
  services: ConfirmedServices,
  actor: OwnerActor,
  { from, ...of }: z.infer<typeof oneManager> & { from: Manager['status'] },
): Promise<z.infer<typeof manager>> {
  const { bot, manager: opened } = await openManager(services, actor, of);
  if (opened.status !== from) throw new AppError('team.decided');
  const { fullName, username, telegramUserId } = opened;
  return { bot: bot.username, fullName, username, telegramUserId: String(telegramUserId) };
}

/** What is decided about one of them. */
const deciding = (name: 'accept' | 'refuse' | 'remove', from: Manager['status']) =>
  action({
    as: 'owner',
    payload: oneManager,
    asked: manager,
    describe: (services, actor, of) => describe(services, actor, { ...of, from }),
    async run(services, actor, of) {
      const { scope } = await services.sellerBots.openBot(actor, BigInt(of.telegramBotId));
      await services.team[name](scope, actor, of.managerId);
    },
  });

/** Who may do what in a bot: whoever has stolen a browser's session lets nobody in. */
export const TEAM_ACTIONS = {
  inviteManager: action({
    as: 'owner',
    payload: z.object({ telegramBotId, role }),
    asked: z.object({ bot: z.string(), telegramBotId, role }),
    async describe({ sellerBots, team }, actor, of) {
      const { scope, bot } = await sellerBots.openBot(actor, BigInt(of.telegramBotId));
      const { length } = await team.list(scope, actor);
      if (length >= MAX_MANAGERS) throw new AppError('team.full', { max: MAX_MANAGERS });
      return { bot: bot.username, ...of };
    },
    async run({ sellerBots, team }, actor, of) {
      const { scope } = await sellerBots.openBot(actor, BigInt(of.telegramBotId));
      const inviteToken = await team.invite(scope, actor, of.role);
      return inviteToken === null ? undefined : { inviteToken };
    },
  }),
  acceptManager: deciding('accept', 'asked'),
  refuseManager: deciding('refuse', 'asked'),
  removeManager: deciding('remove', 'active'),
  setManagerRole: action({
    as: 'owner',
    payload: oneManager.extend({ role }),
    asked: manager.extend({ role }),
    async describe(services, actor, { role: wanted, ...of }) {
      return { ...(await describe(services, actor, { ...of, from: 'active' })), role: wanted };
    },
    async run({ sellerBots, team }, actor, { role: wanted, managerId, ...of }) {
      const { scope } = await sellerBots.openBot(actor, BigInt(of.telegramBotId));
      await team.setRole(scope, actor, { managerId, role: wanted });
    },
  }),
  leaveTeam: action({
    as: 'owner',
    payload: z.object({ telegramBotId }),
    asked: z.object({ bot: z.string() }),
    async describe(services, actor, of) {
      return { bot: (await openOwn(services, actor, of)).bot.username };
    },
    async run(services, actor, of) {
      const { manager: own } = await openOwn(services, actor, of);
      await services.team.leave(actor, own.id);
    },
  }),
} as const;

/** The bot that whoever asks helps with. @throws AppError `notFound` also of one's own */
async function openOwn(
  { sellerBots, team }: ConfirmedServices,
  actor: OwnerActor,
  of: { telegramBotId: string },
) {
  const { scope, bot } = await sellerBots.openBot(actor, BigInt(of.telegramBotId), 'look');
  const own = await team.findOwn(scope, actor);
  if (!own) throw new AppError('notFound');
  return { bot, manager: own };
}
