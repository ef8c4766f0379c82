import { z } from 'zod';
import type { OutboxDefinitions, Subject } from '../../kernel/outbox/outbox-message.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { END_REASONS } from '../subscriptions/ending.ts';
import { ACCESS_REASONS } from './access-gateway.ts';
import { type AccessHandlersDeps, createAccessHandlers } from './access-handlers.ts';
import { createFreeLinkMessages } from './free-links/free-link-messages.ts';
import { createRemovalHandlers, type RemovalHandlersDeps } from './removal-handlers.ts';

const deliverAccess = z.object({ subscriptionId: z.int(), reason: z.enum(ACCESS_REASONS) });
const revokeLink = z.object({ inviteLinkId: z.int() });
const removeMember = z.object({
  subscriptionId: z.int(),
  telegramUserId: z.string().optional(),
  // One that only a newer program knows keeps nobody inside.
  why: z.enum(END_REASONS).optional().catch(undefined),
});
const removeStranger = z.object({
  channelId: z.int(),
  telegramUserId: z.string(),
  addedBySubscriptionId: z.int().optional(),
});
const askAboutRemoval = z.object({ subscriptionId: z.int() });
const settleBan = z.object({ channelId: z.int(), endUserId: z.int() });

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** The way in, or the new end for somebody inside. */
    'deliver-access': z.infer<typeof deliverAccess>;
    'revoke-link': z.infer<typeof revokeLink>;
    /** Whose subscription has ended is out, with no ban left behind. Of a forgotten person this alone still has the id. */
    'remove-member': z.infer<typeof removeMember>;
    /** Whoever came in through somebody else's link, or was added by a buyer who is no administrator, is out. */
    'remove-stranger': z.infer<typeof removeStranger>;
    /** Another bot put a member out: the owner is asked, unless they are back by then. */
    'ask-about-removal': z.infer<typeof askAboutRemoval>;
    /** A banned end user is banned in a chat, and one who no longer is, is not. */
    'settle-ban': z.infer<typeof settleBan>;
  }
}

type AccessMessage =
  | 'deliver-access'
  | 'revoke-link'
  | 'remove-member'
  | 'remove-stranger'
  | 'ask-about-removal'
  | 'settle-ban'
  | 'deliver-free-link'
  | 'revoke-free-link';

export function createAccessMessages(
  deps: AccessHandlersDeps & RemovalHandlersDeps,
): OutboxDefinitions<AccessMessage> {
  const access = createAccessHandlers(deps);
  const removal = createRemovalHandlers(deps);
  return {
    ...createFreeLinkMessages(deps),
    'deliver-access': {
      payload: deliverAccess,
      handle: access['deliver-access'],
      onUnknown: 'retry',
      waitsForOpenDoor: true,
      endsWithBot: true,
      givenOver: { matter: 'access', subject: holderOf },
    },
    'revoke-link': {
      payload: revokeLink,
      handle: access['revoke-link'],
      onUnknown: 'retry',
      endsWithBot: true,
      givenOver: {
        matter: 'link',
        async subject(db, { inviteLinkId: id }) {
          const link = await db.inviteLink.findUnique({ where: { id }, select: { subscriptionId: true } });
          return link && holderOf(db, link);
        },
      },
    },
    'remove-member': {
      payload: removeMember,
      handle: removal['remove-member'],
      onUnknown: 'retry',
      givenOver: { matter: 'removal', subject: holderOf },
    },
    'remove-stranger': {
      payload: removeStranger,
      handle: removal['remove-stranger'],
      onUnknown: 'retry',
      endsWithBot: true,
      givenOver: {
        matter: 'removal',
        async subject(db, { channelId, telegramUserId: id }, botId) {
          const telegramUserId = BigInt(id);
          const known = await db.endUser.findFirst({ where: { telegramUserId, botId } });
          // A stranger who never used the bot: the id is all that is known.
          return inChannel(db, channelId, known ?? { fullName: '', username: null, telegramUserId });
        },
      },
    },
    'ask-about-removal': {
      payload: askAboutRemoval,
      handle: removal['ask-about-removal'],
      onUnknown: 'retry',
    },
    'settle-ban': {
      payload: settleBan,
      handle: removal['settle-ban'],
      onUnknown: 'retry',
      endsWithBot: true,
      givenOver: {
        matter: 'ban',
        async subject(db, { channelId, endUserId }) {
          const person = await db.endUser.findUnique({ where: { id: endUserId } });
          return person && inChannel(db, channelId, person);
        },
      },
    },
  };
}

async function holderOf(db: Db, { subscriptionId: id }: { subscriptionId: number }): Promise<Subject | null> {
  const row = await db.subscription.findUnique({ where: { id }, include: { endUser: true, channel: true } });
  return row && { person: row.endUser, title: row.channel.title };
}

async function inChannel(
  db: Db,
  channelId: number,
  person: NonNullable<Subject['person']>,
): Promise<Subject | null> {
  const channel = await db.channel.findUnique({ where: { id: channelId } });
  return channel && { person, title: channel.title };
}
