/** One line of the trail: who did what to what. Never holds a token, a card number or a message. */
export interface AuditRecord {
  actor: `owner:${bigint}` | `moderator:${bigint}` | `end-user:${bigint}` | 'system';
  action: string;
  /** `<noun>:<id>` */
  target: string;
  /** `user_bots.id`; null for what concerns the platform. */
  botId: number | null;
}
