import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Fernet } from '../../infra/crypto/fernet.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Clock } from '../../shared/clock.ts';
import { addSetting, readSetting } from './platform-settings.ts';

/** The setting that holds the key, encrypted. */
export const PERSON_KEY = 'person-key';
const KEY_BYTES = 32;
/** Whoever presses once presses again. */
const MAX_REMEMBERED = 20_000;

/** What stands for a person where their id must not: one number each, the same for ever. */
export type HashPerson = (telegramUserId: number | bigint) => bigint;

interface Deps {
  prisma: PrismaClient;
  clock: Clock;
  fernet: Fernet;
}

/**
 * Telegram's ids can be tried one by one, so that only a keyed hash hides them. The key is random and lies in the database,
 * encrypted like a token: `rotate-keys` encrypts it anew and its value stays, so that people who were counted before are
 * the same people afterwards.
 * @returns what reads the key, once a process. @throws InvalidTokenError
 */
export function createPersonHash(deps: Deps): () => Promise<HashPerson> {
  let reading: Promise<HashPerson> | undefined;
  return () => {
    reading ??= readOrMake(deps).then(hashWith);
    const mine = reading;
    // The database may be unavailable for now.
    mine.catch(() => {
      if (reading === mine) reading = undefined;
    });
    return mine;
  };
}

function hashWith(key: string): HashPerson {
  const bytes = Buffer.from(key, 'base64url');
  const remembered = new LRUCache<string, bigint>({ max: MAX_REMEMBERED });
  return (telegramUserId) => {
    const id = String(telegramUserId);
    const known = remembered.get(id);
    if (known !== undefined) return known;
    const hash = createHmac('sha256', bytes).update(id).digest().readBigInt64BE();
    remembered.set(id, hash);
    return hash;
  };
}

/** Of processes that start at once one makes the key, and all read that one. */
async function readOrMake({ prisma, clock, fernet }: Deps): Promise<string> {
  const known = await readSetting(prisma, PERSON_KEY);
  if (known !== null) return fernet.decrypt(known);
  const value = fernet.encrypt(randomBytes(KEY_BYTES).toString('base64url'));
  const stored = await prisma.$transaction(async (tx) => {
    const isMade = await addSetting(tx, PERSON_KEY, value, clock.now());
    // Whoever was counted with another key would be somebody else now, and tomorrow be missed.
    if (isMade) await tx.activePerson.deleteMany();
    return await readSetting(tx, PERSON_KEY);
  });
  if (stored === null) throw new Error('The key of people was removed in the very moment that it was made');
  return fernet.decrypt(stored);
}
