import type { Prisma } from '../infra/prisma-client/client.ts';
import type { Actor, ChatAdmin, ProviderActor } from './actor.ts';

/**
 * Everything that leaves a line in the trail, and what it is done to: each action is a locale key under `audit`, each noun
 * one under `audit.target`.
 */
export const AUDITED_IN_BOTS = {
  'access.granted': 'subscription',
  'bot.added': 'bot',
  'bot.card-set': 'bot',
  'bot.changed-hands': 'bot',
  'bot.muted': 'bot',
  'bot.paused': 'bot',
  'bot.photo-set': 'bot',
  'bot.released': 'bot',
  'bot.removed': 'bot',
  'bot.resumed': 'bot',
  'bot.setting-set': 'bot',
  'bot.terms-set': 'bot',
  'bot.token-died': 'bot',
  'bot.token-replaced': 'bot',
  'bot.unmuted': 'bot',
  'bot.welcome-set': 'bot',
  'broadcast.cancelled': 'broadcast',
  'broadcast.paused': 'broadcast',
  'broadcast.resumed': 'broadcast',
  'broadcast.started': 'broadcast',
  'chat.connected': 'channel',
  'chat.disconnected': 'channel',
  'end-user.banned': 'end-user',
  'end-user.forgotten': 'end-user',
  'end-user.unbanned': 'end-user',
  'free-member.added': 'free-member',
  'free-member.removed': 'free-member',
  'link.sent-again': 'end-user',
  'manager.added': 'manager',
  'manager.asked': 'manager',
  'manager.invited': 'manager-invite',
  'manager.left': 'manager',
  'manager.refused': 'manager',
  'manager.removed': 'manager',
  'manager.role-set': 'manager',
  'member.removed-by-hand': 'subscription',
  'member.restored': 'subscription',
  'payment.approved': 'payment',
  'payment.refunded': 'payment',
  'payment.rejected': 'payment',
  'payment.reversed': 'payment',
  'payment.settled': 'payment',
  'plan.added': 'plan',
  'plan.chats-set': 'plan',
  'plan.off': 'plan',
  'plan.on': 'plan',
  'plan.price-set': 'plan',
  'plan.removed': 'plan',
  'plan.renamed': 'plan',
  'plan.stars-set': 'plan',
  'promo.added': 'promo',
  'promo.changed': 'promo',
  'promo.off': 'promo',
  'promo.on': 'promo',
  'promo.removed': 'promo',
  'provider.fee-waived': 'account',
  'provider.keys-set': 'account',
  'provider.live': 'account',
  'provider.off': 'account',
  'provider.on': 'account',
  'provider.removed': 'account',
  'provider.test': 'account',
  'referral.denied': 'referral',
  'referral.given': 'referral',
  'refund.closed': 'refund',
  'refund.opened': 'refund',
  'source.added': 'source',
  'source.archived': 'source',
  'source.changed': 'source',
} as const;

/** The same, of what no bot is concerned by. */
export const AUDITED_IN_PLATFORM = {
  'keys.rotated': 'platform',
  'owner-referral.given': 'owner-referral',
  'owner-referral.void': 'owner-referral',
  'owner.banned': 'owner',
  'owner.forgotten': 'owner',
  'owner.unbanned': 'owner',
  'panel.ended': 'session',
  'panel.signed-in': 'session',
  'setting.changed': 'setting',
  'tariff.approved': 'tariff-payment',
  'tariff.granted': 'owner',
  'tariff.rejected': 'tariff-payment',
} as const;

type ActionInBot = keyof typeof AUDITED_IN_BOTS;
type ActionInPlatform = keyof typeof AUDITED_IN_PLATFORM;
export type AuditAction = ActionInBot | ActionInPlatform;

/** What an action is done to, by its noun, and in which bot (`user_bots.id`): `{ plan: 3, bot: 7 }`. */
type AuditTarget<A extends AuditAction> = A extends ActionInBot
  ? Record<(typeof AUDITED_IN_BOTS)[A] | 'bot', number>
  : A extends ActionInPlatform
    ? Record<(typeof AUDITED_IN_PLATFORM)[A], number | string>
    : never;

/** Whoever the trail names. */
export type AuditActor = Actor | ChatAdmin | ProviderActor;

/** Notes one line: who did what to what. Never holds a token, a card number or a message. */
export type Audit = <A extends AuditAction>(actor: AuditActor, action: A, target: AuditTarget<A>) => void;

interface Line {
  actor: string;
  action: AuditAction;
  target: string;
  botId: number | null;
}

type Trail = Pick<Prisma.TransactionClient, 'auditEntry'>;

/** Lines that are noted while something changes, and written with it. */
export function openTrail(): {
  audit: Audit;
  write: (db: Trail, at: Date) => Promise<void>;
  /** Of all that was noted. */
  botIds: () => (number | null)[];
} {
  const lines: Line[] = [];
  return {
    audit: (actor, action, target) => {
      const ids: { readonly [noun: string]: number | string } & { bot?: number } = target;
      const noun = { ...AUDITED_IN_BOTS, ...AUDITED_IN_PLATFORM }[action];
      lines.push({ actor: nameOf(actor), action, target: `${noun}:${ids[noun]}`, botId: ids.bot ?? null });
    },
    write: async (db, at) => {
      if (lines.length === 0) return;
      await db.auditEntry.createMany({ data: lines.map((line) => ({ ...line, at })) });
    },
    botIds: () => lines.map(({ botId }) => botId),
  };
}

/** What somebody did in these bots stays in the trail, under another id. */
export async function renameInTrail(
  db: Trail,
  { botIds, from, to }: { botIds: number[]; from: Actor; to: Actor },
): Promise<void> {
  await db.auditEntry.updateMany({
    where: { botId: { in: botIds }, actor: nameOf(from) },
    data: { actor: nameOf(to) },
  });
}

export async function pruneTrail(db: Trail, before: Date): Promise<void> {
  await db.auditEntry.deleteMany({ where: { at: { lt: before } } });
}

/** How the trail names them. */
export function nameOf(actor: AuditActor): string {
  switch (actor.kind) {
    case 'system':
      return 'system';
    case 'endUser':
      return `end-user:${actor.telegramUserId}`;
    case 'provider':
      return `provider:${actor.name}`;
    case 'chatAdmin':
      return `chat-admin:${actor.telegramUserId}`;
    default:
      return `${actor.kind}:${actor.telegramUserId}`;
  }
}

/** Of whom the trail speaks by that name, where it is an owner: their Telegram id. */
export const ownerNamed = (actor: string) => idOf('owner', actor);

/** The same of a manager. */
export const managerNamed = (actor: string) => idOf('manager', actor);

/** The same of a moderator. */
export const moderatorNamed = (actor: string) => idOf('moderator', actor);

function idOf(kind: 'owner' | 'manager' | 'moderator', actor: string): bigint | null {
  const [role, id = ''] = actor.split(':');
  return role === kind && /^\d+$/.test(id) ? BigInt(id) : null;
}
