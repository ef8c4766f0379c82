import { type Fernet, InvalidTokenError } from '../../infra/crypto/fernet.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { SYSTEM } from '../../kernel/actor.ts';
import { openTrail } from '../../kernel/audit.ts';
import type { Clock } from '../../shared/clock.ts';
import { PERSON_KEY } from './person-key.ts';
import { addSetting, readSetting, writeSetting } from './platform-settings.ts';

/** Encrypted like everything else: whoever can read it has the key that the rest needs. */
const KEY_CHECK = 'key-check';
const KEY_CHECK_TEXT = 'getolog';
/** What stands where a forgotten owner's token was: nothing is left to read. */
export const FORGOTTEN = '';
const BATCH = 500;

/** The keys of this start cannot read what is stored; found before the first update needs it. */
export class WrongKeyError extends Error {
  override readonly name = 'WrongKeyError';

  constructor() {
    super(
      'ENCRYPTION_KEY cannot read what is stored in this database: it was encrypted with another key. Put that key ' +
        'back. While keys are being changed both stand there, ENCRYPTION_KEY=new,old, until `npm run rotate-keys` is done.',
    );
  }
}

interface Deps {
  prisma: PrismaClient;
  clock: Clock;
  fernet: Fernet;
}

/**
 * Reads the check value, the newest bot's token, the newest keys of a merchant account and the key of people. The check value is encrypted anew only after everything else, so
 * that an old key that is taken away in the middle of a change is missed at once.
 * @throws WrongKeyError
 */
export async function requireRightKey({ prisma, clock, fernet }: Deps): Promise<void> {
  const [check, personKey, newest, account] = await Promise.all([
    readSetting(prisma, KEY_CHECK),
    readSetting(prisma, PERSON_KEY),
    prisma.sellerBot.findFirst({
      where: { isActive: true, encryptedToken: { not: FORGOTTEN } },
      orderBy: { id: 'desc' },
      select: { encryptedToken: true },
    }),
    prisma.merchantAccount.findFirst({
      where: { encryptedSecrets: { not: null } },
      orderBy: { id: 'desc' },
      select: { encryptedSecrets: true },
    }),
  ]);
  for (const secret of [check, personKey, newest?.encryptedToken, account?.encryptedSecrets]) {
    if (typeof secret === 'string' && !isReadable(fernet, secret)) throw new WrongKeyError();
  }
  if (check !== null) return;
  await addSetting(prisma, KEY_CHECK, fernet.encrypt(KEY_CHECK_TEXT), clock.now());
}

/** Of bots' tokens, the keys of merchant accounts and what waits for a word in Telegram; what the platform keeps for itself comes last and is not counted, unless it cannot be read. */
export interface Rotation {
  /** Encrypted anew now. */
  renewed: number;
  /** Encrypted with the first key before. */
  current: number;
  /** Encrypted with a key that is not among those given; left as they are. */
  unreadable: number;
}

/** One of many secrets: a column of a table, as rotation goes through it. */
interface SecretColumn {
  /** Of the rows that hold one, those after an id. */
  list(after: number): Promise<{ id: number; secret: string }[]>;
  /** Null where nothing is left to read. */
  find(id: number): Promise<string | null>;
  /** Only in the place of what was read. @returns whether it still stood there */
  replace(id: number, secret: string, renewed: string): Promise<boolean>;
}

function botTokens(prisma: PrismaClient): SecretColumn {
  return {
    async list(after) {
      const rows = await prisma.sellerBot.findMany({
        where: { id: { gt: after }, encryptedToken: { not: FORGOTTEN } },
        orderBy: { id: 'asc' },
        take: BATCH,
        select: { id: true, encryptedToken: true },
      });
      return rows.map(({ id, encryptedToken: secret }) => ({ id, secret }));
    },
    async find(id) {
      const row = await prisma.sellerBot.findUnique({ where: { id }, select: { encryptedToken: true } });
      return row?.encryptedToken || null;
    },
    async replace(id, secret, renewed) {
      const where = { id, encryptedToken: secret };
      return (await prisma.sellerBot.updateMany({ where, data: { encryptedToken: renewed } })).count === 1;
    },
  };
}

