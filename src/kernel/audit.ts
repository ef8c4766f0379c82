/** Everything that leaves a line in the trail: each is a locale key under `audit`. */
export const AUDIT_ACTIONS = [
  'access.granted',
  'bot.added',
  'bot.card-set',
  'bot.muted',
  'bot.paused',
  'bot.released',
  'bot.removed',
  'bot.resumed',
  'bot.token-died',
  'bot.token-replaced',
  'bot.unmuted',
  'bot.welcome-set',
  'chat.connected',
  'chat.disconnected',
  'end-user.banned',
  'end-user.forgotten',
  'end-user.unbanned',
  'keys.rotated',
  'member.removed-by-hand',
  'member.restored',
  'owner.banned',
  'owner.forgotten',
  'owner.unbanned',
  'payment.approved',
  'payment.rejected',
  'payment.reversed',
  'plan.off',
  'plan.on',
  'plan.price-set',
  'setting.changed',
  'tariff.approved',
  'tariff.granted',
  'tariff.rejected',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What an action is done to: each is a locale key under `audit.target`. */
export const AUDIT_NOUNS = [
  'bot',
  'channel',
  'end-user',
  'owner',
  'payment',
  'plan',
  'platform',
  'setting',
  'subscription',
  'tariff-payment',
] as const;
type AuditNoun = (typeof AUDIT_NOUNS)[number];

/** One line of the trail: who did what to what. Never holds a token, a card number or a message. */
export interface AuditRecord {
  actor: `owner:${bigint}` | `chat-admin:${bigint}` | `moderator:${bigint}` | `end-user:${bigint}` | 'system';
  action: AuditAction;
  target: `${AuditNoun}:${string}`;
  /** `user_bots.id`; null for what concerns the platform. */
  botId: number | null;
}
