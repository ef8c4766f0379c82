import { createReadStream, createWriteStream } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { hasCode } from '../observability/error-code.ts';

/** What an operator did or has that cannot work; the message is a whole sentence for them. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** The values of a row as Postgres writes them, so that no digit of a number or a time is lost on the way. */
export type Row = readonly (string | null)[];

const header = z.object({
  kind: z.literal('header'),
  format: z.literal('getolog-backup'),
  version: z.literal(1),
  createdAt: z.string(),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })).min(1),
});
const table = z.object({ kind: z.literal('table'), name: z.string(), columns: z.array(z.string()).min(1) });
const rows = z.object({ kind: z.literal('rows'), rows: z.array(z.array(z.string().nullable())) });
const sequences = z.object({ kind: z.literal('sequences'), last: z.record(z.string(), z.string()) });
const end = z.object({ kind: z.literal('end'), counts: z.record(z.string(), z.number().int().min(0)) });
const entry = z.discriminatedUnion('kind', [header, table, rows, sequences, end]);

type BackupHeader = z.infer<typeof header>;
/** One line of a backup: a header, then each table with its rows in batches, the sequences, and what was counted. */
export type BackupEntry = z.infer<typeof entry>;

/**
 * Writes a backup: lines of JSON, gzipped, readable by this user alone. The file has its name only once it is
 * complete and on the disk.
 *
 * @throws BackupError when there is such a file already
 */
export async function writeBackupFile(file: string, entries: AsyncIterable<BackupEntry>): Promise<void> {
  const draft = `${file}.${process.pid}.partial`;
  try {
    const output = createWriteStream(draft, { flags: 'wx', mode: 0o600 });
    await pipeline(Readable.from(linesFor(entries)), createGzip(), output);
    await flushToDisk(draft);
    // A link never takes the place of another file.
    await link(draft, file);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw new BackupError(`${file} exists already: nothing was written.`);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function* linesFor(entries: AsyncIterable<BackupEntry>): AsyncGenerator<string> {
  for await (const written of entries) yield `${JSON.stringify(written)}\n`;
}

async function flushToDisk(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.sync();
  await handle.close();
}

/**
 * Reads a backup line by line; who reads to the end knows that it was complete.
 *
 * @throws BackupError when it is no backup, or one that is cut short or damaged
 */
export async function* readBackupFile(file: string): AsyncGenerator<BackupEntry> {
  let last: BackupEntry | undefined;
  for await (const line of readLines(file)) {
    const read = readEntry(line, file);
    if ((last === undefined) !== (read.kind === 'header')) throw notABackup(file);
    last = read;
    yield read;
  }
  if (last?.kind !== 'end') throw cutShort(file);
}

/** A file that was read once from end to end and is sound. */
export interface CheckedBackup {
  file: string;
  header: BackupHeader;
}

/**
 * Reads a whole backup for nothing but its faults, before anything is touched for it.
 *
 * @throws BackupError
 */
export async function checkBackupFile(file: string): Promise<CheckedBackup> {
  let first: BackupHeader | undefined;
  for await (const read of readBackupFile(file)) if (read.kind === 'header') first = read;
  if (first === undefined) throw notABackup(file);
  return { file, header: first };
}

async function* readLines(file: string): AsyncGenerator<string> {
  const source = createReadStream(file);
  const text = source.pipe(createGunzip()).setEncoding('utf8');
  // A pipe hands on what was read, and never a fault.
  source.on('error', (error) => text.destroy(error));
  let rest = '';
  try {
    for await (const chunk of text) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw asBackupError(error, file);
  } finally {
    source.destroy();
  }
  if (rest !== '') throw cutShort(file);
}

function readEntry(line: string, file: string): BackupEntry {
  try {
    return entry.parse(JSON.parse(line));
  } catch (error) {
    // What stands in the line is somebody's data, and stays out of every message.
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw notABackup(file);
    throw error;
  }
}

function asBackupError(error: unknown, file: string): unknown {
  if (hasCode(error, 'ENOENT')) return new BackupError(`There is no file ${file}.`);
  if (hasCode(error, 'EISDIR')) return new BackupError(`${file} is a directory: name one backup in it.`);
  if (hasCode(error, 'EACCES')) return new BackupError(`${file} may not be read by this user.`);
  if (hasCode(error, 'Z_BUF_ERROR')) return cutShort(file);
  if (hasCode(error, 'Z_DATA_ERROR')) return notABackup(file);
  return error;
}

function cutShort(file: string): BackupError {
  return new BackupError(`${file} is cut short: the end of the backup is missing.`);
}

function notABackup(file: string): BackupError {
  return new BackupError(`${file} is no backup of Getolog, or it is damaged.`);
}