/** Of accounts that were removed as well: none is left behind that another key could read. */
function merchantSecrets(prisma: PrismaClient): SecretColumn {
  return {
    async list(after) {
      const rows = await prisma.merchantAccount.findMany({
        where: { id: { gt: after }, encryptedSecrets: { not: null } },
        orderBy: { id: 'asc' },
        take: BATCH,
        select: { id: true, encryptedSecrets: true },
      });
      return rows.flatMap(({ id, encryptedSecrets: secret }) => (secret === null ? [] : [{ id, secret }]));
    },
    async find(id) {
      const row = await prisma.merchantAccount.findUnique({
        where: { id },
        select: { encryptedSecrets: true },
      });
      return row?.encryptedSecrets ?? null;
    },
    async replace(id, secret, renewed) {
      const where = { id, encryptedSecrets: secret };
      return (
        (await prisma.merchantAccount.updateMany({ where, data: { encryptedSecrets: renewed } })).count === 1
      );
    },
  };
}

/** What waits for a word in Telegram, or has waited: its person may still give it. */
function confirmationPayloads(prisma: PrismaClient): SecretColumn {
  return {
    async list(after) {
      const rows = await prisma.panelConfirmation.findMany({
        where: { id: { gt: after } },
        orderBy: { id: 'asc' },
        take: BATCH,
        select: { id: true, encryptedPayload: true },
      });
      return rows.map(({ id, encryptedPayload: secret }) => ({ id, secret }));
    },
    async find(id) {
      const row = await prisma.panelConfirmation.findUnique({
        where: { id },
        select: { encryptedPayload: true },
      });
      return row?.encryptedPayload ?? null;
    },
    async replace(id, secret, renewed) {
      const where = { id, encryptedPayload: secret };
      const data = { encryptedPayload: renewed };
      return (await prisma.panelConfirmation.updateMany({ where, data })).count === 1;
    },
  };
}

/**
 * Encrypts every stored secret anew with the first key, batch by batch, while servers run: what is replaced
 * meanwhile stays as it is replaced. Can be stopped and run again at any time.
 */
export async function rotateSecrets(deps: Deps): Promise<Rotation> {
  const { prisma, clock, fernet } = deps;
  const rotation: Rotation = { renewed: 0, current: 0, unreadable: 0 };
  for (const column of [botTokens(prisma), merchantSecrets(prisma), confirmationPayloads(prisma)]) {
    for (let after: number | undefined = 0; after !== undefined; ) {
      const found = await column.list(after);
      for (const { id, secret } of found) rotation[await renewSecret(fernet, column, id, secret)] += 1;
      after = found.at(-1)?.id;
    }
  }
  if (rotation.unreadable === 0 && (await renewPersonKey(deps)) === 'unreadable') rotation.unreadable += 1;
  if (rotation.unreadable === 0) {
    await prisma.$transaction(async (db) => {
      const trail = openTrail();
      trail.audit(SYSTEM, 'keys.rotated', { platform: 'keys' });
      await writeSetting(db, KEY_CHECK, fernet.encrypt(KEY_CHECK_TEXT), clock.now());
      await trail.write(db, clock.now());
    });
  }
  return rotation;
}

/** Its value never changes, so that whoever writes it at the same time writes the same. */
async function renewPersonKey({ prisma, clock, fernet }: Deps): Promise<keyof Rotation> {
  const key = await readSetting(prisma, PERSON_KEY);
  if (key === null || fernet.isCurrent(key)) return 'current';
  if (!isReadable(fernet, key)) return 'unreadable';
  await writeSetting(prisma, PERSON_KEY, fernet.encrypt(fernet.decrypt(key)), clock.now());
  return 'renewed';
}

/** Compares before it writes, and looks again when its owner's new one came first. */
async function renewSecret(
  fernet: Fernet,
  column: SecretColumn,
  id: number,
  found: string,
): Promise<keyof Rotation> {
  for (let secret: string | null = found; secret !== null; secret = await column.find(id)) {
    if (fernet.isCurrent(secret)) return 'current';
    if (!isReadable(fernet, secret)) return 'unreadable';
    if (await column.replace(id, secret, fernet.encrypt(fernet.decrypt(secret)))) return 'renewed';
  }
  // Gone meanwhile: nothing is left that needs another key.
  return 'current';
}

function isReadable(fernet: Fernet, secret: string): boolean {
  try {
    fernet.decrypt(secret);
    return true;
  } catch (error) {
    if (error instanceof InvalidTokenError) return false;
    throw error;
  }
}
