import { z } from 'zod';
import type { ModeratorActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { isForgotten } from '../../kernel/tenant-scope.ts';
import { maskCardNumber } from '../../shared/card-number.ts';
import { SETTING_NAMES } from '../platform/setting-names.ts';
import { readCardHolder, readCardNumber } from '../seller-bots/bot-card.ts';
import { isTariffMonths } from '../tariffs/tariff.ts';
import { action, type ConfirmedServices } from './confirmed-action.ts';
import { TEAM_ACTIONS } from './team-actions.ts';

const bot = z.object({ telegramBotId: z.string() });
const owner = z.object({ ownerId: z.int() });
const person = z.object({
  fullName: z.string(),
  username: z.string().nullable(),
  telegramUserId: z.string(),
});

async function describeOwner(
  { moderation }: ConfirmedServices,
  actor: ModeratorActor,
  { ownerId }: z.infer<typeof owner>,
): Promise<{ person: z.infer<typeof person> }> {
  const page = await moderation.openOwner(actor, ownerId);
  if (isForgotten(page.owner)) throw new AppError('notFound');
  const { fullName, username, telegramUserId } = page.owner;
  return { person: { fullName, username, telegramUserId: String(telegramUserId) } };
}

const banning = (banned: boolean) =>
  action({
    as: 'moderator',
    payload: owner,
    asked: z.object({ person }),
    describe: describeOwner,
    run: ({ moderation }, actor, { ownerId }) => moderation.setOwnerBanned(actor, { ownerId, banned }),
  });

/** Whatever a browser alone cannot do: it waits until its person has agreed to it in the main bot. */
export const CONFIRMED_ACTIONS = {
  card: action({
    as: 'owner',
    /** As it is typed. */
    payload: bot.extend({ number: z.string(), holder: z.string() }),
    asked: z.object({ bot: z.string(), card: z.string(), holder: z.string() }),
    async describe({ sellerBots }, actor, { telegramBotId, number, holder }) {
      const { bot: opened } = await sellerBots.openBot(actor, BigInt(telegramBotId));
      const { digits } = readCardNumber(number);
      const card = maskCardNumber(digits);
      return { bot: opened.username, card, holder: readCardHolder(holder) };
    },
    async run({ sellerBots }, actor, { telegramBotId, number, holder }) {
      const { scope } = await sellerBots.openBot(actor, BigInt(telegramBotId));
      const { digits } = readCardNumber(number);
      await sellerBots.setCard(scope, actor, { digits, holder });
    },
  }),
  removeBot: action({
    as: 'owner',
    payload: bot,
    asked: z.object({ bot: z.string(), members: z.int() }),
    async describe({ sellerBots }, actor, { telegramBotId }) {
      const { scope, bot: opened } = await sellerBots.openBot(actor, BigInt(telegramBotId));
      const { members } = await sellerBots.readWork(scope, actor);
      return { bot: opened.username, members };
    },
    async run({ sellerBots }, actor, { telegramBotId }) {
      const { scope } = await sellerBots.openBot(actor, BigInt(telegramBotId));
      await sellerBots.removeBot(scope, actor);
    },
  }),
  banOwner: banning(true),
  unbanOwner: banning(false),
  grantTariff: action({
    as: 'moderator',
    payload: owner.extend({ months: z.int() }),
    asked: z.object({ person, months: z.int() }),
    async describe(services, actor, { ownerId, months }) {
      if (!isTariffMonths(months)) throw new AppError('notFound');
      return { ...(await describeOwner(services, actor, { ownerId })), months };
    },
    run: ({ tariffs }, actor, { ownerId, months }) => tariffs.grant(actor, { ownerId, months }),
  }),
  platformSetting: action({
    as: 'moderator',
    /** The value as it is typed. */
    payload: z.object({ name: z.enum(SETTING_NAMES), value: z.string() }),
    asked: z.object({ name: z.enum(SETTING_NAMES), value: z.string() }),
    async describe({ moderation }, actor, { name, value }) {
      const read = moderation.readSetting(actor, { name, typed: value });
      return { name, value: name === 'card' ? maskCardNumber(read) : read };
    },
    run: ({ moderation }, actor, { name, value }) => moderation.setSetting(actor, { name, typed: value }),
  }),
  releaseBot: action({
    as: 'moderator',
    payload: bot,
    asked: z.object({ bot: z.string() }),
    async describe({ moderation }, actor, { telegramBotId }) {
      const { username } = await moderation.findReleasable(actor, BigInt(telegramBotId));
      return { bot: username };
    },
    async run({ moderation }, actor, { telegramBotId }) {
      await moderation.releaseBot(actor, BigInt(telegramBotId));
    },
  }),
  ...TEAM_ACTIONS,
} as const;

export type ConfirmedActionName = keyof typeof CONFIRMED_ACTIONS;

/** What each is asked for with. */
export type ConfirmedRequest = {
  [A in ConfirmedActionName]: { action: A; payload: z.infer<(typeof CONFIRMED_ACTIONS)[A]['payload']> };
}[ConfirmedActionName];

/** What the question says of each. */
export type AskedAction = {
  [A in ConfirmedActionName]: { action: A; asked: z.infer<(typeof CONFIRMED_ACTIONS)[A]['asked']> };
}[ConfirmedActionName];

/** @throws Error for one that this program does not know */
export function findAction(name: string): (typeof CONFIRMED_ACTIONS)[ConfirmedActionName] {
  if (!Object.hasOwn(CONFIRMED_ACTIONS, name))
    throw new Error(`Nothing by the name of ${name} waits for a word`);
  return CONFIRMED_ACTIONS[name as ConfirmedActionName];
}
