export const MANAGER_ROLES = ['receipts', 'support', 'all'] as const;
/** What a manager helps with: with receipts, with people, or with all that is not the owner's alone. */
export type ManagerRole = (typeof MANAGER_ROLES)[number];
/** What somebody is in a bot that is theirs, or that they help with. */
export type TeamRole = 'owner' | ManagerRole;

/** Who else may do what an owner may. What stands nowhere here is the owner's alone. */
const ALLOWED = {
  /** Sees the bot and what waits there. */
  look: ['receipts', 'support', 'all'],
  /** Gets, approves and rejects receipts. */
  receipts: ['receipts', 'all'],
  /** Answers support, sees people, sends a link again. */
  people: ['support', 'all'],
  /** Sells: plans, prices, codes, texts, statistics; gives access and takes it back. */
  shop: ['all'],
} as const satisfies Record<string, readonly ManagerRole[]>;

export type Right = keyof typeof ALLOWED;

export function mayDo(role: TeamRole, right: Right): boolean {
  return role === 'owner' || rolesWith(right).includes(role);
}

/** The managers who may. */
export function rolesWith(right: Right): readonly ManagerRole[] {
  return ALLOWED[right];
}
