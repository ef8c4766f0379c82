/** What owners and end users are known by. */
export const PERSON = {
  telegramUserId: true,
  username: true,
  fullName: true,
  language: true,
  banned: true,
  createdAt: true,
} as const;

/** That an owner was brought by another, and what both get by it. */
export const BROUGHT = {
  arrivedAt: true,
  status: true,
  inviterDays: true,
  friendDays: true,
  settledAt: true,
} as const;

/** Of an invitation at a bot, without the other of the two. */
export const INVITED = {
  arrivedAt: true,
  kind: true,
  value: true,
  friendPercent: true,
  status: true,
  settledAt: true,
} as const;

/** That an owner helps another, or has asked to. */
export const HELPS = {
  fullName: true,
  username: true,
  role: true,
  status: true,
  addedAt: true,
  removedAt: true,
  bot: { select: { username: true } },
} as const;

/** What an owner has made of a plan. */
export const PLAN = {
  name: true,
  durationMonths: true,
  durationDays: true,
  endsOn: true,
  price: true,
  isActive: true,
  isTrial: true,
  archivedAt: true,
  chats: { orderBy: { channelId: 'asc' }, select: { channel: { select: { title: true } } } },
} as const;

/** What an owner has made of a promo code. */
export const PROMO_CODE = {
  code: true,
  kind: true,
  value: true,
  maxUses: true,
  perPerson: true,
  startsOn: true,
  endsOn: true,
  audience: true,
  isActive: true,
  createdAt: true,
  removedAt: true,
  plans: { select: { plan: { select: PLAN } } },
} as const;

/** Where an owner advertises. */
export const SOURCE = {
  name: true,
  slug: true,
  cost: true,
  createdAt: true,
  archivedAt: true,
  promoCode: { select: { code: true } },
} as const;

/** What an owner has sent to many of a bot's people. */
export const BROADCAST = {
  status: true,
  segment: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  total: true,
} as const;
