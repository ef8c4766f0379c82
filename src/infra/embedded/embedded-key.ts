import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../observability/error-code.ts';

/**
 * The encryption key that belongs to an embedded database: made once, kept beside its data, never changed.
 *
 * @param generate makes a new Fernet key; called only when there is none yet
 * @returns the kept key, the same for every process however many start at once
 */
export function loadOrCreateEncryptionKey(dataDir: string, generate: () => string): Promise<string> {
  return loadOrCreateSecret(dataDir, 'encryption-key', generate);
}

/** Reads the secret kept in a file, or makes one and keeps it, readable by this user alone. */
export async function loadOrCreateSecret(
  dataDir: string,
  name: string,
  generate: () => string,
): Promise<string> {
  const file = join(dataDir, name);
  const kept = await readSecret(file);
  if (kept !== null) return kept;

  await mkdir(dataDir, { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${generate()}\n`, { flag: 'wx', mode: 0o600 });
  try {
    // A link appears with its content or not at all, and never over another: nobody reads half a key.
    await link(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft);
  }
  const secret = await readSecret(file);
  if (secret === null) throw new Error(`${file} was removed while it was being made.`);
  return secret;
}

async function readSecret(file: string): Promise<string | null> {
  try {
    const secret = (await readFile(file, 'utf8')).trim();
    if (secret === '') throw new Error(`${file} is empty: put its content back from a backup.`);
    return secret;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
