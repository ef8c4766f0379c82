import { randomLetters } from './random-letters.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 8;

/** What somebody's link to invite others ends in; that no two people have one is seen to by the database. */
export function makeInviteCode(): string {
  return randomLetters(LETTERS, LENGTH);
}

const PAYLOAD = new RegExp(`^r_([A-Za-z0-9]{${LENGTH}})$`);

/** Opens a bot with somebody's code. */
export function inviteLink(botUsername: string, code: string): string {
  return `https://t.me/${botUsername}?start=r_${code}`;
}

/** The code in what a link says behind `?start=`; null where it is no such link. */
export function readInvitePayload(payload: string): string | null {
  return PAYLOAD.exec(payload)?.[1] ?? null;
}
