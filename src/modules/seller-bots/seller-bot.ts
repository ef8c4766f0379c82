import type { SellerBot as SellerBotRow } from '../../infra/prisma-client/client.ts';
import type { TeamRole } from '../../kernel/rights.ts';
import type { Selling } from '../channels/selling-queries.ts';

/** What an owner sees of their bot. Never its token, and of the card only what they typed themselves. */
export interface SellerBot {
  id: number;
  telegramBotId: bigint;
  username: string;
  name: string;
  isActive: boolean;
  pausedAt: Date | null;
  tokenDeadAt: Date | null;
  mutedAt: Date | null;
  welcomeMessage: string | null;
  /** Null: the default text. */
  termsMessage: string | null;
  cardNumber: string | null;
  cardHolder: string | null;
}

/** A bot as its owner's list shows it. */
export interface BotAtAGlance extends SellerBot {
  /** What whoever looks at the list is in it. */
  role: TeamRole;
  /** Receipts under review; 0 for whoever has nothing to do with them. */
  waiting: number;
  /** At least one plan can be bought now. */
  sells: boolean;
}

/** What goes on at a bot now. */
export interface BotWork extends Selling {
  /** Active subscriptions. */
  members: number;
  /** Those of them whose time is up and whose place is kept. */
  inGrace: number;
  /** Receipts under review. */
  waiting: number;
  /** Payments whose money is to be returned. */
  refunds: number;
}

/** Rows of bots that wait for a new token. */
export const FAILING = { removedAt: null, tokenDeadAt: { not: null } } as const;

export function toSellerBot(row: SellerBotRow): SellerBot {
  return {
    id: row.id,
    telegramBotId: row.telegramBotId,
    username: row.username,
    name: row.name,
    isActive: row.isActive,
    pausedAt: row.pausedAt,
    tokenDeadAt: row.tokenDeadAt,
    mutedAt: row.mutedAt,
    welcomeMessage: row.welcomeMessage,
    termsMessage: row.termsMessage,
    cardNumber: row.cardNumber,
    cardHolder: row.cardHolder,
  };
}

/** Telegram's own limit for one message; the welcome text shares it with the plans below. */
export const MAX_WELCOME_LENGTH = 1_000;
/** It has a message to itself. */
export const MAX_TERMS_LENGTH = 3_000;
/** Longer than any name that a bank prints on a card. */
export const MAX_CARD_HOLDER_LENGTH = 64;

/**
 * Finds a bot token anywhere in a text, because people forward BotFather's whole message.
 * Some copy it out of a link, where `bot` stands before it. The secret part is 35 characters today; a near miss is taken too, so that it is refused and deleted, not ignored.
 */
export function findBotToken(text: string): string | null {
  return /(?<![\w:])(?:bot)?(\d{3,20}:[A-Za-z0-9_-]{20,64})(?![\w:-])/i.exec(text)?.[1] ?? null;
}

/** Looks like somebody tried to paste a token, and some of it is missing. */
export function looksLikeBrokenToken(text: string): boolean {
  const isOne = /(?<!\w)(?:bot)?\d{5,20}:[A-Za-z0-9_-]{8,}|^\s*\d{3,20}:\S*\s*$/.test(text);
  return isOne && findBotToken(text) === null;
}
